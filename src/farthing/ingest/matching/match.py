"""Which incoming line is which transaction. Pure: lines in, a `Plan` out.

One-to-one over the whole batch, strongest evidence first, so that a weak match never takes a row that a stronger one needs:
same id, the provider's own pending link, an id re-issued for the same content, a pending row that settled without a link, a manual or file
row that waited for its bank row, a file's row that the bank had taken back. What these certain rules leave over is scored (`candidates`):
done, asked or new. Losing a real purchase is worse than asking about a double.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import cached_property

from farthing.core.ids import TransactionId, new_ids
from farthing.ingest.matching.align import Realigning, is_renamed
from farthing.ingest.matching.candidates import Candidate, Found, by_place, candidates, decide, near
from farthing.ingest.matching.model import CHURN_DAYS_MAX, CLAIM_DAYS_MAX, DISBELIEF, ENTRY, FILED, NOT_SURE, SETTLE_DAYS_MAX
from farthing.ingest.matching.score import OPEN, Evidence, role_of
from farthing.ingest.matching.words import asked, noted
from farthing.ledger.model import NEVER_SEEN, Discarded, Gone, Held, Incoming, LineKind, LineState, Plan, Posting, Status, Suggestion

# How the kinds of scored candidates are told; what is not here was claimed.
_EVIDENCE = {"dropped": "same_content", "vanished": "same_content", "withdrawn": "churned", "taken back": "churned", "renamed": "churned"}
AROUND = dt.timedelta(days=14)  # more than any rule reaches


def match(
    incoming: Sequence[Incoming],
    removed: Iterable[bytes],
    held: Iterable[Held],
    *,
    standing: Iterable[Held] = (),
    words: Mapping[int, str] | None = None,
    apart: Collection[tuple[int, int]] = (),
    fresh_ids: Callable[[int], Sequence[int]] = new_ids,
) -> Plan:
    """Decide for every line. `held`: the lines of the batch's ids, the open ones of its accounts, and for files the similar ones.

    `standing`: lines that the batch states again as they are (see `says_nothing_new`): nobody else may take their transactions.
    `words`: cleaned texts by payee. `apart`: pairs (smaller id first) that the owner said are two.
    """
    begun = begin(incoming, removed, held, standing=standing, fresh_ids=fresh_ids)
    return begun.end(words or {}, apart)


def begin(
    incoming: Sequence[Incoming],
    removed: Iterable[bytes],
    held: Iterable[Held],
    *,
    standing: Iterable[Held] = (),
    cheques: Mapping[bytes, Held] | None = None,
    fresh_ids: Callable[[int], Sequence[int]] = new_ids,
) -> Matching:
    """The certain rules alone. `open` says which pairs are still to be weighed, so that texts are opened for those alone.

    `cheques`: the rows that lines are by their number.
    """
    matching = Matching(incoming, removed, held, fresh_ids)
    matching.cheques = cheques or {}
    for one in standing:
        matching.stands(one)
    matching.begin()
    return matching


def says_nothing_new(digest: int, held: Held) -> bool:
    """Whether a line states what is held already, word for word."""
    return held.digest == digest and held.state in OPEN


class Matching:
    """The state of one batch: what is still unmatched on either side."""

    def __init__(
        self, incoming: Sequence[Incoming], removed: Iterable[bytes], held: Iterable[Held], fresh_ids: Callable[[int], Sequence[int]]
    ) -> None:
        self.left: dict[bytes, Incoming] = {i.ref: i for i in incoming}
        self.removed = set(removed) - self.left.keys()
        self.held = {h.ref: h for h in held}
        self.before: dict[int, Held] = {}  # rows that a line takes over or changes, as they were
        self.strangers: list[tuple[Incoming, int]] = []  # lines whose pending link is not believed, and the row that it names
        self.newest = max((i.line.date for i in self.left.values()), default=dt.date.min)
        self.named: set[bytes] = set(self.left)  # ids that stand beneath a row of this batch
        self.fresh_ids = iter(fresh_ids(len(self.left)))
        self.taken: set[int] = set()
        self.new: list[Posting] = []
        self.changed: list[Posting] = []
        self.aliases: list[Posting] = []
        self.suggestions: list[Suggestion] = []
        self.open: list[Candidate] = []
        self.cheques: Mapping[bytes, Held] = {}
        self.streams: Realigning | None = None  # of accounts that stand under a new id
        self.unchanged = 0

    def stands(self, held: Held) -> None:
        """A line stated again as it is."""
        self.taken.add(held.transaction_id)
        self.removed.discard(held.ref)
        self.unchanged += 1

    def begin(self) -> None:
        """Whatever is certain; the rest is `open`."""
        self._same_id()
        if self.left:
            self._by_content()
            free = [h for h in self.around if h.transaction_id not in self.taken] if self.left else []
            self.open = candidates(self.left.values(), free, self.removed) if free else []

    def end(self, words: Mapping[int, str], apart: Collection[tuple[int, int]] = ()) -> Plan:
        """What is open is weighed, what is left is new."""
        if self.streams and self.left:
            self._meet(self.streams.by_amount(words, left=self.left, taken=self.taken))
            self.open = [c for c in self.open if self._is_free(c.line, c.held)]
        found = decide(self.open, words, apart) if self.open else []
        for one in found:
            if one.sure:
                self._settle(one.line, one.held, _EVIDENCE.get(one.evidence.role.name, "claimed"), one.evidence)
        for line in list(self.left.values()):
            self._post_new(line)
        self._ask([one for one in found if not one.sure], apart)
        return Plan(self.new, self.changed, self.aliases, self.unchanged, self._gone(), self.suggestions)

    @cached_property
    def around(self) -> list[Held]:
        """The rows near the days of what comes, of its accounts: all that anything but an id may lead to."""
        days = [i.line.date for i in self.left.values()]
        if not days:
            return []
        first, last = min(days) - AROUND, max(days) + AROUND
        accounts = {i.account_id for i in self.left.values()}
        return [h for h in self.held.values() if first <= h.date <= last and h.account_id in accounts]

    def _by_content(self) -> None:
        self._pending_link()
        for ref, row in self.cheques.items():
            if (line := self.left.get(ref)) and row.transaction_id not in self.taken:
                self._settle(line, row, "cheque")
        self.streams = Realigning(self.held.values(), self.taken, self.left.values())
        self._meet(self.streams.by_text())
        self._reissued_id()
        self._pair(self._dropped(), _settles, "same_content", reach=SETTLE_DAYS_MAX)
        self._claimed()
        self._stated_after_all()

    def _ask(self, found: Sequence[Found], apart: Collection[tuple[int, int]]) -> None:
        """Questions to the owner about rows that are posted as new meanwhile, and about rows that say the same since just now."""
        ids = {p.incoming.ref: p.transaction_id for p in self.new}
        for one in found:
            self._suggest(ids[one.line.ref], one.held.transaction_id, one.evidence.score, asked(one.evidence), apart, line=one.line.ref)
        for line, other_id in self.strangers:
            other = ids.get(line.pending_ref or b"", other_id)
            if other and line.ref in ids:
                self._suggest(ids[line.ref], other, NOT_SURE, "the bank says so, but merchant and amount are others", apart, line=line.ref)
        self._ask_about_corrected(apart)

    def _suggest(self, one: int, other: int, score: int, why: str, apart: Collection[tuple[int, int]], *, line: bytes = b"") -> None:
        left, right = sorted((TransactionId(one), TransactionId(other)))
        if (left, right) not in apart:
            self.suggestions.append(Suggestion("same", left, right, score, why, line))

    def _ask_about_corrected(self, apart: Collection[tuple[int, int]]) -> None:
        """A row whose amount the bank put right, and one that a file or its owner stated with the right amount before."""
        corrected = [p for p in self.changed if (h := self.before.get(p.transaction_id)) and h.amount != p.incoming.line.amount.minor]
        if not corrected:
            return
        waiting = [
            h for h in self.held.values() if h.state == LineState.WAITING and h.kind != LineKind.BANK and h.discarded == Discarded.NO
        ]
        places = by_place((h for h in waiting if h.transaction_id not in self.taken), [p.incoming for p in corrected])
        for posting in corrected:
            line = posting.incoming
            same = [h for h in near(places, line, CLAIM_DAYS_MAX) if h.kind > line.kind and h.payee_id == line.payee_id]
            if same:
                other = min(same, key=lambda h, i=line: (_days(i, h), h.transaction_id))  # type: ignore[misc]
                self.taken.add(other.transaction_id)
                self._suggest(posting.transaction_id, other.transaction_id, NOT_SURE, "the bank's amount is now this one's", apart)

    def _same_id(self) -> None:
        for ref, line in list(self.left.items()):
            held = self.held.get(ref)
            if held is None:
                continue
            if held.digest == NEVER_SEEN and _disagree(line, payee_id=held.payee_id, amount=held.amount):
                continue  # a row named it that is no settlement of it
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
        linked = [i for i in self.left.values() if i.pending_ref is not None]
        for line in sorted(linked, key=lambda i: (i.line.date, i.ref)):
            if line.pending_ref is None or line.ref not in self.left:
                continue
            held = self.held.get(line.pending_ref)
            partner = self.left.get(line.pending_ref)
            if held and held.transaction_id not in self.taken:
                settled = held.state == LineState.SUPERSEDED and held.status != Status.VOID
                if not settled and _disagree(line, payee_id=held.payee_id, amount=held.amount):
                    self.strangers.append((line, held.transaction_id))
                elif not settled:
                    self._settle(line, held, "pending_link")
            elif partner and partner is not line:
                if _disagree(line, payee_id=partner.payee_id, amount=partner.line.amount.minor):
                    self.strangers.append((line, 0))
                    continue
                del self.left[partner.ref]
                self._post_new(line, replaces=partner)

    def _is_free(self, line: Incoming, held: Held) -> bool:
        return line.ref in self.left and held.transaction_id not in self.taken

    def _meet(self, found: Iterable[tuple[Incoming, Held]]) -> None:
        """Rows of an account under a new id, met again in its new stream."""
        for line, held in found:
            if self._is_free(line, held):
                self._settle(line, held, "realigned")

    def _reissued_id(self) -> None:
        gone = [h for r in self.removed if (h := self.held.get(r)) and h.state in OPEN]
        self._pair(gone, _same_content, "churned", reach=CHURN_DAYS_MAX)

    def _dropped(self) -> list[Held]:
        """Pending rows whose id the bank has given up. While it is still there, an equal row is a second purchase."""
        return [
            h
            for h in self.around
            if (h.state == LineState.PENDING and h.ref in self.removed) or (is_renamed(h) and h.status == Status.PENDING)
        ]

    def _claimed(self) -> None:
        kinds = {i.kind for i in self.left.values()}
        waiting = [h for h in self.around if h.state in OPEN and (kinds - {h.kind} or is_renamed(h))]
        went = {
            _content(h.account_id, h.amount, h.date, h.payee_id)
            for h in self.around
            if h.state == LineState.GONE and h.kind == LineKind.BANK
        }

        def claims(line: Incoming, held: Held) -> bool:
            """Not where the line may as well be a row that went and that the owner keeps apart from this one: that is weighed."""
            again = went and _content(line.account_id, line.line.amount.minor, line.line.date, line.payee_id) in went
            return _claims(line, held) and not again

        self._pair(waiting, claims, "claimed", reach=CHURN_DAYS_MAX)

    def _stated_after_all(self) -> None:
        """A file states what the bank had taken back: the same row again, with all that its owner said of it."""
        gone = [h for h in self.around if h.state == LineState.GONE and h.status == Status.VOID and h.kind == LineKind.BANK]
        self._pair(gone, _states_again, "revived", reach=0)

    def _waiting_for(self, held: Held) -> bytes | None:
        """A line of somebody else that spoke for the same transaction while its own was gone."""
        return self.waiting.get(held.transaction_id)

    @cached_property
    def waiting(self) -> dict[int, bytes]:
        """Lines that wait, by their transaction."""
        return {h.transaction_id: h.ref for h in reversed(self.held.values()) if h.state == LineState.WAITING}

    def _pair(self, candidates: Sequence[Held], fits: Callable[[Incoming, Held], bool], evidence: str, *, reach: int) -> None:
        """One-to-one by content: the nearest day first, then the same payee, then rows that wait for a bank's word, then the oldest.

        `reach`: days that the two may lie apart.
        """
        if not candidates:
            return
        places = by_place((h for h in candidates if h.transaction_id not in self.taken), self.left.values())
        pairs = [
            (_days(line, held), line.payee_id != held.payee_id, held.state != LineState.WAITING, held.transaction_id, line, held)
            for line in self.left.values()
            for held in near(places, line, reach)
            if fits(line, held)
        ]
        for *_, line, held in sorted(pairs, key=lambda p: (*p[:4], p[4].line.row or 0, p[4].ref)):
            if line.ref in self.left and held.transaction_id not in self.taken:
                self._settle(line, held, evidence)

    def _settle(self, line: Incoming, held: Held, evidence: str, weighed: Evidence | None = None) -> None:
        """`line` takes over the transaction of `held`; a file row that another row already states only becomes an alias of it."""
        del self.left[line.ref]
        if evidence == "revived":
            self._post(line, held, evidence)
            return
        if line.kind > held.kind or (line.kind == held.kind == LineKind.FILE):
            self.taken.add(held.transaction_id)
            self.unchanged += 1
            self.aliases.append(Posting(line, held.transaction_id, held.status, held.date, "alias", held.ref))
            return
        self._post(line, held, evidence, replaces=held.ref, weighed=weighed)

    def _post(self, line: Incoming, held: Held, evidence: str, *, replaces: bytes | None = None, weighed: Evidence | None = None) -> None:
        self.taken.add(held.transaction_id)
        self.before[held.transaction_id] = held
        # Posted at the bank never goes back; what the owner wrote down was no word of the bank's.
        final = held.status == Status.POSTED and held.kind != LineKind.MANUAL
        status = Status.PENDING if line.line.pending and not final else Status.POSTED
        if evidence == "revived":
            status = Status.PENDING if line.line.pending else Status.POSTED
        occurred = _occurred(line, held.date if evidence == "cheque" or _remembers_its_day(held) else None)
        counted = noted(line, held, weighed) if replaces and evidence != "revived" else ""
        self.changed.append(Posting(line, held.transaction_id, status, occurred, evidence, replaces, counted))

    def _post_new(self, line: Incoming, *, replaces: Incoming | None = None) -> None:
        del self.left[line.ref]
        status = Status.PENDING if line.line.pending else Status.POSTED
        occurred = _occurred(line, replaces.line.date if replaces else None)
        before = replaces.ref if replaces else self._named_before_it_came(line)
        self.new.append(Posting(line, TransactionId(next(self.fresh_ids)), status, occurred, "first", before))

    def _named_before_it_came(self, line: Incoming) -> bytes | None:
        """The id of a pending row that a fresh row settles and that nobody has seen: should it come later, it is old news."""
        ref = line.pending_ref
        if (
            ref is None
            or line.line.pending
            or ref in self.held
            or ref in self.named
            or (self.newest - line.line.date).days > SETTLE_DAYS_MAX
        ):
            return None
        self.named.add(ref)
        return ref

    def _gone(self) -> list[Gone]:
        replaced = {p.replaces for p in self.changed if p.replaces}
        gone = []
        for ref in sorted(self.removed):
            held = self.held.get(ref)
            if held and held.state in OPEN and ref not in replaced:
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


def _content(account_id: int, amount: int, day: dt.date, payee_id: int) -> tuple[int, int, dt.date, int]:
    return account_id, amount, day, payee_id


def _days(line: Incoming, held: Held) -> int:
    return abs((line.line.date - held.date).days)


def _same_content(line: Incoming, held: Held) -> bool:
    pending = held.status == Status.PENDING
    return line.line.amount.minor == held.amount and line.payee_id == held.payee_id and line.line.pending == pending


def _disagree(line: Incoming, *, payee_id: int, amount: int) -> bool:
    """A pending link that names another merchant and an amount no tip or hold explains is not believed."""
    mine = line.line.amount.minor
    return line.payee_id != payee_id and (mine * amount <= 0 or not 1 / DISBELIEF <= mine / amount <= DISBELIEF)


def _settles(line: Incoming, held: Held) -> bool:
    same_place = line.account_id == held.account_id and line.payee_id == held.payee_id
    return same_place and not line.line.pending


def _states_again(line: Incoming, held: Held) -> bool:
    return line.kind == LineKind.FILE and line.payee_id == held.payee_id and line.line.date == held.date


def _claims(line: Incoming, held: Held) -> bool:
    """The same place, amount and merchant; on the same day, unless the account's rows come again anyway."""
    if line.payee_id != held.payee_id:
        return False
    if line.kind == held.kind:
        return is_renamed(held)
    return line.line.date == held.date and role_of(line, held) in (ENTRY, FILED)
