"""What holds of every plan, whatever a bank, a file and an owner bring together."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from itertools import count

import msgspec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from farthing.core.ids import AccountId, TransactionId
from farthing.core.money import Money
from farthing.ingest.assign import assign
from farthing.ingest.land import line_state
from farthing.ingest.matching.match import match, says_nothing_new
from farthing.ledger.model import Discarded, Held, Incoming, LineKind, LineState, Plan, Posting, StatementLine, Status

PATIENT = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])  # no clock decides here
DAY = dt.date(2026, 10, 1)
WORDS = {0: "ZORBLAX", 1: "ZORBLAX COFFEE", 2: "QUUXLEY", 3: ""}
AMOUNTS = (-10_000, -5_000, -6_000, -5_100, -450, -450, 450)


def ref(n: int) -> bytes:
    return n.to_bytes(16, "big")


@st.composite
def incoming(draw: st.DrawFn, number: int) -> Incoming:
    kind = draw(st.sampled_from((LineKind.BANK, LineKind.BANK, LineKind.FILE, LineKind.MANUAL)))
    pending = kind == LineKind.BANK and draw(st.booleans())
    day = DAY + dt.timedelta(days=draw(st.integers(0, 6)))
    names = draw(st.none() | st.integers(0, 9)) if kind == LineKind.BANK and not pending else None
    line = StatementLine(
        account_ref="checking",
        amount=Money(draw(st.sampled_from(AMOUNTS)), "USD"),
        date=day,
        text="",
        ref=f"r{number}" if kind == LineKind.BANK else None,
        posted_date=None if pending else day,
        pending=pending,
    )
    payee_id = draw(st.integers(0, 3))
    digest = hash((line.amount.minor, day, pending, payee_id)) % (1 << 40) + 2
    account_id = AccountId(draw(st.sampled_from((1, 1, 1, 2))))
    return Incoming(line, account_id, ref(number), digest, payee_id, None if names is None else ref(names), kind)


@st.composite
def held(draw: st.DrawFn, number: int) -> Held:
    kind = draw(st.sampled_from((LineKind.BANK, LineKind.BANK, LineKind.FILE, LineKind.MANUAL)))
    state = draw(st.sampled_from(list(LineState))) if kind == LineKind.BANK else LineState.WAITING
    status = Status.VOID if state in {LineState.GONE, LineState.UNDONE} else Status.POSTED
    if state == LineState.PENDING or (kind == LineKind.BANK and state == LineState.WAITING and draw(st.booleans())):
        status = Status.PENDING
    day = DAY + dt.timedelta(days=draw(st.integers(0, 6)))
    return Held(
        ref=ref(number),
        transaction_id=TransactionId(1_000 + number),
        account_id=AccountId(draw(st.sampled_from((1, 1, 1, 2)))),
        digest=draw(st.integers(2, 1 << 40)),
        state=state,
        kind=kind,
        date=day,
        amount=draw(st.sampled_from(AMOUNTS)),
        currency="USD",
        payee_id=draw(st.integers(0, 3)),
        status=status,
        counts_on=day,
        posted_date=None if status == Status.PENDING or draw(st.booleans()) else day,
        discarded=draw(st.sampled_from((Discarded.NO, Discarded.NO, Discarded.BY_OWNER))),
        spoken=draw(st.booleans()),
    )


@st.composite
def batches(draw: st.DrawFn) -> tuple[list[Incoming], list[bytes], list[Held]]:
    """Lines that come, ids that go, and rows that are here: some of them under the ids that come."""
    ours = [draw(held(n)) for n in range(draw(st.integers(0, 7)))]
    theirs = [draw(incoming(n)) for n in draw(st.lists(st.integers(0, 14), unique=True, max_size=7))]
    removed = [ref(n) for n in draw(st.lists(st.integers(0, 14), unique=True, max_size=5))]
    kinds = {h.ref: h.kind for h in ours}
    return [i for i in theirs if kinds.get(i.ref, i.kind) == i.kind], removed, ours


def planned(lines: Sequence[Incoming], removed: Sequence[bytes], ours: Sequence[Held]) -> Plan:
    by_ref = {h.ref: h for h in ours}
    standing = {i.ref: by_ref[i.ref] for i in lines if i.ref in by_ref and says_nothing_new(i.digest, by_ref[i.ref])}
    rest = [i for i in lines if i.ref not in standing]
    numbers = count(5_000)
    return match(rest, removed, ours, standing=standing.values(), words=WORDS, fresh_ids=lambda n: [next(numbers) for _ in range(n)])


@PATIENT
@given(batches())
def test_no_line_is_lost_and_none_counts_twice(batch: tuple[list[Incoming], list[bytes], list[Held]]) -> None:
    lines, removed, ours = batch
    plan = planned(lines, removed, ours)
    said = Counter(p.incoming.ref for p in (*plan.new, *plan.changed, *plan.aliases))
    folded = {p.replaces for p in plan.new} & {i.ref for i in lines}
    assert max(said.values(), default=1) == 1
    assert len(said) - len(plan.aliases) + plan.unchanged + len(folded) == len(lines)


@PATIENT
@given(batches())
def test_no_two_lines_take_the_same_row(batch: tuple[list[Incoming], list[bytes], list[Held]]) -> None:
    plan = planned(*batch)
    rows = Counter(p.transaction_id for p in (*plan.new, *plan.changed, *plan.aliases))
    assert max(rows.values(), default=1) == 1


@PATIENT
@given(batches())
def test_what_is_booked_never_becomes_pending_again_and_money_never_turns(batch: tuple[list[Incoming], list[bytes], list[Held]]) -> None:
    lines, removed, ours = batch
    was = {h.transaction_id: h for h in ours}
    for posting in planned(lines, removed, ours).changed:
        before = was[posting.transaction_id]
        if before.status == Status.POSTED and before.kind != LineKind.MANUAL and posting.evidence != "revived":
            assert posting.status == Status.POSTED
        if posting.replaces is not None and posting.evidence not in {"revived", "pending_link"}:
            assert posting.incoming.line.amount.minor * before.amount > 0


@PATIENT
@given(batches(), st.randoms(use_true_random=False))
def test_the_order_of_lines_does_not_matter(batch: tuple[list[Incoming], list[bytes], list[Held]], dice: object) -> None:
    lines, removed, ours = batch
    mixed, others = list(lines), list(ours)
    dice.shuffle(mixed)  # type: ignore[attr-defined]
    dice.shuffle(others)  # type: ignore[attr-defined]
    assert outcome(planned(mixed, removed, others)) == outcome(planned(lines, removed, ours))


def outcome(plan: Plan) -> set[tuple[object, ...]]:
    """A plan without the numbers of new rows."""
    new = {p.transaction_id: p.incoming.ref for p in plan.new}
    return {
        *((p.incoming.ref, p.replaces, p.status, p.occurred) for p in plan.new),
        *((p.incoming.ref, p.transaction_id, p.replaces, p.status, p.occurred, p.why) for p in (*plan.changed, *plan.aliases)),
        *((g.ref, g.transaction_id, g.void) for g in plan.gone),
        *(("asked", frozenset((new.get(s.left, s.left), new.get(s.right, s.right))), s.score, s.evidence) for s in plan.suggestions),
    }


@PATIENT
@given(batches())
def test_the_same_news_again_is_no_news(batch: tuple[list[Incoming], list[bytes], list[Held]]) -> None:
    lines, removed, ours = batch
    after = applied(planned(lines, removed, ours), ours)
    again = planned(lines, removed, after)
    assert (again.new, again.changed, again.gone) == ([], [], [])


def applied(plan: Plan, ours: Sequence[Held]) -> list[Held]:
    """The rows as the plan leaves them, and the lines beneath them."""
    rows = {h.transaction_id: h for h in ours}
    lines = {h.ref: h for h in ours}
    for gone in plan.gone:
        if gone.void:
            rows[gone.transaction_id] = msgspec.structs.replace(rows[gone.transaction_id], status=Status.VOID)
        lines[gone.ref] = msgspec.structs.replace(lines[gone.ref], state=LineState.GONE, digest=0)
    for posting in (*plan.new, *plan.changed, *plan.aliases):
        if posting.evidence != "alias":
            rows[posting.transaction_id] = _posted(posting, rows.get(posting.transaction_id))
        one = msgspec.structs.replace(
            rows[posting.transaction_id], ref=posting.incoming.ref, digest=posting.incoming.digest, kind=posting.incoming.kind,
            state=line_state(posting),
        )  # fmt: skip
        if posting.replaces is not None and posting.evidence != "alias":
            kind = lines[posting.replaces].kind if posting.replaces in lines else posting.incoming.kind
            lines[posting.replaces] = msgspec.structs.replace(one, ref=posting.replaces, state=LineState.SUPERSEDED, digest=1, kind=kind)
        lines[one.ref] = one
    return [_on(line, rows[line.transaction_id]) for line in lines.values()]


def _posted(posting: Posting, before: Held | None) -> Held:
    line = posting.incoming
    return Held(
        ref=line.ref, transaction_id=posting.transaction_id, account_id=line.account_id, digest=line.digest, state=line_state(posting),
        kind=line.kind, date=posting.occurred, amount=line.line.amount.minor, currency="USD", payee_id=line.payee_id, status=posting.status,
        counts_on=posting.occurred, posted_date=None if posting.status == Status.PENDING else line.line.posted_date or line.line.date,
        discarded=before.discarded if before else Discarded.NO, spoken=before.spoken if before else False,
    )  # fmt: skip


def _on(line: Held, row: Held) -> Held:
    """A line with what its row says."""
    return msgspec.structs.replace(
        row, ref=line.ref, digest=line.digest, state=line.state, kind=line.kind, transaction_id=line.transaction_id
    )


@PATIENT
@given(st.dictionaries(st.integers(0, 5), st.dictionaries(st.integers(0, 5), st.integers(1, 9), max_size=6), max_size=6))
def test_an_assignment_is_the_best_there_is(worths: dict[int, dict[int, int]]) -> None:
    chosen = assign(worths)
    assert len(set(chosen.values())) == len(chosen)
    assert sum(worths[line][row] for line, row in chosen.items()) == best(worths, sorted(worths), frozenset())


def best(worths: dict[int, dict[int, int]], lines: list[int], used: frozenset[int]) -> int:
    """Everything tried."""
    if not lines:
        return 0
    without = best(worths, lines[1:], used)
    return max([without, *(w + best(worths, lines[1:], used | {row}) for row, w in worths[lines[0]].items() if row not in used)])
