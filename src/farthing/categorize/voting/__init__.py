"""What many households say of a merchant, counted so that nobody's own word can be read from it. Tables vote, merchant_vote."""
