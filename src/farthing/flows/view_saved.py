"""What is named: the views above the list with the form to name this filter or to say it anew, and the same of a trend and its card."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import parse_qsl

from farthing.core.ids import public
from farthing.flows.desk import Desk
from farthing.flows.list_filter import PARAMETERS, Asked, address, gone_from
from farthing.flows.report_trends import TrendAsk
from farthing.flows.saved_views import query_of
from farthing.flows.trend_cards import card_query
from farthing.flows.view_models.parts import FieldState, Link
from farthing.flows.view_models.transactions import SavedViews
from farthing.flows.view_trends import title_of
from farthing.ledger.accounts import Account
from farthing.people.saved_views import SavedView

SHOWN = 12


def view_kept(
    asked: TrendAsk, given: Mapping[str, str], held: Sequence[SavedView], *, typed: Mapping[str, str] | None = None, wrong: str = ""
) -> SavedViews:
    """A trend among the cards: the form to put it on Overview, or to rename or remove its card."""
    here = card_query(asked, given)
    mine = next((v for v in held if v.query == here), None)
    name = (typed or {}).get("name", mine.name if mine else title_of(asked))
    return SavedViews((), here, public("vew", mine.view_id) if mine else "", FieldState(name, wrong))


def view_saved(
    asked: Asked, held: Sequence[SavedView], *, typed: Mapping[str, str] | None = None, wrong: str = "", gone: frozenset[int] = frozenset(),
    was: Mapping[str, str] | None = None,
) -> SavedViews | None:  # fmt: skip
    """The row of views; None where there are none and nothing to save. `typed`: the form as it was sent, with what is `wrong`.

    `gone`: views that name what is not there any more; `was`: the address of this list, where it does, of which `asked` is what is left.
    """
    left = query_of(asked.href())
    here = query_of(address("", {name: was[name] for name in PARAMETERS if was.get(name)})) if was else left
    mine = next((v for v in held if v.query == here), None)
    if was and mine is None:
        here = left
    if not held and not here:
        return None
    name = (typed or {}).get("name", mine.name if mine else "")
    links = [Link(v.name, v.href, current=v is mine) for v in held]
    return SavedViews(
        tuple(links[:SHOWN]), here, public("vew", mine.view_id) if mine else "", FieldState(name, wrong), tuple(links[SHOWN:]),
        gone=frozenset(v.href for v in held if v.view_id in gone),
        wrong="It names what is gone." if was and mine else "", mend=left if was and mine else "",
    )  # fmt: skip


def views_gone(desk: Desk, views: Sequence[SavedView], held: Mapping[int, Account]) -> frozenset[int]:
    """Views that name a category or an account that is not there any more."""
    return frozenset(
        v.view_id
        for v in views
        if any(f"{kind}_" in v.query for kind in ("cat", "grp", "acc")) and gone_from(desk, dict(parse_qsl(v.query)), held)
    )
