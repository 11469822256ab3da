"""How good the decision is on rows whose owner has said what they are: read them, decide them, count."""
