"""Steps 3 to 10 of the straight line, for whatever brings lines: a bank, a file, the owner's own hand.

land, match, label, post, pair, roll up, check, record: one database transaction under the household lock, one statement a step, none a row.
Labels are decided before the rows are written, so that a new row is written once with everything that is known of it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Protocol

import msgspec

from farthing.categorize import Names
from farthing.categorize.ruling.model import Judged
from farthing.connections import due
from farthing.connections.due import Kind
from farthing.core.ids import AccountId, CategoryId
from farthing.flows.check_budgets import check_budgets
from farthing.flows.desk import Desk, decide_lines, payee_of, tag_id
from farthing.flows.judge import judge_lines, label_by
from farthing.flows.keep_track import foresee, keep_track, only_news
from farthing.flows.pair_up import Joined, pair_up
from farthing.flows.raise_alerts import Said, told_of
from farthing.flows.refresh_recurring import wish_for_series
from farthing.flows.rule_lines import rule_new
from farthing.flows.settle_splits import stated_parts
from farthing.flows.stand_in import heed_merges, stand_in
from farthing.flows.tell import tell
from farthing.ingest.batches.batch import BatchRow, Change, write_batch
from farthing.ingest.coverage import Coverage, cover
from farthing.ingest.land import Head, known, land, missing, presented, similar, write_lines
from farthing.ingest.matching.align import is_renamed
from farthing.ingest.matching.candidates import Candidate
from farthing.ingest.matching.match import begin, says_nothing_new
from farthing.ingest.pairing.decisions import join_rows, part
from farthing.ingest.ready import named, ready
from farthing.ingest.suggestions.ask import apart, ask, asked_of
from farthing.ledger.accounts import Account
from farthing.ledger.label import Part, split, tag
from farthing.ledger.lock import bump
from farthing.ledger.model import Discarded, Held, Incoming, Label, LineKind, LineState, Plan, Posting, Source, StatementLine
from farthing.ledger.post import Fresh, OwnerText, Payee, post
from farthing.ledger.rates import home_amounts
from farthing.ledger.reading.payees import payees_some
from farthing.ledger.rollup import roll_up
from farthing.notify.outbox import Event
from farthing.security import audit


class Intake(msgspec.Struct, frozen=True, kw_only=True):
    """What came: `placed` says which account each `account_ref` is; lines of others are left alone."""

    kind: LineKind
    lines: Sequence[StatementLine]
    placed: Mapping[str, AccountId]
    accounts: Mapping[int, Account]
    removed: Sequence[tuple[str, str]] = ()
    snapshot_since: dt.date | None = None  # what we hold of these accounts from that day on, and these lines lack, is gone
    pages: Sequence[bytes] = ()
    form: str = ""
    owner_category_id: CategoryId | None = None  # what the owner says of all these lines
    units: Mapping[str, str] = {}  # the currency of each of the sender's accounts, to read the pages by once more
    again: Again | None = None  # this came in before, and is taken in once more


class Again(Protocol):
    """What a replay knows of how it went: ids and labels are facts that no second look would give."""

    def renumbered(self, plan: Plan) -> Plan:
        """The plan with the ids that its new rows had."""
        ...

    def labelled(self, new: Sequence[Posting], decided: Sequence[Label]) -> list[Label]:
        """The first labels of new rows as they were, where that is known; else as `decided` today."""
        ...

    def parted(self, posting: Posting, today: tuple[Part, ...]) -> tuple[Part, ...]:
        """The parts that a new row came with, where that is known; else those of `today`."""
        ...

    @property
    def ruled(self) -> Mapping[int, Sequence[Change]]:
        """What rules set on new rows then, by transaction id."""
        ...


class Outcome(msgspec.Struct, frozen=True):
    """What a batch did. `new_ids` in the order of the lines that were new."""

    added: int = 0
    updated: int = 0
    removed: int = 0
    known: int = 0
    similar: int = 0
    new_ids: tuple[int, ...] = ()
    checked: Said = Said()
    version: int = 0
    covered: tuple[Coverage, ...] = ()  # of accounts under new ids, how much was met again
    months: frozenset[dt.date] | None = None  # those whose rows changed, where rows are all that changed of what figures are made of

    @property
    def changed(self) -> bool:
        return bool(self.added or self.updated or self.removed)


class Matched(msgspec.Struct, frozen=True):
    """A plan with what it was made from."""

    plan: Plan
    payees: dict[int, Payee]
    held: dict[bytes, Held]
    revived: tuple[int, ...]
    names: Names


async def plan_intake(desk: Desk, intake: Intake) -> Matched:
    """Step 4: what these lines would do. Reads only, so that a dry run is the same code."""
    names = Names()
    lines = named(intake.lines, hashes=desk.sealer, placed=intake.placed, kind=intake.kind)
    removed = [_removed_ref(desk, intake, account, ref) for account, ref in intake.removed if account in intake.placed]
    if not lines and not removed and intake.snapshot_since is None:
        return Matched(Plan(), {}, {}, (), names)
    held = await known(desk.unit, lines, removed, desk.today)
    by_ref = {h.ref: h for h in held}
    standing = {i.ref: h for i in lines if (h := by_ref.get(i.ref)) and says_nothing_new(i.digest, h)}
    incoming, payees = ready(
        [i for i in lines if i.ref not in standing],
        hashes=desk.sealer,
        key_of=names.key,
        payee_of=lambda line, key: payee_of(line, key, names),
    )
    if intake.kind != LineKind.BANK and incoming:
        held = [*held, *await similar(desk.unit, incoming)]
    if intake.snapshot_since is not None:
        stated = {i.ref for i in lines}
        lost = await missing(desk.unit, sorted(set(intake.placed.values())), intake.snapshot_since, intake.kind)
        held = [*held, *(h for h in lost if h.ref not in stated)]
        removed += [h.ref for h in lost if h.ref not in stated and not is_renamed(h)]  # those may only have been missed: their owner sees
    cheques = await presented(desk.unit, desk.sealer, incoming)
    held = [*held, *cheques.values()] if cheques else held
    begun = begin(incoming, removed, held, standing=standing.values(), cheques=cheques)
    plan = begun.end(await _words(desk, begun.open, payees), await _kept_apart(desk, begun.open))
    plan = intake.again.renumbered(plan) if intake.again else plan
    by_ref = {h.ref: h for h in held}
    revived = tuple(p.transaction_id for p in plan.changed if p.evidence == "revived" and _undone(by_ref.get(p.incoming.ref)))
    return Matched(plan, payees, by_ref, revived, names)


async def _words(desk: Desk, candidates: Sequence[Candidate], payees: Mapping[int, Payee]) -> dict[int, str]:
    """The texts of lines and of rows that they may be; nothing is read of rows whose text is a line's."""
    mine, theirs = {c.line.payee_id for c in candidates}, {c.held.payee_id for c in candidates}
    strange = sorted(theirs - payees.keys())
    known = await payees_some(desk.unit, desk.sealer, strange) if strange else {}
    return {i: p.key for i in mine | theirs if (p := known.get(i) or payees.get(i))}


