"""How a household's ledger came to be, and what of it is no longer there to be replayed."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence

import msgspec

from farthing.connections.providers.port import Provider, Reader
from farthing.connections.providers.reread import READERS
from farthing.flows.add_by_hand import BY_HAND
from farthing.flows.categories import Categories
from farthing.flows.desk import Desk
from farthing.flows.import_file import FILE
from farthing.flows.read_file import kept_of
from farthing.ingest.batches.batch import BatchRow
from farthing.ingest.replaying.past import Birth, births, landed_forms, lines_every, of_batch, owners, steps, untold
from farthing.ledger.accounts import Account, accounts
from farthing.ledger.model import BatchKind, Household
from farthing.people.members import members
from farthing.people.model import Member
from farthing.security.sealing import Sealer

_UNTOLD = {
    BatchKind.SYNC: "{n} syncs left no pages: they were deleted, or are older than the keeping of pages",
    BatchKind.IMPORT: "the files of {n} imports are no longer kept",
    BatchKind.EDIT: "{n} entries by hand are older than the keeping of entries",
    BatchKind.RULE_RUN: "{n} runs of rules left no images",
    BatchKind.UNDO: "{n} undoings left no images",
}


class Past(msgspec.Struct, frozen=True):
    """Everything a replay goes by, read at `household.version`."""

    household: Household
    sealer: Sealer
    categories: Categories
    at: dt.datetime
    accounts: Mapping[int, Account]
    members: Sequence[Member]
    steps: Sequence[BatchRow]
    births: Mapping[int, Birth]
    of_batch: Mapping[int, Sequence[Birth]]
    owners: Mapping[bytes, int]


async def past_of(desk: Desk) -> Past:
    """What is known of how it went."""
    held = await births(desk.unit, desk.sealer)
    return Past(
        household=desk.household,
        sealer=desk.sealer,
        categories=desk.categories,
        at=desk.at,
        accounts=await accounts(desk.unit, desk.sealer),
        members=await members(desk.unit, desk.sealer),
        steps=await steps(desk.unit, desk.sealer),
        births=held,
        of_batch=of_batch(held),
        owners=owners(await lines_every(desk.unit)),
    )


async def what_is_missing(desk: Desk, past: Past, providers: Mapping[str, Provider]) -> tuple[str, ...]:
    """Why this past cannot be replayed, a sentence each; a comparison would only say what was deleted or never kept."""
    counts = Counter(u.kind for u in await untold(desk.unit))
    told = [_UNTOLD[kind].format(n=n) for kind, n in sorted(counts.items())]
    known = {step.batch_id for step in past.steps}
    strays = sum(len(rows) for batch_id, rows in past.of_batch.items() if batch_id not in known)
    if strays:
        told.append(f"{strays} rows came with batches that are no longer here: their bank link was deleted, and its account kept")
    forms = await landed_forms(desk.unit)
    told += [f"pages of {form} cannot be read here" for form in sorted({f for f, _ in forms}) if not _is_read(form, providers)]
    old = sum(n for (form, whole), n in forms.items() if not whole and form != FILE)
    if old:
        told.append(f"{old} kept pages are from before it was kept how they were taken in")
    lost = sum(1 for s in past.steps if s.kind == BatchKind.IMPORT and s.summary and not kept_of(s).placed and s.account_id is None)
    if lost:
        told.append(f"{lost} imports into several accounts are from before it was kept which were whose")
    return tuple(told)


def reader_of(form: str, providers: Mapping[str, Provider]) -> Reader | None:
    """Who reads pages of that form: the provider that is set up, else whoever can without one."""
    provider = providers.get(form)
    return provider.reread if provider is not None else READERS.get(form)


def _is_read(form: str, providers: Mapping[str, Provider]) -> bool:
    return form in {FILE, BY_HAND} or reader_of(form, providers) is not None
