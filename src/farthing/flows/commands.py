"""What the web process asks of workers about a bank link: sealed inputs in `due`, and the addresses both sides agree on."""

from __future__ import annotations

import datetime as dt
from typing import TypeVar

import msgspec

from farthing.connections import due
from farthing.connections.due import DueRow, Kind
from farthing.connections.providers.port import Provider
from farthing.core.errors import NeedsOperator, Rejected
from farthing.core.ids import public
from farthing.flows.world import World
from farthing.platform.database import Unit
from farthing.security.sealing import Sealer

RETURN_PATH = "/connections/linked/"
ANSWER_WAIT_S = 10.0
ASK_EVERY_S = 0.2
ASKS_MAX = int(ANSWER_WAIT_S / ASK_EVERY_S)

T = TypeVar("T")


class ExchangeCommand(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A link page to look at (`ref` its session), or a public token to exchange (`ref` the connection), `from_page` or from elsewhere.

    `anyway`: also where the bank is linked already.
    """

    provider: str
    link_token: str = ""
    link_url: str = ""
    expires_at: dt.datetime | None = None
    public_token: str = ""
    from_page: bool = False
    anyway: bool = False
    repairs: int = 0


class RepairCommand(msgspec.Struct, frozen=True):
    """A repair page is wanted: under which session, and by whom."""

    link_session_id: int
    member_id: int


class RemoveCommand(msgspec.Struct, frozen=True):
    """A link is to be ended at the provider, for that `reason`; with `delete` its history goes too."""

    delete: bool
    reason: str = "by_owner"


async def wish(unit: Unit, sealer: Sealer, kind: Kind, ref: int, *, at: dt.datetime, command: msgspec.Struct) -> None:
    """A command for a worker, its input sealed for its row."""
    sealed = sealer.seal_value("due", "input", due.input_row(kind, ref), command)
    await due.enqueue(unit.conn, unit.household_id, kind, ref, at, input=sealed)


def command_of(sealer: Sealer, row: DueRow, shape: type[T]) -> T:
    """The command that a claimed row carries."""
    return opened(sealer, row.kind, row.ref, row.input, shape)


def opened(sealer: Sealer, kind: Kind, ref: int, sealed: bytes | None, shape: type[T]) -> T:
    """A command as it was wished for."""
    return msgspec.convert(sealer.open_value("due", "input", due.input_row(kind, ref), sealed), shape)


def provider_of(world: World, name: str) -> Provider:
    """The provider of that name; raises Rejected."""
    provider: Provider | None = world.providers.get(name)
    if provider is None:
        raise Rejected("unknown_provider", "there is no such provider here", field="provider")
    return provider


def set_up(world: World, name: str) -> Provider:
    """The provider as a worker needs it; raises NeedsOperator, so that what is asked of it waits until it is set up here again."""
    provider: Provider | None = world.providers.get(name)
    if provider is None:
        raise NeedsOperator("provider_missing", f"the provider {name} is not set up here")
    return provider


def base_url(world: World) -> str:
    """Where people reach us."""
    return world.settings.public_url or f"http://localhost:{world.settings.port}"


def return_url(world: World, link_session_id: int) -> str:
    """Where the provider's page sends the owner back to."""
    return base_url(world) + RETURN_PATH + public("lnk", link_session_id)


def webhook_url(world: World, provider_name: str) -> str | None:
    """Where the provider reaches us; None when it cannot, because it is out there and we are not."""
    base = base_url(world)
    outside = world.settings.plaid_url.startswith("https://")
    return f"{base}/webhooks/{provider_name}" if base.startswith("https://") or not outside else None


async def user_ref(world: World, household_id: int) -> str:
    """What a provider calls a household: stable, and of no meaning to anybody else."""
    return (await world.keyring.finder()).index("provider_user", str(household_id).encode()).hex()
