"""Bugs that somebody could well write, each as a change of one name of the program, for a test alone. A simulation that does not find them
proves nothing by finding none in what we really run.
"""

from __future__ import annotations

import itertools
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import msgspec

from farthing.connections import store
from farthing.connections.model import Status as LinkStatus
from farthing.core.money import Money
from farthing.flows import keep_track as tracking
from farthing.flows import pair_up, place, raise_alerts, rebuild_steps, rule_effects, sift_rows, sync, take_in, undo
from farthing.flows import revise as revising
from farthing.flows.raise_alerts import Said
from farthing.flows.recognise import Recognised
from farthing.ingest import land
from farthing.ingest.batches import image
from farthing.ingest.matching import match, model, score
from farthing.ingest.pairing import pair as pairing
from farthing.ledger import rollup
from farthing.ledger.model import LineState, Source, Status
from farthing.notify.alerting import Settled, settle

answering = import_module("farthing.flows.answer")
camt = import_module("farthing.connections.files.camt.read")

Plant = tuple[Any, str, Any]


def _nothing(*_: Any, **__: Any) -> None:
    return None


async def _later_nothing(*_: Any, **__: Any) -> None:
    return None


def _after(original: Callable[..., Awaitable[Any]], sql: str) -> Callable[..., Awaitable[Any]]:
    """What writes the lines, and then harms the rows that changed."""

    async def harmed(unit: Any, plan: Any, *more: Any) -> Any:
        done = await original(unit, plan, *more)
        ids = [int(p.transaction_id) for p in plan.changed]
        await unit._send()
        await unit.conn.execute(
            f"update transaction set {sql} where household_id = $1 and transaction_id = any($2)", unit.household_id, ids
        )
        return done

    return harmed


def _by_content(lines: Any, **more: Any) -> Any:
    return _named([msgspec.structs.replace(line, ref=None, occurrence=0) for line in lines], **more)


def _once(lines: Any, **more: Any) -> Any:
    return _named([msgspec.structs.replace(line, occurrence=0) for line in lines], **more)


async def _cursor_first(world: Any, household_id: int, look: Any) -> Any:
    async with world.db.unit(household_id) as unit:
        sealer = await world.keyring.sealer(unit, household_id)
        now = world.clock.now()
        await store.synced(unit, sealer, look.opened, look.fetched, now=now, next_sync_at=now)
    return await _land(world, household_id, look)


async def _halves(unit: Any, plan: Any, *more: Any) -> None:
    await unit._send()
    await unit.conn.execute(f"commit; begin; set local app.household = '{unit.household_id}'")
    await _write_lines(unit, plan, *more)


async def _never_missing(*_: Any, **__: Any) -> list[Any]:
    return []


async def _sums_that_keep_what_vanished(unit: Any, household: Any, months: Any, **_: Any) -> None:
    await _rebuild(unit, household, months, vanished=False)


async def _none_found(*_: Any, **__: Any) -> dict[Any, Any]:
    return {}


def _as_posted_anyway(self: Any, line: Any, held: Any, evidence: str, **more: Any) -> None:
    _post(self, line, held, evidence, **more)
    self.changed[-1] = msgspec.structs.replace(self.changed[-1], status=Status.POSTED)


def _taken_by_nobody(self: Any, line: Any, held: Any, evidence: str, **more: Any) -> None:
    _post(self, line, held, evidence, **more)
    self.taken.discard(held.transaction_id)


def _unknown_ids_fail(self: Any) -> Any:
    for ref in self.removed:
        self.held[ref]
    return _gone(self)


def _no_removal_voids(self: Any) -> Any:
    return [msgspec.structs.replace(g, void=False) for g in _gone(self)]


def _all_is_known(digest: int, held: Any) -> bool:
    return held.state in match.OPEN


def _no_category_back(whole: Any, group: Any, was: Any) -> Any:
    return whole if group.name == "CATEGORY" else _restored(whole, group, was)


def _no_note_back(whole: Any, group: Any, was: Any) -> Any:
    return whole if group.name == "NOTE" else _restored(whole, group, was)


def _all_pairs(candidates: Any, **known: Any) -> Any:
    found = _pair(candidates, **known)
    return [msgspec.structs.replace(p, into=p.out) if i % 2 == 0 else p for i, p in enumerate(found)]


def _booked_day(line: Any, _earlier: Any) -> Any:
    return line.line.posted_date or line.line.date


def _gone_for_good(posting: Any) -> LineState:
    return LineState.GONE if posting.evidence == "pending_link" else _line_state(posting)


def _file_is_final(posting: Any) -> LineState:
    state = _line_state(posting)
    return LineState.LIVE if state == LineState.WAITING else state


async def _whoever_comes(unit: Any, sealer: Any, opened: Any, *more: Any, **words: Any) -> None:
    await unit._send()
    fence = await unit.conn.fetchval("select fence from connection where connection_id = $1", int(opened.connection_id))
    await _synced(unit, sealer, msgspec.structs.replace(opened, fence=fence), *more, **words)


