"""Regular expressions that people write: RE2, so that none takes longer than the text is long and itself is large. Pure.

Case does not matter. What RE2 refuses (look-around, references back, repetitions of repetitions without end) is refused in words.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import re2

from farthing.categorize.ruling.model import PATTERN_MAX
from farthing.core.errors import Rejected

MEMORY_MAX = 1 << 20
SET_MEMORY_MAX = 8 << 20
_END = b"\n\x00"  # in no text: a set that does not find it has not looked
STEPS_MAX = 1_300  # of the program that RE2 makes of one: much larger ones outgrow their memory, and cost 0.1 s a row instead of 1 ms
STEPS_TOGETHER_MAX = 25_000  # of all that look for one word, or for none: 500 of the usual size
WORD_MIN = 3
_QUANTIFIERS = "*?{"


def compile_pattern(text: str, *, field: str = "when", length_max: int = PATTERN_MAX) -> re2._Regexp:
    """The expression, ready; raises Rejected with what is wrong with it."""
    if not 1 <= len(text) <= length_max:
        raise Rejected("bad_pattern", f"a pattern has 1 to {PATTERN_MAX} characters", field=field)
    if not text.isprintable():
        raise Rejected("bad_pattern", "a pattern has no control characters: write \\t, \\s", field=field)
    options = re2.Options()
    options.max_mem, options.log_errors, options.case_sensitive = MEMORY_MAX, False, False
    try:
        compiled = re2.compile(text, options=options)
    except re2.error as error:
        reason = error.args[0] if error.args else ""
        said = reason.decode("utf-8", "replace") if isinstance(reason, bytes) else str(reason)
        raise Rejected("bad_pattern", f"this pattern cannot be read: {said[:120]}", field=field) from error
    if compiled.programsize > STEPS_MAX:
        raise Rejected("bad_pattern", "this pattern is too large: repeat less often, or name fewer kinds of letters", field=field)
    return compiled


@lru_cache(maxsize=10_000)
def steps_of(text: str) -> int:
    """How large an expression is; nothing for one that is not read any more."""
    try:
        return int(compile_pattern(text).programsize)
    except Rejected:
        return 0


def over_lines(text: str) -> re2._Regexp | None:
    """An expression that finds whatever `text` does in any of several lines; None where that cannot be. It may find more."""
    if "\\A" in text or "\\z" in text or "\\Q" in text:
        return None
    try:
        return compile_pattern(f"(?m){text}", length_max=PATTERN_MAX + 4)
    except Rejected:
        return None  # a little larger than the expression itself, so that one at the limit may be too large


class PatternSet:
    """Many expressions over lines, asked of a text in one go. What it finds is to be looked at again: it may find more than there is.

    None of it is made before it is asked.
    """

    __slots__ = ("_asked", "_set", "_useless")

    def __init__(self, asked: Sequence[str]) -> None:
        self._asked = tuple(asked)
        self._set: re2.Set | None = None
        self._useless = False

    def holding(self, text: bytes) -> Sequence[int]:
        """Places of those that may be found in it; all of them where the whole is too large to be asked."""
        every = range(len(self._asked))
        if self._set is None and not self._useless:
            self._set = self._made()
            self._useless = self._set is None
        found = self._set.Match(text + _END) if self._set is not None else None
        return [i for i in found if i in every] if found and len(every) in found else every

    def _made(self) -> re2.Set | None:
        options = re2.Options()
        options.max_mem, options.log_errors, options.case_sensitive = SET_MEMORY_MAX, False, False
        made = re2.Set.SearchSet(options)
        for pattern in self._asked:
            made.Add(f"(?m){pattern}")
        made.Add(r"\x00")
        try:
            made.Compile()
        except re2.error:
            return None
        return made


def words_of(pattern: str) -> tuple[str, ...]:
    """Folded words of which whatever matches holds one, as far as it is plain to see; none where that cannot be said."""
    return tuple(max(words, key=len) for words in branches_of(pattern))


@lru_cache(maxsize=10_000)
def branches_of(pattern: str) -> tuple[tuple[str, ...], ...]:
    """The folded words of each branch (`a|b`): whatever matches holds all of one branch. None where a branch has no word long enough.

    Only what stands outside of every group and class counts, and ASCII alone: of those letters folding is the same everywhere.
    """
    if "\\Q" in pattern:
        return ()
    found, words, run, place = list[list[str]](), list[str](), "", 0
    while place < len(pattern):
        sign, following = pattern[place], pattern[place + 1 : place + 2]
        plain = (sign.isascii() and sign.isalnum()) or (
            sign == " " and run and run[-1] != " "
        )  # spaces that stand alone stay in folded texts
        if plain and (not following or following not in _QUANTIFIERS):
            run, place = run + sign, place + 1
            continue
        words, run = [*words, run.strip()], ""
        if sign == "|":
            found, words = [*found, words], []
        place = _after(pattern, place)
    found.append([*words, run.strip()])
    branches = tuple(tuple(dict.fromkeys(w.casefold() for w in words if len(w) >= WORD_MIN)) for words in found)
    return branches if all(branches) else ()


def _after(pattern: str, place: int) -> int:
    """Where the element that begins there ends: a class, a group, an escape, a repetition, or one character."""
    match pattern[place]:
        case "[":
            return _after_class(pattern, place)
        case "(":
            return _after_group(pattern, place)
        case "{":
            end = pattern.find("}", place)
            return len(pattern) if end < 0 else end + 1
        case "\\":
            return _after_escape(pattern, place)
        case _:
            return place + 1


def _after_escape(pattern: str, place: int) -> int:
    """`\\d`, `\\x{10FFFF}`, `\\pL`, `\\123`; a letter too much is only a word less."""
    place += 2
    while place < len(pattern) and (pattern[place].isalnum()):
        place += 1
    return place


def _after_class(pattern: str, place: int) -> int:
    place += 1
    place += pattern.startswith("^", place)
    place += pattern.startswith("]", place)
    while place < len(pattern) and pattern[place] != "]":
        if pattern.startswith("[:", place):
            end = pattern.find(":]", place)
            place = len(pattern) if end < 0 else end + 2
        else:
            place += 2 if pattern[place] == "\\" else 1
    return place + 1


def _after_group(pattern: str, place: int) -> int:
    depth = 0
    while place < len(pattern):
        match pattern[place]:
            case "\\":
                place += 2
                continue
            case "[":
                place = _after_class(pattern, place)
                continue
            case "(":
                depth += 1
            case ")":
                depth -= 1
                if not depth:
                    return place + 1
            case _:
                pass
        place += 1
    return place
