"""Farthing: accounts for every farthing."""
