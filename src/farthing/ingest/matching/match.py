"""Which incoming line is which transaction. Pure: lines in, a `Plan` out.

One-to-one over the whole batch, strongest evidence first, so that a weak match never takes a row that a stronger one needs:
same id, the provider's own pending link, an id re-issued for the same content, a pending row that settled without a link, a manual or file
row that waited for its bank row, a pending row that settled with a tip, a file's row that the bank had taken back. What is left is new:
losing a real purchase is worse than asking about a double.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from operator import attrgetter
from typing import TypeAlias

from farthing.core.ids import TransactionId, new_ids
from farthing.ledger.model import Discarded, Gone, Held, Incoming, LineKind, LineState, Plan, Posting, Status, Suggestion

CHURN_DAYS_MAX = 3
SETTLE_DAYS_MAX = 10
TIP_MAX = 1.35
CLAIM_DAYS_MAX = 3
SUGGEST_DAYS_MAX = 10
Places: TypeAlias = dict[tuple[int, str, int], list[Held]]
_date_of = attrgetter("date")
_OPEN = (LineState.LIVE, LineState.PENDING, LineState.WAITING)


def match(
    incoming: Sequence[Incoming],
    removed: Iterable[bytes],
    held: Iterable[Held],
    *,
    standing: Iterable[Held] = (),
    fresh_ids: Callable[[int], Sequence[int]] = new_ids,
) -> Plan:
    """Decide for every line. `held`: the lines of the batch's ids, the open ones of its accounts, and for files the similar ones.

    `standing`: lines that the batch states again as they are (see `says_nothing_new`): nobody else may take their transactions.
    """
    matching = _Matching(incoming, removed, held, fresh_ids)
    for one in standing:
        matching.stands(one)
    return matching.plan()


def says_nothing_new(digest: int, held: Held) -> bool:
    """Whether a line states what is held already, word for word."""
    return held.digest == digest and held.state in _OPEN


class _Matching:
    """The state of one batch: what is still unmatched on either side."""

    def __init__(
        self, incoming: Sequence[Incoming], removed: Iterable[bytes], held: Iterable[Held], fresh_ids: Callable[[int], Sequence[int]]
    ) -> None:
        self.left: dict[bytes, Incoming] = {i.ref: i for i in incoming}
        self.removed = set(removed) - self.left.keys()
        self.held = {h.ref: h for h in held}
        self.fresh_ids = iter(fresh_ids(len(self.left)))
        self.taken: set[int] = set()
        self.new: list[Posting] = []
        self.changed: list[Posting] = []
        self.aliases: list[Posting] = []
        self.suggestions: list[Suggestion] = []
        self.unchanged = 0

    def stands(self, held: Held) -> None:
        """A line stated again as it is."""
        self.taken.add(held.transaction_id)
        self.removed.discard(held.ref)
        self.unchanged += 1

    def plan(self) -> Plan:
        self._same_id()
        if self.left:
            self._by_content()
        for line in list(self.left.values()):
            self._post_new(line)
        return Plan(self.new, self.changed, self.aliases, self.unchanged, self._gone(), self.suggestions)

    def _by_content(self) -> None:
        self._pending_link()
        self._reissued_id()
        dropped = self._dropped()
        self._pair(dropped, _settles, "same_content", reach=SETTLE_DAYS_MAX)
        self._claimed()
        self._pair(dropped, _settles_tipped, "same_content", reach=SETTLE_DAYS_MAX, by_amount=False)
        self._stated_after_all()

    def _same_id(self) -> None:
        for ref, line in list(self.left.items()):
            held = self.held.get(ref)
            if held is None:
                continue
            del self.left[ref]
            match held.state:
                case LineState.SUPERSEDED if held.status != Status.VOID:
                    self.unchanged += 1  # old news: another line speaks for this transaction now
                    if line.kind != LineKind.BANK and line.line.amount.minor == held.amount:
                        self.taken.add(held.transaction_id)  # a file's next equal row is another purchase
                case LineState.SUPERSEDED | LineState.GONE | LineState.UNDONE:
                    self._post(line, held, "revived", replaces=self._waiting_for(held))
                case _ if line.line.pending and held.status == Status.POSTED:
                    self.unchanged += 1  # posted never goes back to pending
                    self.taken.add(held.transaction_id)
                case _ if line.digest == held.digest:
                    self.unchanged += 1
                    self.taken.add(held.transaction_id)
                case _:
                    self._post(line, held, "same_id")

    def _pending_link(self) -> None:
        for line in list(self.left.values()):
            if line.pending_ref is None or line.ref not in self.left:
                continue
            held = self.held.get(line.pending_ref)
            partner = self.left.get(line.pending_ref)
            if held and held.transaction_id not in self.taken:
                settled = held.state == LineState.SUPERSEDED and held.status != Status.VOID
                if not settled and not _disagree(line, payee_id=held.payee_id, amount=held.amount):
                    self._settle(line, held, "pending_link")
            elif partner and partner is not line:
                if _disagree(line, payee_id=partner.payee_id, amount=partner.line.amount.minor):
                    continue
                del self.left[partner.ref]
                self._post_new(line, replaces=partner)

    def _reissued_id(self) -> None:
        gone = [h for r in self.removed if (h := self.held.get(r)) and h.state in _OPEN]
        self._pair(gone, _same_content, "churned", reach=CHURN_DAYS_MAX)

    def _dropped(self) -> list[Held]:
        """Pending rows whose id the bank has given up. While it is still there, an equal row is a second purchase."""
        return [
            h
            for h in self.held.values()
            if (h.state == LineState.PENDING and h.ref in self.removed) or (_is_renamed(h) and h.status == Status.PENDING)
        ]

    def _claimed(self) -> None:
        kinds = {i.kind for i in self.left.values()}
        waiting = [h for h in self.held.values() if h.state in _OPEN and (kinds - {h.kind} or _is_renamed(h))]
        self._pair(waiting, _claims, "claimed", reach=max(CLAIM_DAYS_MAX, CHURN_DAYS_MAX))
        places = _by_place(waiting, self.taken)
        for line in self.left.values() if places else ():
            near = [h for h in _near(places, line, SUGGEST_DAYS_MAX) if _alike(line, h)]
            if near:
                other = min(near, key=lambda h, i=line: _days(i, h))  # type: ignore[misc]
                self.suggestions.append(Suggestion("same", other.transaction_id, TransactionId(0), 50, line.ref.hex()))

    def _stated_after_all(self) -> None:
        """A file states what the bank had taken back: the same row again, with all that its owner said of it."""
        gone = [h for h in self.held.values() if h.state == LineState.GONE and h.status == Status.VOID and h.kind == LineKind.BANK]
        self._pair(gone, _states_again, "revived", reach=0)

    def _waiting_for(self, held: Held) -> bytes | None:
        """A line of somebody else that spoke for the same transaction while its own was gone."""
        waiting = (h.ref for h in self.held.values() if h.transaction_id == held.transaction_id and h.state == LineState.WAITING)
        return next(waiting, None)

    def _pair(
        self, candidates: Sequence[Held], fits: Callable[[Incoming, Held], bool], evidence: str, *, reach: int, by_amount: bool = True
    ) -> None:
        """One-to-one by content: the nearest day first, then the same payee, then rows that wait for a bank's word, then the oldest.

        `reach`: days that the two may lie apart.
        """
        if not candidates:
            return
        places = _by_place(candidates, self.taken, by_amount=by_amount)
        pairs = [
            (_days(line, held), line.payee_id != held.payee_id, held.state != LineState.WAITING, held.transaction_id, line, held)
            for line in self.left.values()
            for held in _near(places, line, reach, by_amount=by_amount)
            if fits(line, held)
        ]
        for *_, line, held in sorted(pairs, key=lambda p: (*p[:4], p[4].line.row or 0, p[4].ref)):
            if line.ref in self.left and held.transaction_id not in self.taken:
                self._settle(line, held, evidence)

    def _settle(self, line: Incoming, held: Held, evidence: str) -> None:
        """`line` takes over the transaction of `held`; a file row that a bank row already states only becomes an alias of it."""
        del self.left[line.ref]
        if evidence == "revived":
            self._post(line, held, evidence)
            return
        if line.kind > held.kind:
            self.taken.add(held.transaction_id)
            self.unchanged += 1
            self.aliases.append(Posting(line, held.transaction_id, held.status, held.date, "alias", held.ref))
            return
        self._post(line, held, evidence, replaces=held.ref)

    def _post(self, line: Incoming, held: Held, evidence: str, *, replaces: bytes | None = None) -> None:
        self.taken.add(held.transaction_id)
        # Posted at the bank never goes back; what the owner wrote down was no word of the bank's.
        final = held.status == Status.POSTED and held.kind != LineKind.MANUAL
        status = Status.PENDING if line.line.pending and not final else Status.POSTED
        if evidence == "revived":
            status = Status.PENDING if line.line.pending else Status.POSTED
        occurred = _occurred(line, held.date if _remembers_its_day(held) else None)
        self.changed.append(Posting(line, held.transaction_id, status, occurred, evidence, replaces))

    def _post_new(self, line: Incoming, *, replaces: Incoming | None = None) -> None:
        del self.left[line.ref]
        status = Status.PENDING if line.line.pending else Status.POSTED
        occurred = _occurred(line, replaces.line.date if replaces else None)
        self.new.append(Posting(line, TransactionId(next(self.fresh_ids)), status, occurred, "first", replaces.ref if replaces else None))

    def _gone(self) -> list[Gone]:
        replaced = {p.replaces for p in self.changed if p.replaces}
        gone = []
        for ref in sorted(self.removed):
            held = self.held.get(ref)
            if held and held.state in _OPEN and ref not in replaced:
                gone.append(Gone(ref, held.transaction_id, void=held.transaction_id not in self.taken))
        return gone


def _remembers_its_day(held: Held) -> bool:
    """Whether a row's day is better than the day of booking: seen while pending, authorised, or written down by the owner."""
    booked = held.posted_date
    return held.status == Status.PENDING or held.kind == LineKind.MANUAL or booked is None or held.date < booked


