"""What waits for the owner's eye: guesses and rows that are not sorted, the newest of them by money and doubt. Writes nothing."""

from farthing.platform.sql import load

queries = load("farthing.ledger.waiting")
