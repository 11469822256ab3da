"""Settings as pages show them: each from one desk, with what was typed and what is wrong with it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Literal, cast

import msgspec

from farthing.budgets import budgets
from farthing.connections import store
from farthing.core.dates import zone
from farthing.core.ids import public
from farthing.flows.desk import Desk
from farthing.flows.erase import Receipt
from farthing.flows.tokens import SCOPES
from farthing.flows.view_models import settings
from farthing.flows.view_models.choices import currency_choices, locale_choices, zone_choices
from farthing.flows.view_models.format import age_view, counted, day_view, size_view, when_view
from farthing.flows.view_models.parts import Choice, FieldState
from farthing.flows.view_parts import Eye, eye_of
from farthing.ledger.accounts import accounts
from farthing.ledger.reading.worth import row_counts
from farthing.people import exports, households, members
from farthing.people.model import Export
from farthing.security import sessions
from farthing.security.sessions import ApiToken

PIECE_BYTES = 1 << 20
THEMES = (("auto", "As the system"), ("light", "Light"), ("dark", "Dark"))
DENSITIES = (("compact", "Compact"), ("cozy", "Cozy"))
SCOPE_WORDS = {"read": "Read", "write": "Read and write"}
LIFETIMES = (("30", "In 30 days"), ("90", "In 90 days"), ("365", "In a year"), ("", "Never"))


Saved = Literal["", "name", "email", "password"]


class Again(msgspec.Struct, frozen=True):
    """A form that is drawn again: what was typed, and (field, words) of what is wrong. Passwords are never drawn."""

    typed: Mapping[str, str] = {}
    wrong: tuple[str, str] = ("", "")

    def field(self, name: str, kept: str = "") -> FieldState:
        """What the field holds; `kept` when nothing was typed."""
        return FieldState(self.typed.get(name, kept), self.wrong[1] if self.wrong[0] == name else "")

    def secret(self, name: str) -> FieldState:
        """A password's field: only what is wrong with it."""
        return FieldState("", self.wrong[1] if self.wrong[0] == name else "")

    def beside(self, *fields: str) -> str:
        """The words, unless they stand at one of these fields."""
        return "" if self.wrong[0] in fields else self.wrong[1]


FIRST = Again()


async def view_profile(desk: Desk, member_id: int, *, again: Again = FIRST, saved: str = "") -> settings.Profile:
    """Name, address and password."""
    text = (await members.member(desk.unit, desk.sealer, member_id)).text
    return settings.Profile(
        email=text.email,
        name=again.field("name", text.name),
        fresh_email=again.field("email"),
        email_password=again.secret("email_password"),
        current=again.secret("current"),
        fresh=again.secret("password"),
        saved=cast(Saved, saved) if saved in {"name", "email", "password"} else "",
        wrong=again.beside("name", "email", "email_password", "current", "password"),
    )


async def view_household_settings(desk: Desk, *, again: Again = FIRST, saved: bool = False) -> settings.Household:
    """What decides how sums and days are made, and who lives here."""
    held = (await households.standing(desk.unit, desk.sealer)).settings
    people = await members.members(desk.unit, desk.sealer)
    kept = {k: v for k, v in again.typed.items() if v and k != again.wrong[0]}
    return settings.Household(
        name=again.field("name", held.name),
        currencies=currency_choices(kept.get("currency", held.currency)),
        zones=zone_choices(kept.get("zone", held.zone)),
        locales=locale_choices(held.locale),
        members=tuple(
            settings.Member(m.text.name or m.text.email, m.text.email if m.text.name else "", m.role.name.lower()) for m in people
        ),
        currency_fixed=not await households.is_uncounted(desk.unit),
        votes=held.votes,
        saved=saved,
        wrong_field=again.wrong[0],
        wrong=again.wrong[1],
    )


async def view_appearance(desk: Desk, member_id: int, *, saved: bool = False, wrong: str = "") -> settings.Appearance:
    """The member's taste."""
    taste = (await members.member(desk.unit, desk.sealer, member_id)).text.taste
    return settings.Appearance(
        themes=tuple(Choice(value, label, chosen=value == taste.theme) for value, label in THEMES),
        densities=tuple(Choice(value, label, chosen=value == taste.density) for value, label in DENSITIES),
        single_keys=taste.single_keys,
        privacy=taste.privacy,
        saved=saved,
        wrong=wrong,
    )


