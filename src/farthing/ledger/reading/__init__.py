"""What the ledger says when asked: rows by page, totals by one definition, sums of months and days, the dictionary. Writes nothing."""

from farthing.platform.sql import load

queries = load("farthing.ledger.reading")
