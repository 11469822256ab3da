"""Statements of people who do not exist, for teaching and measuring: true categories are known, names are left out whole."""
