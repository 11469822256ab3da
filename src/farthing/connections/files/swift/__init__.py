"""SWIFT MT940 and MT942: messages of tagged fields."""
