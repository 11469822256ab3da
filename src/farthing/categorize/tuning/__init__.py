"""Tuning: how often what was said so surely was right, counted over households, and curves that make it honest. Tables tally_share, tally,
calibration, model, trial, stamp. `seen` and `fit` are pure.
"""
