"""Whether what an account was said to be worth is what its rows add up to, and which rows may be why it is not. Writes nothing."""

from farthing.platform.sql import load

queries = load("farthing.ledger.proof")