async def view_tokens(desk: Desk, *, again: Again = FIRST, made: str = "", said: str = "") -> settings.Tokens:
    """The household's tokens, and the secret of the one just made."""
    names = await exports.token_names(desk.unit, desk.sealer)
    kept = await sessions.tokens(desk.unit.conn, desk.household.household_id)
    eye = eye_of(desk)
    scope, days = again.typed.get("scope", "read"), again.typed.get("days", "90")
    return settings.Tokens(
        tokens=tuple(_token(eye, t, names.get(t.token_id, "")) for t in kept),
        scopes=tuple(Choice(value, label, chosen=value == scope) for value, label in SCOPE_WORDS.items()),
        lifetimes=tuple(Choice(value, label, chosen=value == days) for value, label in LIFETIMES),
        made=made,
        name=again.field("name"),
        password=again.secret("password"),
        said=said,
        wrong=again.beside("name", "password"),
    )


def _token(eye: Eye, token: ApiToken, name: str) -> settings.Token:
    scope = next(word for slug, word in SCOPE_WORDS.items() if SCOPES[slug] == token.scope)
    ends = "never ends"
    if token.expires_at:
        ends = f"{'ended' if token.expires_at <= eye.now else 'ends'} {_date(eye, token.expires_at)}"
    used = "never used" if token.used_at is None else f"used {ago(age_view(token.used_at, eye.now))}"
    return settings.Token(public("tok", token.token_id), name or "No name", scope, used, ends, ended=ends.startswith("ended"))


def _date(eye: Eye, at: dt.datetime) -> str:
    return day_view(eye.date(at), locale=eye.locale, year=True)


def ago(age: str) -> str:
    return age if age == "just now" else f"{age} ago"


async def view_data(desk: Desk, member_id: int, *, again: Again = FIRST, export_wrong: str = "") -> settings.YourData:
    """What is held in counts, the exports asked for, and the way out."""
    erasing = again.typed.get("intent") == "erase"
    at_export, at_erase = (FIRST, again) if erasing else (again, FIRST)
    links = await store.every(desk.unit, desk.sealer)
    return settings.YourData(
        held=settings.Held(
            accounts=len(await accounts(desk.unit, desk.sealer)),
            transactions=sum((await row_counts(desk.unit)).values()),
            connections=len(links),
            budgets=len(await budgets(desk.unit, desk.sealer)),
        ),
        exports=await view_exports(desk),
        email=(await members.member(desk.unit, desk.sealer, member_id)).text.email,
        confirm=at_erase.field("confirm"),
        password=at_erase.secret("password"),
        export_password=at_export.secret("password"),
        export_wrong=export_wrong or at_export.beside("password"),
        erase_wrong=at_erase.beside("confirm", "password"),
    )


async def view_exports(desk: Desk) -> tuple[settings.Export, ...]:
    """Exports that are not over, newest first."""
    return tuple([await _export(desk, e) for e in await exports.exports(desk.unit) if e.expires_at > desk.at])


async def _export(desk: Desk, export: Export) -> settings.Export:
    eye = eye_of(desk)
    when = said_at(eye, export.asked_at)
    if export.ready_at is not None:
        until = said_at(eye, export.expires_at)
        href = f"/settings/data/exports/{public('exp', export.export_id)}"
        return settings.Export(when, f"{size_view(export.size_bytes or 0)}, until {until}", href)
    if export.failed:
        return settings.Export(when, "That did not work. It is tried again by itself.", making=True)
    made = await exports.parts_made(desk.unit, export.export_id)
    return settings.Export(when, f"Being made, {size_view(made * PIECE_BYTES)} so far" if made else "Being made", making=True)


def said_at(eye: Eye, at: dt.datetime) -> str:
    """`today, 09:12` in the household's zone."""
    there = zone(eye.zone)
    return when_view(at.astimezone(there), eye.now.astimezone(there), locale=eye.locale)


ROW_WORDS = (
    ("account", "account"), ("transaction", "transaction"), ("line", "bank line"), ("budget", "budget"), ("connection", "bank connection"),
    ("member", "member"), ("api_token", "API token"), ("household_key", "key"),
)  # fmt: skip


def view_receipt(receipt: Receipt) -> settings.Erased:
    """What a member keeps of an erasure: the instant in UTC, because the household's zone is gone with it."""
    named = [counted(receipt.rows[table], word) for table, word in ROW_WORDS if receipt.rows.get(table)]
    rest = sum(receipt.rows.values()) - sum(receipt.rows.get(table, 0) for table, _ in ROW_WORDS)
    return settings.Erased(
        receipt_id=receipt.receipt_id,
        when=f"{receipt.erased_at:%Y-%m-%d %H:%M} UTC",
        lines=(*named, counted(rest, "other row")),
        banks_ended=receipt.banks_ended,
        banks_left=receipt.banks_left,
        signature=receipt.signature,
    )