def _occurred(line: Incoming, earlier: dt.date | None) -> dt.date:
    """The authorised day, else the one that was known before, else the posted one.

    `date` equals `posted_date` when no authorised day is known.
    """
    day, posted = line.line.date, line.line.posted_date
    if earlier is None or line.line.pending or (posted and day < posted):
        return day
    return min(day, earlier)


def _by_place(candidates: Sequence[Held], taken: set[int], *, by_amount: bool = True) -> Places:
    """Oldest first, so that a fare paid every day for years is not held against all of its own rows."""
    places: Places = {}
    for held in sorted(candidates, key=_date_of):
        if held.transaction_id not in taken:
            places.setdefault((held.account_id, held.currency, held.amount if by_amount else 0), []).append(held)
    return places


def _near(places: Places, line: Incoming, reach: int, *, by_amount: bool = True) -> list[Held]:
    """What stands at the line's place within `reach` days."""
    there = places.get(_place(line, by_amount=by_amount))
    if there is None:
        return []
    day, days = line.line.date, dt.timedelta(days=reach)
    return there[bisect_left(there, day - days, key=_date_of) : bisect_right(there, day + days, key=_date_of)]


def _place(line: Incoming, *, by_amount: bool = True) -> tuple[int, str, int]:
    return line.account_id, line.line.amount.currency, line.line.amount.minor if by_amount else 0