async def _forgets_where_it_was(unit: Any, connection_id: Any, *more: Any, **words: Any) -> bool:
    done = await _failed(unit, connection_id, *more, **words)
    await unit.conn.execute("update connection set cursor_sealed = null where connection_id = $1", int(connection_id))
    return done


_FAILED_ONCE: set[int] = set()


async def _still_delayed(unit: Any, sealer: Any, opened: Any, *more: Any, **words: Any) -> None:
    await _synced(unit, sealer, opened, *more, **words)
    if opened.failing_since is not None:
        _FAILED_ONCE.add(int(opened.connection_id))
    if int(opened.connection_id) in _FAILED_ONCE:
        said = int(LinkStatus.DELAYED)
        await unit._send()
        await unit.conn.execute(f"update connection set status = {said} where connection_id = $1", int(opened.connection_id))


async def _says_nobody(_unit: Any, household: Any, **_: Any) -> int:
    return int(household.version)


async def _not_measured(*_: Any, **__: Any) -> Said:
    return Said()


def _never_withdrawn(*given: Any, **more: Any) -> Settled:
    return msgspec.structs.replace(settle(*given, **more), withdrawn=())


def _in_dollars(lines: Any, **more: Any) -> Any:
    return _named([msgspec.structs.replace(line, amount=Money(line.amount.minor, "USD")) for line in lines], **more)


_numbers = itertools.count()


def _with_the_time(lines: Any, **more: Any) -> Any:
    """What a line states is hashed with when it came."""
    return _named([msgspec.structs.replace(line, counterparty=f"{next(_numbers)}") for line in lines], **more)


def _whole_anyway(fetched: Any, placed: Any, form: str) -> Any:
    """Every window is stated whole."""
    return msgspec.structs.replace(_intake(fetched, placed, form), snapshot_since=fetched.first_day)


async def _nothing_born(*_: Any, **__: Any) -> list[int]:
    return []


async def _written_in_two(desk: Any, revisions: Any, groups: Any) -> None:
    await _write(desk, revisions, groups)
    await desk.unit.conn.execute("commit")
    await desk.unit.conn.execute(f"begin; set local app.household = '{desk.unit.household_id}'")


def _own_links_alone(*_: Any, **__: Any) -> Any:
    return _none_of_them()


async def _none_of_them() -> list[Any]:
    return []


def _never_parted(legs: Any, **known: Any) -> Any:
    return _candidates(legs, **known | {"rejected": ()})


def _always_in(entry: Any, **more: Any) -> Iterator[Any]:
    for row in _rows_of(entry, **more):
        yield msgspec.structs.replace(row, amount=Money(abs(row.amount.minor), row.amount.currency))


def _sorted_anyway(desk: Any, whole: Any, judged: Any, accounts: Any) -> Any:
    row = whole.row
    label = rule_effects.label_by(desk, judged, accounts.get(row.account_id), row.amount)
    return whole if label is None else msgspec.structs.replace(whole, row=row.under(label))