async def _kept_apart(desk: Desk, candidates: Sequence[Candidate]) -> frozenset[tuple[int, int]]:
    """Rows that the owner said are two, among those that lines may be."""
    return await apart(desk.unit, sorted({int(c.held.transaction_id) for c in candidates}))


def _undone(held: Held | None) -> bool:
    """Whether an import that was undone brings the row back; one that the owner threw away stays away."""
    return held is not None and held.state == LineState.UNDONE and held.discarded == Discarded.BY_UNDO


def _removed_ref(desk: Desk, intake: Intake, account_ref: str, ref: str) -> bytes:
    return desk.sealer.index("line", f"{intake.placed[account_ref]}|{intake.kind:d}|{ref}".encode())


async def take_in(desk: Desk, intake: Intake, batch: BatchRow) -> Outcome:
    """Steps 3 to 9, for the lines that are already placed. The caller records the version (`close`) and commits.

    Lines that say nothing new leave nothing behind, their pages included: no batch would lead to those.
    """
    if not intake.lines and not intake.removed and intake.snapshot_since is None:
        return Outcome()
    matched = await plan_intake(desk, intake)
    plan = matched.plan
    if _is_empty(plan):
        return Outcome(known=plan.unchanged)
    heeded = await heed_merges(desk, plan, matched.held)
    plan = heeded.plan
    homes = await _homes(desk, plan)
    fresh, judged = await _labelled(desk, intake, matched, homes)
    joined = await pair_up(desk, plan, matched.held, fresh=fresh, homes=homes, accounts=intake.accounts, names=matched.names)
    relabel = dict(joined.labels)
    fresh = [f if f.posting.transaction_id not in relabel else _with(f, relabel.pop(f.posting.transaction_id)) for f in fresh]
    effects = await foresee(desk, plan, matched.held, relabel=relabel, revived=matched.revived)
    effects = effects if heeded.turns else only_news(effects, homes)
    plan = effects.plan
    if _is_empty(plan):
        return Outcome(known=plan.unchanged)
    async with desk.unit.together():
        await keep_pages(desk, intake, batch)
        written = await post(
            desk.unit, desk.sealer, batch_id=batch.batch_id, at=desk.at, fresh=fresh, plan=plan, payees=matched.payees, home_amounts=homes
        )
        await write_lines(desk.unit, plan, set(matched.held))
        await _beside(desk, batch, plan, fresh=fresh, joined=joined)
    written |= await rule_new(
        desk, batch.batch_id, fresh, judged=judged, homes=homes, accounts=intake.accounts, then=intake.again.ruled if intake.again else None
    )
    touched = written | await keep_track(desk, effects, batch_id=batch.batch_id, homes=homes, more=joined.changes)
    touched |= await stand_in(desk, batch.batch_id, heeded)
    await roll_up(desk.unit, desk.household, touched, fresh, home=homes)
    checked = await check_budgets(desk, touched)
    return Outcome(
        added=len(fresh),
        updated=len(plan.changed),
        removed=len(plan.gone),
        known=plan.unchanged,
        similar=len(plan.suggestions),
        new_ids=tuple(f.posting.transaction_id for f in fresh),
        checked=checked,
        covered=cover(matched.held.values(), plan),
        months=touched.months,
    )


