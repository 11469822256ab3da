"""What a year of figures says, with its evidence. Table: insight."""
