"""The words of `data/descriptors.txt` by kind, each list read once a process."""

from __future__ import annotations

from functools import cache
from importlib import resources

# Thanks alone are nobody's name: AUTOMATIC PAYMENT - THANK YOU.
COURTESIES = frozenset({"THANK YOU", "THANKS", "MERCI", "DANKE", "RECEIVED THANK YOU", "RECEIVED"})


@cache
def lists() -> dict[str, frozenset[str]]:
    """A line `[kind]`, then words separated by commas."""
    found: dict[str, set[str]] = {}
    kind = ""
    for line in resources.files("farthing.categorize").joinpath("data/descriptors.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            kind = line.strip("[]")
        elif line and not line.startswith("#"):
            found.setdefault(kind, set()).update(f" {w.strip()}" if kind == "cut" else w.strip() for w in line.split(",") if w.strip())
    return {kind: frozenset(words) for kind, words in found.items()}


@cache
def prefixes() -> dict[str, tuple[int, frozenset[str]]]:
    """Ways to pay by their first word: of how many words the longest is, and all of them."""
    return _by_word("prefix", 0)


@cache
def towns() -> dict[str, tuple[int, frozenset[str]]]:
    """Towns by their last word, those that are also names or common words among them."""
    return _by_word("town", -1, "told town")


@cache
def told_towns() -> frozenset[str]:
    """Towns that are also names or common words (READING, MOBILE, AUSTIN): a place only where a state or country follows."""
    return lists()["told town"]


def _by_word(kind: str, at: int, besides: str = "") -> dict[str, tuple[int, frozenset[str]]]:
    shelf: dict[str, set[str]] = {}
    for phrase in lists()[kind] | lists().get(besides, frozenset()):
        shelf.setdefault(phrase.split(" ")[at], set()).add(phrase)
    return {word: (max(p.count(" ") + 1 for p in every), frozenset(every)) for word, every in shelf.items()}