def _is_empty(plan: Plan) -> bool:
    return not (plan.new or plan.changed or plan.aliases or plan.gone)


async def keep_pages(desk: Desk, intake: Intake, batch: BatchRow) -> None:
    """Step 3. The pages are kept in the round trip that posts what they say; nothing reads them before a replay."""
    if intake.pages:
        await land(
            desk.unit, desk.sealer, batch_id=batch.batch_id, connection_id=batch.connection_id, pages=intake.pages,
            rows=len(intake.lines), form=intake.form,
            head=Head(intake.kind, intake.placed, intake.units, intake.snapshot_since),
        )  # fmt: skip


async def _homes(desk: Desk, plan: Plan) -> dict[int, int | None]:
    home = desk.household.currency
    lines = [(p, amount) for p in (*plan.new, *plan.changed) if (amount := p.incoming.line.amount).currency != home]
    rows = [(int(p.transaction_id), amount.minor, amount.currency, p.occurred) for p, amount in lines]
    return await home_amounts(desk.unit, home, rows)


async def _labelled(desk: Desk, intake: Intake, matched: Matched, homes: Mapping[int, int | None]) -> tuple[list[Fresh], dict[int, Judged]]:
    """Step 6 for new rows: a label each, what a file says in the owner's name, and what rules make of them, by transaction id."""
    new = matched.plan.new
    incoming = [p.incoming for p in new]
    labels = await decide_lines(desk, incoming, matched.payees, intake.accounts, matched.names)
    judged = await judge_lines(desk, incoming, matched.payees, labels) if intake.again is None else []
    labels = [_ruled(desk, intake, *one) for one in zip(incoming, labels, judged, strict=True)] if judged else labels
    labels = intake.again.labelled(new, labels) if intake.again else labels
    fresh, by_hand = list[Fresh](), intake.kind == LineKind.MANUAL
    said = Label(intake.owner_category_id, Source.OWNER, 1000) if intake.owner_category_id is not None else None
    for posting, given in zip(new, labels, strict=True):
        line, label = posting.incoming.line, said or given
        merchant = (line.merchant or "") if by_hand else ""
        owner = OwnerText(line.owner_note or "", merchant) if line.owner_note or merchant else None
        parts = stated_parts(desk, line, homes.get(posting.transaction_id)) if line.owner_parts else ()
        parts = intake.again.parted(posting, parts) if intake.again else parts
        reviewed = by_hand or label.source == Source.OWNER or bool(parts)
        fresh.append(Fresh(posting, label, owner, reviewed, parts))
    return fresh, {int(p.transaction_id): j for p, j in zip(new, judged, strict=False) if j is not None}


