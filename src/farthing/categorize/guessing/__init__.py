"""The guess: what a name that no table knows most likely is, by its letters, its amount and its direction."""