def _days(line: Incoming, held: Held) -> int:
    return abs((line.line.date - held.date).days)


def _same_content(line: Incoming, held: Held) -> bool:
    pending = held.status == Status.PENDING
    return line.line.amount.minor == held.amount and line.payee_id == held.payee_id and line.line.pending == pending


def _disagree(line: Incoming, *, payee_id: int, amount: int) -> bool:
    """A pending link that names another merchant and an amount no tip or hold explains is not believed."""
    mine = line.line.amount.minor
    return line.payee_id != payee_id and (mine * amount <= 0 or not 0.5 <= mine / amount <= 2)


def _settles(line: Incoming, held: Held) -> bool:
    same_place = line.account_id == held.account_id and line.payee_id == held.payee_id
    return same_place and not line.line.pending


def _settles_tipped(line: Incoming, held: Held) -> bool:
    return _settles(line, held) and _tipped(line, held)


def _tipped(line: Incoming, held: Held) -> bool:
    posted, pending = line.line.amount.minor, held.amount
    return pending < 0 and posted < 0 and 1 < posted / pending <= TIP_MAX


def _alike(line: Incoming, held: Held) -> bool:
    """Same place and amount, from another kind of source, and still in the ledger: one purchase or two, only the owner knows."""
    same_place = line.account_id == held.account_id and line.line.amount.currency == held.currency
    same = same_place and line.line.amount.minor == held.amount and line.kind != held.kind
    return same and held.discarded == Discarded.NO


def _states_again(line: Incoming, held: Held) -> bool:
    return line.kind == LineKind.FILE and line.payee_id == held.payee_id and line.line.date == held.date


def _is_renamed(held: Held) -> bool:
    """A bank's line of an account that has a new id since: it comes again under a new id of its own."""
    return held.state == LineState.WAITING and held.kind == LineKind.BANK


def _outranks(line: Incoming, held: Held) -> bool:
    """A bank's line takes over what waited for it; not an entry that the owner wrote and deleted again."""
    thrown_away = held.kind == LineKind.MANUAL and held.discarded != Discarded.NO
    return held.state == LineState.WAITING and line.kind < held.kind and not thrown_away


def _same_from_file(line: Incoming, held: Held) -> bool:
    """A file repeats what a bank said. An owner who writes a row down means that row, whatever else looks like it."""
    return line.kind == LineKind.FILE and held.kind == LineKind.BANK


def _claims(line: Incoming, held: Held) -> bool:
    same_place = line.account_id == held.account_id and line.line.amount.currency == held.currency
    if not same_place or line.line.amount.minor != held.amount:
        return False
    near = _days(line, held)
    if line.kind == held.kind:
        return _is_renamed(held) and line.payee_id == held.payee_id and near <= CHURN_DAYS_MAX
    if not (_outranks(line, held) or _same_from_file(line, held)):
        return False
    return near == 0 or (near <= CLAIM_DAYS_MAX and (line.payee_id == held.payee_id or held.kind == LineKind.MANUAL))