def _ruled(desk: Desk, intake: Intake, incoming: Incoming, label: Label, judged: Judged | None) -> Label:
    """A rule goes before everything but the owner's own word."""
    if judged is None or label.source == Source.OWNER:
        return label
    return label_by(desk, judged, intake.accounts.get(incoming.account_id), incoming.line.amount.minor) or label


def _with(fresh: Fresh, better: Label) -> Fresh:
    return msgspec.structs.replace(fresh, label=better)


async def _beside(desk: Desk, batch: BatchRow, plan: Plan, *, fresh: Sequence[Fresh], joined: Joined) -> None:
    """What hangs on new rows: pairs remembered and come apart, tags and parts of a file, questions to the owner."""
    await part(desk.unit, [d.ids for d in joined.apart])
    evidence = [m.evidence for m in joined.made]
    await join_rows(desk.unit, desk.sealer, batch_id=batch.batch_id, at=desk.at, decisions=joined.decisions, evidence=evidence)
    await _tag(desk, fresh)
    if parts := {int(f.posting.transaction_id): f.parts for f in fresh if f.parts}:
        await split(desk.unit, desk.sealer, parts, fresh=True)
    await ask(desk.unit, desk.sealer, at=desk.at, batch_id=batch.batch_id, questions=[*asked_of(plan), *joined.questions])


async def _tag(desk: Desk, fresh: Sequence[Fresh]) -> None:
    tagged = {f.posting.transaction_id: f.posting.incoming.line.owner_tags for f in fresh if f.posting.incoming.line.owner_tags}
    if tagged:
        names = {tag_id(desk.sealer, name): name for tags in tagged.values() for name in tags}
        ids = {int(i): [tag_id(desk.sealer, name) for name in tags] for i, tags in tagged.items()}
        await tag(desk.unit, desk.sealer, names=names, tagged=ids, fresh=True)


async def close(desk: Desk, outcome: Outcome, batch: BatchRow, *, kind: str, events: Sequence[Event] = ()) -> int:
    """Step 10: the batch, the audit event, the outbox with the household's new version. Returns the version."""
    finished = msgspec.structs.replace(
        batch, finished_at=desk.at, added=outcome.added, updated=outcome.updated, removed=outcome.removed, known=outcome.known,
        version=desk.household.version + 1,
    )  # fmt: skip
    told = {"batch": batch.batch_id, "added": outcome.added, "updated": outcome.updated, "removed": outcome.removed}
    async with desk.unit.together():
        version = await bump(desk.unit, desk.household, today=desk.today, months=outcome.months)
        await write_batch(desk.unit, desk.sealer, finished)
        await audit.record(desk.unit, desk.sealer, desk.actor, kind, told, desk.at)
        await tell(desk.unit, desk.sealer, at=desk.at, version=version, events=[*told_of(outcome.checked), *events])
        await wish_for_looks(desk)
    return version


async def wish_for_looks(desk: Desk) -> None:
    """Rows changed: after the commit, and once for many changes, somebody looks what stands out among them and what comes again."""
    await due.enqueue(desk.unit, desk.unit.household_id, Kind.WATCH, 0, desk.at, apart=True)
    await wish_for_series(desk)
