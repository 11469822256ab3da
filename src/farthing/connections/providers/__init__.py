"""Aggregators: each turns one wire format into our lines, behind `port.Provider`."""
