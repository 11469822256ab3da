"""Town, state and country at the end of a merchant's name: card networks print them there, people do not say them."""

from __future__ import annotations

from collections.abc import Sequence

from farthing.categorize.reading.words import lists, told_towns, towns

_LETTERS_MIN = 4  # of the name before a place
_ONLY_IN = {"MOBILE": "AL"}  # a word of so many names that it is a town in its own state alone: MINT MOBILE CA


def without_place(words: list[str], *, personal: bool = False) -> list[str]:
    """Without country, state, legal form and town at the end; `personal`: a text that may name a person, who may be called Austin."""
    end, told = _before_states(words)
    if not personal and end > 1:
        end = _before_town(words, end, told=told)
    return words[:end] if end < len(words) else words


def _before_states(words: Sequence[str]) -> tuple[int, bool]:
    """Where the states, countries and legal forms at the end begin, and whether one of them was a place."""
    tails, regions, end, told = lists()["tail"], lists()["region"], len(words), False
    while end > 1 and ((place := words[end - 1] in regions) or words[end - 1] in tails) and sum(map(len, words[: end - 1])) >= _LETTERS_MIN:
        end, told = end - 1, told or place
    return end, told


def _before_town(words: Sequence[str], end: int, *, told: bool) -> int:
    known = towns().get(words[end - 1])
    if known is None:
        return end
    longest, every = known
    for n in range(min(longest, end - 1), 0, -1):
        town = " ".join(words[end - n : end])
        if town in every and (told or town not in told_towns()) and _ONLY_IN.get(town) in {None, *words[end : end + 1]}:
            start = end - n
            if start > 1 and words[start - 1] in lists()["compass"]:
                start -= 1
            return start if _names_somebody(words[:start]) else end
    return end


def _names_somebody(words: Sequence[str]) -> bool:
    """Whether a name is left: BANK OF, CITY OF and HOTEL are none without their town."""
    if not words or words[-1] in lists()["joint"] or sum(map(len, words)) < _LETTERS_MIN:
        return False
    return len(words) > 1 or words[0] not in lists()["generic"]
