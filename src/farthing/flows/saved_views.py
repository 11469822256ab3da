"""Views: a filter of the list, or a trend, is named, said anew, taken away. Everybody of the household sees the same ones.

A trend that is named is a card on Overview (`trend_cards`).
"""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import parse_qsl

import msgspec
from msgspec import UNSET, UnsetType

from farthing.core.errors import Missing, Refused, Rejected, Stale
from farthing.core.ids import new_id
from farthing.flows.desk import Desk, accounts_of, write_desk
from farthing.flows.list_filter import PARAMETERS, address, read_list
from farthing.flows.revise import new_batch
from farthing.flows.said import TOLD
from farthing.flows.trend_cards import CARD_PARAMETERS, CARDS_MAX, card_query, read_card_query
from farthing.flows.views_back import VIEWS_MAX, view_gone
from farthing.flows.wake import wake
from farthing.flows.world import World
from farthing.ingest.batches.batch import write_batch, write_changes
from farthing.ledger.lock import bump
from farthing.ledger.model import Actor
from farthing.people.address import parse_name
from farthing.people.saved_views import Place, SavedView, drop_view, keep_view, saved_view, saved_views
from farthing.security import audit

QUERY_MAX = 2_000
PLACES = {place.name.lower(): place for place in Place}


class ViewWish(msgspec.Struct, frozen=True, kw_only=True):
    """A view to be. `query` is an address behind the question mark: `category=food&over=20`, or with `place` "trends" `by=merchant&n=6`."""

    name: str
    query: str
    place: str = "transactions"


class ViewEdit(msgspec.Struct, frozen=True, kw_only=True):
    """What is to change; what is not named stays."""

    name: str | UnsetType = UNSET
    query: str | UnsetType = UNSET


async def save_view(world: World, household_id: int, actor: Actor, wish: ViewWish) -> SavedView:
    """Name a filter or a trend. Raises Rejected with the field, Refused for one too many."""
    place = PLACES.get(wish.place)
    if place is None:
        raise Rejected("bad_place", f"a view is of {' or '.join(PLACES)}", field="place")
    async with write_desk(world, household_id, actor) as desk:
        held = await saved_views(desk.unit, desk.sealer, place)
        if place is Place.TRANSACTIONS and len(held) >= VIEWS_MAX:
            raise Refused("too_many_views", f"at most {VIEWS_MAX} views; delete one first")
        if place is Place.TRENDS and len(held) >= CARDS_MAX:
            raise Refused("too_many_cards", f"at most {CARDS_MAX} cards; remove one first")
        view = SavedView(new_id(), desk.at, _name(wish.name, held), await _query(desk, place, wish.query), place=place)
        version = await _keep(desk, view, "view.added")
    await wake(world, household_id, version, ["ledger"])
    return view


async def edit_view(world: World, household_id: int, actor: Actor, view_id: int, wish: ViewEdit, *, if_version: int | None = None) -> None:
    """Another name, another filter. Raises Missing, Stale, Rejected with the field."""
    async with write_desk(world, household_id, actor) as desk:
        before = await _held(desk, view_id, if_version)
        others = [v for v in await saved_views(desk.unit, desk.sealer, before.place) if v.view_id != view_id]
        view = msgspec.structs.replace(
            before,
            name=before.name if isinstance(wish.name, UnsetType) else _name(wish.name, others),
            query=before.query if isinstance(wish.query, UnsetType) else await _query(desk, before.place, wish.query),
        )
        if view == before:
            return
        version = await _keep(desk, view, "view.changed")
    await wake(world, household_id, version, ["ledger"])


async def delete_view(world: World, household_id: int, actor: Actor, view_id: int, *, if_version: int | None = None) -> int:
    """The name goes, and the card of a trend; no transaction does. Returns the batch that undoes it. Raises Missing, Stale."""
    async with write_desk(world, household_id, actor) as desk:
        view = await _held(desk, view_id, if_version)
        await drop_view(desk.unit, view_id)
        batch = new_batch(desk)
        told, kind = f"{'Card' if view.place is Place.TRENDS else 'View'} “{view.name}” deleted", desk.actor.kind
        await write_changes(desk.unit, desk.sealer, batch_id=batch.batch_id, at=desk.at, actor=kind, changes=[view_gone(view, "owner")])
        await audit.record(desk.unit, desk.sealer, desk.actor, "view.deleted", {"view_id": view_id}, desk.at)
        version = await bump(desk.unit, desk.household, figures=False)
        done = msgspec.structs.replace(batch, finished_at=desk.at, updated=1, version=version, summary={TOLD: told})
        await write_batch(desk.unit, desk.sealer, done)
    await wake(world, household_id, version, ["ledger"])
    return batch.batch_id


async def _held(desk: Desk, view_id: int, if_version: int | None) -> SavedView:
    view = await saved_view(desk.unit, desk.sealer, view_id)
    if if_version not in {None, view.version}:
        raise Stale("changed_meanwhile", "this view changed meanwhile")
    return view


async def _keep(desk: Desk, view: SavedView, kind: str) -> int:
    """Written and on record; the household's next version, by which open pages follow."""
    await keep_view(desk.unit, desk.sealer, view)
    await audit.record(desk.unit, desk.sealer, desk.actor, kind, {"view_id": view.view_id}, desk.at)
    return await bump(desk.unit, desk.household, figures=False)


def _name(text: str, others: Sequence[SavedView]) -> str:
    name = parse_name(text)
    if not name:
        raise Rejected("name_needed", "a view needs a name", field="name")
    if any(v.name.casefold() == name.casefold() for v in others):
        raise Rejected("name_taken", "there is a view of that name already", field="name")
    return name


async def _query(desk: Desk, place: Place, text: str) -> str:
    """The address in the one order that addresses have, so that the same question is the same text. Raises Rejected."""
    if len(text) > QUERY_MAX:
        raise Rejected("too_long", f"at most {QUERY_MAX} characters", field="query")
    given = dict(parse_qsl(text.removeprefix("?")))
    known, what = (PARAMETERS, "the list has no filter") if place is Place.TRANSACTIONS else (CARD_PARAMETERS, "a card has no parameter")
    if unknown := next((name for name in given if name not in known), None):
        raise Rejected("unknown_parameter", f"{what} {unknown[:40]}", field="query")
    try:
        if place is Place.TRENDS:
            return card_query(await read_card_query(desk, given), given)
        asked = await read_list(desk, given, await accounts_of(desk))
    except (Rejected, Missing) as error:
        raise Rejected("bad_query", error.detail, field="query") from error
    if not asked.given:
        raise Rejected("query_needed", "a view needs a filter", field="query")
    return query_of(address("", asked.given))


def query_of(href: str) -> str:
    """What stands behind the question mark."""
    return href.partition("?")[2]
