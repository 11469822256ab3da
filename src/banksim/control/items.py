"""Look at items, and change the state of one."""

import datetime as dt
import random
from typing import Any

import msgspec
from litestar import get, post

from banksim import lives, living, posting
from banksim.bank import Bank
from banksim.control import views
from banksim.endpoints.sandbox import grant_for
from banksim.errors import PlaidError, known
from banksim.model import HISTORICAL, INITIAL
from banksim.people import roster
from banksim.people.model import login_at


class Stage(msgspec.Struct, forbid_unknown_fields=True):
    stage: str = "historical"


class Break(msgspec.Struct, forbid_unknown_fields=True):
    code: str = "ITEM_LOGIN_REQUIRED"


class Late(msgspec.Struct, forbid_unknown_fields=True):
    as_of: str | None = None


class Count(msgspec.Struct, forbid_unknown_fields=True):
    count: int = 1


class Block(msgspec.Struct, forbid_unknown_fields=True):
    since: dt.date
    until: dt.date
    notify: bool = True


class Again(msgspec.Struct, forbid_unknown_fields=True):
    """`break_first`: at some banks a second item makes the first ask for a new sign-in."""

    break_first: bool = False


class WhichAccount(msgspec.Struct, forbid_unknown_fields=True):
    account: str
    notify: bool = True


def routes(bank: Bank) -> list[Any]:
    return [*_states(bank), *_renumberings(bank)]


def _states(bank: Bank) -> list[Any]:
    @get("/items")
    async def items() -> list[dict[str, Any]]:
        return [views.item_view(bank, item) for item in bank.items.values()]

    @get("/items/{item_id:str}")
    async def item(item_id: str) -> dict[str, Any]:
        return views.item_view(bank, views.item_of(bank, item_id))

    @post("/items/{item_id:str}/stage", status_code=200)
    async def stage(item_id: str, data: Stage) -> dict[str, Any]:
        to = {"initial": INITIAL, "historical": HISTORICAL}.get(data.stage)
        if to is None:
            raise PlaidError("INVALID_FIELD", "stage is initial or historical")
        lives.advance_stage(bank, views.item_of(bank, item_id), to)
        return views.item_view(bank, views.item_of(bank, item_id))

    @post("/items/{item_id:str}/break", status_code=200)
    async def break_(item_id: str, data: Break) -> dict[str, Any]:
        if not known(data.code):
            raise PlaidError("INVALID_FIELD", f"{data.code} is no error code")
        lives.break_item(bank, views.item_of(bank, item_id), data.code)
        return views.item_view(bank, views.item_of(bank, item_id))

    @post("/items/{item_id:str}/late", status_code=200)
    async def late(item_id: str, data: Late) -> dict[str, Any]:
        with bank.store.unit():
            bank.change_item(views.item_of(bank, item_id), late=True, as_of=data.as_of or bank.clock.stamp())
        return views.item_view(bank, views.item_of(bank, item_id))

    @post("/items/{item_id:str}/trouble", status_code=200)
    async def trouble(item_id: str) -> dict[str, Any]:
        lives.fall_into_trouble(bank, views.item_of(bank, item_id))
        return views.item_view(bank, views.item_of(bank, item_id))

    @post("/items/{item_id:str}/repair", status_code=200)
    async def repair(item_id: str) -> dict[str, Any]:
        lives.repair_item(bank, views.item_of(bank, item_id))
        return views.item_view(bank, views.item_of(bank, item_id))

    @post("/items/{item_id:str}/live", status_code=200)
    async def live(item_id: str, data: Count) -> list[dict[str, Any]]:
        held = views.item_of(bank, item_id)
        dice = random.Random(f"{held.seed}|{bank.mint.struck}")  # noqa: S311 (believable, not secret)
        return [views.row_view(held, row) for _ in range(min(data.count, 100)) for row in living.step(bank, bank.items[held.item_id], dice)]

    return [items, item, stage, break_, late, trouble, repair, live]


def _renumberings(bank: Bank) -> list[Any]:
    @post("/items/{item_id:str}/churn", status_code=200)
    async def churn(item_id: str, data: Block) -> list[dict[str, str]]:
        held = views.item_of(bank, item_id)
        with bank.store.unit():
            pairs = posting.churn_dates(bank, held, since=data.since, until=data.until)
            if data.notify:
                bank.notify_changes(held, new=len(pairs), removed=tuple(old.transaction_id for old, _ in pairs))
        return [{"old": old.transaction_id, "new": new.transaction_id} for old, new in pairs]

    @post("/items/{item_id:str}/churn-account", status_code=200)
    async def churn_account(item_id: str, data: WhichAccount) -> dict[str, str]:
        held = views.item_of(bank, item_id)
        account = next((a for a in held.accounts if data.account in (a.account_id, a.key)), None)
        if account is None:
            raise PlaidError("INVALID_ACCOUNT_ID")
        with bank.store.unit():
            fresh = posting.churn_account(bank, held, account)
            if data.notify:
                bank.notify_changes(held, new=1)
        return {"old": account.account_id, "new": fresh.account_id}

    @post("/items/{item_id:str}/stale-cursors", status_code=200)
    async def stale_cursors(item_id: str) -> dict[str, Any]:
        held = views.item_of(bank, item_id)
        with bank.store.unit():
            bank.change_item(held, epoch=held.epoch + 1)
        return views.item_view(bank, views.item_of(bank, item_id))

    @post("/items/{item_id:str}/relink", status_code=200)
    async def relink(item_id: str, data: Again) -> dict[str, str]:
        """The same person links the same bank again: a second item, everything under new ids."""
        held = views.item_of(bank, item_id)
        person = roster.person_of(held)
        login = login_at(person, held.institution_id) if person else None
        if person is None or login is None:
            raise PlaidError("INVALID_CREDENTIALS")
        fresh = lives.open_item(
            bank,
            person,
            login,
            client_id=held.client_id,
            webhook=held.webhook,
            products=held.products,
            days_requested=held.days_requested,
            keys=frozenset(account.key for account in held.accounts),
            custom=held.custom,
        )
        if data.break_first:
            lives.break_item(bank, held, "ITEM_LOGIN_REQUIRED")
        return {"item_id": fresh.item_id, "public_token": grant_for(bank, fresh)}

    return [churn, churn_account, stale_cursors, relink]
