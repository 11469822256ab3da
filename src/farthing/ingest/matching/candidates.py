"""What the certain rules leave over: which held rows each line may be, and which of those pairs are done or asked. Pure."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Mapping, Sequence
from operator import attrgetter
from typing import TypeAlias

import msgspec

from farthing.ingest.assign import assign
from farthing.ingest.matching import model
from farthing.ingest.matching.model import Role
from farthing.ingest.matching.score import Evidence, role_of, weigh
from farthing.ledger.model import Discarded, Held, Incoming, LineKind, Status

EACH_MAX = 12  # rows weighed for one line, the nearest ones: of more equal rows none is better known than the others
_date_of = attrgetter("date")
Places: TypeAlias = dict[tuple[int, str, int], list[Held]]


class Candidate(msgspec.Struct, frozen=True, gc=False):
    """A line, and a row that it may be."""

    line: Incoming
    held: Held
    role: Role


class Found(msgspec.Struct, frozen=True, gc=False):
    """A pair that is done (`sure`) or asked, with its evidence; the rivals are taken off its score."""

    line: Incoming
    held: Held
    evidence: Evidence

    @property
    def sure(self) -> bool:
        return self.evidence.score >= model.AUTOMATIC


def candidates(lines: Iterable[Incoming], held: Iterable[Held], removed: Collection[bytes]) -> list[Candidate]:
    """Every pair that may be one, by place, day and amount alone. Linear: a line meets rows of its own amount, and the few that wait."""
    coming = sorted(lines, key=lambda i: (i.line.date, i.line.row or 0, i.ref))
    if not coming:
        return []
    rows = list(held)
    exact = by_place(rows, coming)
    loose = _loose(rows)
    found = []
    for line in coming:
        account, amount = line.account_id, line.line.amount
        there = {h.ref: h for h in (*near(exact, line, model.SUGGEST_DAYS_MAX), *_within(loose.get((account, amount.currency)), line))}
        met = [Candidate(line, h, role) for h in there.values() if (role := role_of(line, h, removed))]
        met = [c for c in met if c.held.amount == amount.minor or (c.role.is_loose and c.held.amount * amount.minor > 0)]
        found += sorted(met, key=lambda c: (c.held.amount != amount.minor, *_nearness(c)))[:EACH_MAX]
    return found


def _nearness(one: Candidate) -> tuple[int, int]:
    return abs((one.line.line.date - one.held.date).days), int(one.held.transaction_id)


def by_place(held: Iterable[Held], lines: Iterable[Incoming]) -> Places:
    """Rows at the places of lines: account, unit, amount. Oldest first, so that of a fare paid for years only the near ones are met."""
    places: Places = {(i.account_id, i.line.amount.currency, i.line.amount.minor): [] for i in lines}
    for one in held:
        there = places.get((one.account_id, one.currency, one.amount))
        if there is not None:
            there.append(one)
    for there in places.values():
        there.sort(key=_date_of)
    return places


def near(places: Places, line: Incoming, reach: int) -> Sequence[Held]:
    """What stands at the line's place within `reach` days."""
    return _within(places.get((line.account_id, line.line.amount.currency, line.line.amount.minor)), line, reach)


def _loose(held: Iterable[Held]) -> dict[tuple[int, str], list[Held]]:
    """The few rows whose amount may differ: pending, gone or written down by hand."""
    loose: dict[tuple[int, str], list[Held]] = {}
    for one in held:
        if one.status != Status.POSTED or one.kind == LineKind.MANUAL:
            loose.setdefault((one.account_id, one.currency), []).append(one)
    for there in loose.values():
        there.sort(key=_date_of)
    return loose


def _within(there: Sequence[Held] | None, line: Incoming, reach: int = model.SUGGEST_DAYS_MAX) -> Sequence[Held]:
    if not there:
        return ()
    day, days = line.line.date, dt.timedelta(days=reach)
    return there[bisect_left(there, day - days, key=_date_of) : bisect_right(there, day + days, key=_date_of)]


def decide(found: Sequence[Candidate], words: Mapping[int, str], apart: Collection[tuple[int, int]] = ()) -> list[Found]:
    """The best one-to-one pairs worth doing or asking, in the order of the lines."""
    lines: dict[bytes, int] = {}
    rows: dict[int, int] = {}
    weighed: dict[int, dict[int, tuple[Candidate, Evidence]]] = {}
    for one in found:
        evidence = weigh(one.line, one.held, one.role, words)
        if evidence is None or evidence.score < model.ASKED:
            continue
        line, row = lines.setdefault(one.line.ref, len(lines)), rows.setdefault(int(one.held.transaction_id), len(rows))
        known = weighed.setdefault(line, {}).get(row)
        if known is None or known[1].score < evidence.score:
            weighed[line][row] = (one, evidence)
    for met in weighed.values():
        _keep_apart(met, apart)
    worths = {line: {row: e.score - model.ASKED + 1 for row, (_, e) in met.items()} for line, met in weighed.items()}
    chosen = assign(worths)
    fitting: dict[int, list[int]] = {}  # row -> the scores of lines that found no place
    for line, met in weighed.items():
        for row, (_, e) in met.items() if line not in chosen else ():
            fitting.setdefault(row, []).append(e.score)
    taken = set(chosen.values())
    best = []
    for line, row in sorted(chosen.items()):
        one, evidence = weighed[line][row]
        # Others that found no better place and would fit the line or the row as well.
        floor = evidence.score - model.CLOSE
        rivals = sum(score >= floor for score in fitting.get(row, ()))
        rivals += sum(r not in taken and e.score >= floor for r, (_, e) in weighed[line].items())
        evidence = msgspec.structs.replace(evidence, score=evidence.score - model.RIVAL * rivals)
        if evidence.score >= model.ASKED and (evidence.score >= model.AUTOMATIC or _matters(one)):
            best.append(Found(one.line, one.held, evidence))
    return best


def _keep_apart(met: dict[int, tuple[Candidate, Evidence]], apart: Collection[tuple[int, int]]) -> None:
    """Of two rows that the owner keeps apart a line may be the one that it was, never the other."""
    if not apart:
        return
    ids = {row: int(c.held.transaction_id) for row, (c, _) in met.items()}
    same_kind = [row for row, (c, _) in met.items() if c.held.kind == c.line.kind]
    for mine in same_kind:
        for row in list(met):
            if row not in same_kind and (min(ids[mine], ids[row]), max(ids[mine], ids[row])) in apart:
                del met[row]


def _matters(one: Candidate) -> bool:
    """Whether the question is worth an answer: both rows count, or the owner said something of the one that went."""
    held = one.held
    counts = held.status != Status.VOID and one.role not in {model.DROPPED, model.WITHDRAWN}
    return held.discarded == Discarded.NO and (counts or held.spoken)
