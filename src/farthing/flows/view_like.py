"""What would follow a correction, as a card or panel offers it."""

from __future__ import annotations

from farthing.core.ids import public
from farthing.flows.desk import Desk
from farthing.flows.like import Like, find_like
from farthing.flows.show import Shown
from farthing.flows.view_models.transactions import Follower, Followers
from farthing.flows.view_parts import Eye
from farthing.ledger.model import Source

UNSORTED = "Not sorted yet"


async def view_like(desk: Desk, eye: Eye, shown: Shown) -> Followers | None:
    """The rest of the merchant's past, once the owner has spoken of this row; None where nothing would follow."""
    if shown.row.category_source != Source.OWNER or shown.row.split or not shown.row.category_id:
        return None
    return followers(eye, shown, await find_like(desk, shown.row.transaction_id), after=shown.category.name)


def followers(eye: Eye, shown: Shown, like: Like, *, after: str) -> Followers | None:
    """The offer in words."""
    if not like.count:
        return None
    rows = tuple(
        Follower(
            eye.dated(s.row.date), eye.of(s.row.amount, s.row.currency), s.category.name if s.category.category_id else UNSORTED, after
        )
        for s in like.first
    )
    label = f"Do this for {'1 more' if like.count == 1 else f'all {like.count:,} more'} from {shown.merchant}"
    return Followers(label, public("cat", like.category_id, household=eye.household_id), like.count, rows, like.count - len(rows))
