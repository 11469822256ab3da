"""Categorising: reading a descriptor, deciding a category, saying why, remembering what the owner said.

Tables: category, memory. Pure but for `remembering` and `own`.
"""

from farthing.categorize.clean import clean
from farthing.categorize.decide import Guess, decide, likeliest
from farthing.categorize.explaining import IN_BRIEF, Said, explain
from farthing.categorize.knowing.brands import shown
from farthing.categorize.own import match_name, tree
from farthing.categorize.remembering.memory import forget, recall, remember, take_back
from farthing.categorize.remembering.remembered import Remembered, Word, band_of
from farthing.categorize.taxonomy import Category
from farthing.categorize.weighing.facts import Facts, Names

__all__ = [
    "IN_BRIEF",
    "Category",
    "Facts",
    "Guess",
    "Names",
    "Remembered",
    "Said",
    "Word",
    "band_of",
    "clean",
    "decide",
    "explain",
    "forget",
    "likeliest",
    "match_name",
    "recall",
    "remember",
    "shown",
    "take_back",
    "tree",
]
