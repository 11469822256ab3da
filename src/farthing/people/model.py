"""A household's own words about itself and its members."""

from __future__ import annotations

import datetime as dt
import enum

import msgspec

from farthing.core.ids import HouseholdId, MemberId

NAME_MAX = 80
DEVICES_MAX = 40


class Role(enum.IntEnum):
    """An owner may do everything; every member is one until households are shared."""

    OWNER = 1


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """What decides how a household's sums and days are made. `votes`: its corrections count for all, anonymously."""

    name: str = ""
    currency: str = "USD"
    zone: str = "UTC"
    locale: str = "en-US"
    votes: bool = True


class HouseholdText(msgspec.Struct, frozen=True):
    """What is sealed of a household."""

    name: str = ""


class Taste(msgspec.Struct, frozen=True):
    """How pages look for a member, on every machine. `privacy`: figures are blurred."""

    theme: str = "auto"
    density: str = "compact"
    single_keys: bool = True
    privacy: bool = False


class Device(msgspec.Struct, frozen=True, array_like=True):
    """Where a session was begun, in the words shown to its owner."""

    session_id: int
    device: str
    place: str


class MemberText(msgspec.Struct, frozen=True):
    """What is sealed of a member. `devices` are those of the latest sign-ins, oldest first."""

    email: str
    name: str = ""
    taste: Taste = Taste()
    devices: tuple[Device, ...] = ()


class Member(msgspec.Struct, frozen=True):
    """A person who signs in."""

    household_id: HouseholdId
    member_id: MemberId
    role: Role
    created_at: dt.datetime
    password_changed_at: dt.datetime
    password_hash: str
    text: MemberText

    def __repr__(self) -> str:
        return f"<Member {self.member_id} of household {self.household_id}>"


class Login(msgspec.Struct, frozen=True):
    """Whose e-mail that is."""

    household_id: HouseholdId
    member_id: MemberId


class Export(msgspec.Struct, frozen=True):
    """An export that was asked for: waiting, ready with its size, or failed with a code. Gone at `expires_at`."""

    export_id: int
    member_id: int
    asked_at: dt.datetime
    ready_at: dt.datetime | None
    expires_at: dt.datetime
    size_bytes: int | None
    failed: str | None
