"""Simulated people: who banks where, and what a month of their life looks like in transactions."""