async def _cents_for_yen(unit: Any, home: str, rows: Any) -> Any:
    yen = {row[0] for row in rows if row[2] == "JPY"}
    return {i: worth and worth // 100 if i in yen else worth for i, worth in (await _home_amounts(unit, home, rows)).items()}


_candidates, _rows_of = pair_up.candidates, camt.rows_of
_gone, _post = match.Matching._gone, match.Matching._post
_named, _line_state, _land, _write_lines = take_in.named, land.line_state, sync._land, take_in.write_lines
_rebuild, _restored, _pair = rollup.rebuild, image.restored, pair_up.pair
_synced, _failed, _home_amounts, _intake, _write = store.synced, store.failed, take_in.home_amounts, sync._intake, revising._write
_NOT_SAID = f"category_id = 0, category_source = {int(Source.NONE)}"

BUGS: dict[str, list[Plant]] = {
    "a pending link is not looked at": [(match.Matching, "_pending_link", _nothing)],
    "a pending link is believed whatever it names": [(match, "_disagree", lambda *_, **__: False)],
    "an id that is issued anew makes a new row": [(match.Matching, "_reissued_id", _nothing), (match, "candidates", lambda *_: [])],
    "a pending row that settles without a link is another one": [
        (match.Matching, "_dropped", lambda _: []),
        (match, "candidates", lambda *_: []),
    ],
    "a tip without a link makes a new row": [(model, "TIP_MAX", 1.0)],
    "what was written down is claimed by nobody": [(match.Matching, "_claimed", _nothing), (match, "candidates", lambda *_: [])],
    "what a file states twice is there twice": [(score, "same_from_file", lambda *_: False)],
    "what a file states of a row that went is another row": [(match.Matching, "_stated_after_all", _nothing)],
    "a file's word stays when the bank's row is back": [(match.Matching, "_waiting_for", lambda *_: None)],
    "what the bank takes back stays": [(match.Matching, "_gone", lambda _: [])],
    "an id that nobody knows is an error": [(match.Matching, "_gone", _unknown_ids_fail)],
    "an id that goes voids nothing": [(match.Matching, "_gone", _no_removal_voids)],
    "two rows may take the same one": [(match.Matching, "_post", _taken_by_nobody)],
    "what is known is never looked at again": [(take_in, "says_nothing_new", _all_is_known)],
    "pending is posted when it changes": [(match.Matching, "_post", _as_posted_anyway)],
    "a row is dated when it was booked": [(match, "_occurred", _booked_day)],
    "equal rows of a bank are one": [(take_in, "named", _by_content)],
    "equal rows of a file are one": [(take_in, "named", _once)],
    "what a whole window lacks stays": [(take_in, "missing", _never_missing)],
    "the cursor moves before the rows do": [(sync, "_land", _cursor_first)],
    "rows and their lines are written in two transactions": [(take_in, "write_lines", _halves)],
    "an account under a new id is a new account": [(place, "recognise", lambda *_, **__: Recognised({}, {}))],
    "rows of an account under a new id are new": [(place, "await_new_ids", _later_nothing)],
    "a sync does not count": [(take_in, "roll_up", _later_nothing)],
    "an edit does not count": [(revising, "roll_up", _later_nothing)],
    "sums keep what vanished": [(rollup, "rebuild", _sums_that_keep_what_vanished)],
    "a bank's change forgets the owner's category": [(take_in, "write_lines", _after(_write_lines, _NOT_SAID))],
    "a bank's change forgets the owner's note": [(take_in, "write_lines", _after(_write_lines, "owner_sealed = null"))],
    "a bank's change shows what the owner hid": [(take_in, "write_lines", _after(_write_lines, "hidden = false"))],
    "a bank's change brings back what the owner deleted": [(take_in, "write_lines", _after(_write_lines, "discarded = 0"))],
    "parts do not follow an amount": [(tracking, "settle_splits", _none_found)],
    "undo gives no category back": [(undo, "restored", _no_category_back)],
    "undo gives no note back": [(undo, "restored", _no_note_back)],
    "a leg is its own other half": [(pair_up, "pair", _all_pairs)],
    "a settled row's old id is gone for good": [(land, "line_state", _gone_for_good)],
    "a file's row waits for nobody": [(land, "line_state", _file_is_final)],
    "a worker that lost its lease writes all the same": [(store, "synced", _whoever_comes)],
    "a look that fails forgets the cursor": [(store, "failed", _forgets_where_it_was)],
    "a link that works again is still called delayed": [(store, "synced", _still_delayed)],
    "a sync tells no open page": [(take_in, "bump", _says_nobody)],
    "budgets are not measured after a change": [(take_in, "check_budgets", _not_measured), (revising, "check_budgets", _not_measured)],
    "an alert stays that is no longer true": [(raise_alerts, "settle", _never_withdrawn)],
    "a balance is kept from the first look alone": [(sync, "balance_accounts", _later_nothing)],
    "every amount is in the household's unit": [(take_in, "named", _in_dollars)],
    "what a line states is hashed with when it came": [(take_in, "named", _with_the_time)],
    "half a window proves that the other half went": [(sync, "_intake", _whole_anyway)],
    "accounts of an ended link are strangers": [(place, "store", SimpleNamespace(every=_own_links_alone))],
    "a settled row forgets the day on which it was seen": [(match, "_remembers_its_day", lambda _: False)],
    "an undo takes back what a later word stands on": [(undo, "_in_the_way", lambda *_: "")],
    "the undo of a sync leaves what it brought": [(undo, "born_in", _nothing_born)],
    "the bank's word moves the owner's day": [(take_in, "write_lines", _after(_write_lines, "owner_date = null"))],
    "halves of a transfer in two units never meet": [(pairing, "CURRENCY_SLACK", 0.0)],
    "halves of a transfer a day apart never meet": [(pairing, "DAYS_AFTER", 0)],
    "a word and the sums it moves are two transactions": [(revising, "_write", _written_in_two)],
    "the batch of some pages is not written down": [(take_in, "write_batch", _later_nothing)],
    "a replay forgets what its owner undid": [(rebuild_steps, "_undo_again", _later_nothing)],
    "a replay forgets what belongs together": [(rebuild_steps, "pairs_again", _later_nothing)],
    "what its owner took apart is joined again": [(pair_up, "candidates", _never_parted)],
    "an answer is not written down": [(answering, "answer", _later_nothing)],
    "money of a camt statement always comes in": [(camt, "rows_of", _always_in)],
    "yen get cents in the household's unit": [(take_in, "home_amounts", _cents_for_yen)],
    "a rule overwrites what the owner said": [(sift_rows, "spoken_of", _none_found), (rule_effects, "_sorted", _sorted_anyway)],
    "a rule sorts one half of a transfer": [(sift_rows, "_halves", _none_found)],
    "an undone run leaves what its rules counted": [(undo, "uses_back", _none_found)],
}


@contextmanager
def planted(name: str) -> Iterator[None]:
    """The bug is in the program while inside."""
    plants = [(place_, word, getattr(place_, word), wrong) for place_, word, wrong in BUGS[name]]
    for place_, word, _, wrong in plants:
        setattr(place_, word, wrong)
    try:
        yield
    finally:
        for place_, word, right, _ in plants:
            setattr(place_, word, right)
