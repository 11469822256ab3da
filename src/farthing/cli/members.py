"""Members and their API tokens; the end of a household."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, BinaryIO

import click

from farthing.cli.frame import as_json_option, pairs, run, say, table, tell

if TYPE_CHECKING:
    from farthing.flows.erase import Receipt

PASSWORD_BYTES_MAX = 4_096


@click.group()
def member() -> None:
    """Who may sign in. Example: farthing member add ada@example.org"""


@member.command("add")
@click.argument("email")
@click.option("--password-stdin", is_flag=True, help="Read the password from stdin, to its first line's end, instead of asking for it.")
@click.option("--name", default="", help="What the member is called.")
@click.option("--household", default="", help="What the household is called.")
@click.option("--currency", default="USD", show_default=True, help="The currency in which the household counts.")
@click.option("--zone", default="UTC", show_default=True, help="The household's time zone: when its days begin.")
@click.option("--locale", default="en-US", show_default=True, help="How dates and amounts are written.")
@as_json_option
def add(*, email: str, password_stdin: bool, name: str, household: str, currency: str, zone: str, locale: str, as_json: bool) -> None:
    """A new member with a household of their own; prints both ids.

    Example: farthing member add ada@example.org --zone Europe/London --currency GBP --password-stdin < password.txt
    """
    password = _password(password_stdin)

    async def story() -> None:
        from farthing.cli.compose import joined_settings, open_world
        from farthing.core.ids import public
        from farthing.flows.sign_up import Wish, add_member
        from farthing.people.model import Settings

        settings = Settings(name=household, currency=currency, zone=zone, locale=locale)
        async with open_world(joined_settings()) as world:
            login = await add_member(world, Wish(email=email, password=password, name=name, settings=settings))
        made = {"household_id": public("hh", login.household_id), "member_id": public("mem", login.member_id)}
        tell(made, as_json=as_json, words=lambda: pairs(made))

    run(story())


@member.command("password")
@click.argument("email")
@click.option("--password-stdin", is_flag=True, help="Read the new password from stdin, to its first line's end, instead of asking for it.")
@as_json_option
def set_new(email: str, password_stdin: bool, as_json: bool) -> None:
    """A new password; every session of the old one ends. Example: farthing member password ada@example.org"""
    password = _password(password_stdin)

    async def story() -> None:
        from farthing.cli.compose import joined_settings, open_world
        from farthing.flows.passwords import set_password

        async with open_world(joined_settings()) as world:
            await set_password(world, email, password)
        words = "the password is changed; whoever was signed in is signed out"
        tell({"email": email, "changed": True}, as_json=as_json, words=lambda: words)

    run(story())


def _password(from_stdin: bool) -> str:
    """Typed twice at a terminal, or the first line of stdin."""
    if not from_stdin:
        if not sys.stdin.isatty():
            raise click.UsageError("there is no terminal to ask for the password; give it with --password-stdin")
        typed: str = click.prompt("Password", hide_input=True, confirmation_prompt="Once more", err=True)
        return typed
    line = sys.stdin.buffer.readline(PASSWORD_BYTES_MAX)
    try:
        return line.decode().rstrip("\r\n")
    except UnicodeDecodeError as error:
        raise click.UsageError("the password on stdin is not UTF-8") from error


@click.group()
def token() -> None:
    """API tokens: for a member's programs. Example: farthing token new ada@example.org --scope read"""


@token.command("new")
@click.argument("email")
@click.option("--scope", type=click.Choice(["read", "write"]), required=True, help="What the token may do; write includes read.")
@click.option("--days", type=click.IntRange(1, 3650), default=None, help="How long it is good for; without it, until it is revoked.")
@click.option("--name", default="", help="What it is for, as shown in Settings.")
@as_json_option
def new(email: str, scope: str, days: int | None, name: str, as_json: bool) -> None:
    """A new token, printed this once. Example: farthing token new ada@example.org --scope read --days 90 --name "spending report\""""

    async def story() -> None:
        from farthing.cli.compose import open_caller
        from farthing.core.dates import rfc3339
        from farthing.core.ids import public
        from farthing.flows.tokens import issue_token

        async with open_caller(email) as who:
            issued = await issue_token(who.world, who.household_id, who.member_id, who.actor, name=name, scope=scope, days=days)
        ends = issued.token.expires_at
        made = {
            "id": public("tok", issued.token.token_id),
            "name": issued.name,
            "scope": scope,
            "expires_at": rfc3339(ends) if ends else None,
            "token": issued.secret,
        }
        tell(made, as_json=as_json, words=lambda: issued.secret)
        say(
            ""
            if as_json
            else f"keep it safe: it is not shown again ({made['id']}, {'until ' + rfc3339(ends) if ends else 'until revoked'})"
        )

    run(story())


@token.command("list")
@click.argument("email")
@as_json_option
def list_them(email: str, as_json: bool) -> None:
    """The household's tokens, without their secrets, newest first. Example: farthing token list ada@example.org"""

    async def story() -> None:
        from farthing.cli.compose import open_caller
        from farthing.core.dates import rfc3339
        from farthing.core.ids import public
        from farthing.flows.tokens import list_tokens

        async with open_caller(email) as who:
            found = await list_tokens(who.world, who.household_id)
        items = [
            {
                "id": public("tok", t.token.token_id),
                "name": t.name,
                "scope": t.scope,
                "created_at": rfc3339(t.token.created_at),
                "expires_at": rfc3339(t.token.expires_at) if t.token.expires_at else None,
            }
            for t in found
        ]
        head = ("id", "scope", "created", "ends", "name")
        rows = [(i["id"] or "", i["scope"] or "", i["created_at"] or "", i["expires_at"] or "when revoked", i["name"] or "") for i in items]
        tell({"items": items, "next_cursor": None}, as_json=as_json, words=lambda: table(head, rows))

    run(story())


@token.command("revoke")
@click.argument("email")
@click.argument("token_id")
@as_json_option
def revoke(email: str, token_id: str, as_json: bool) -> None:
    """From now on the token opens nothing. Example: farthing token revoke ada@example.org tok_1h7x3"""

    async def story() -> None:
        from farthing.cli.compose import open_caller
        from farthing.core.ids import internal
        from farthing.flows.tokens import revoke_token

        async with open_caller(email) as who:
            await revoke_token(who.world, who.household_id, who.actor, internal("tok", token_id))
        tell({"id": token_id, "revoked": True}, as_json=as_json, words=lambda: "revoked")

    run(story())


@click.command()
@click.argument("email")
@click.option("--yes", is_flag=True, help="Yes, everything, for good.")
@as_json_option
def erase(email: str, yes: bool, as_json: bool) -> None:
    """Erase the member's household: its rows, its keys, its bank links. Prints a signed receipt. There is no way back.

    Example: farthing erase ada@example.org --yes --json > receipt.json
    """
    if not yes:
        raise click.UsageError(f"this erases everything that {email} has here, backups included, for good; say --yes")

    async def story() -> None:
        from farthing.cli.compose import open_caller
        from farthing.flows.erase import by_token
        from farthing.flows.erase import erase as erase_household

        async with open_caller(email) as who:
            end_at_bank = by_token(who.world, who.household_id)
            receipt = await erase_household(who.world, who.household_id, who.actor, end_at_bank=end_at_bank)
        tell(receipt, as_json=as_json, words=lambda: _receipt_words(receipt))

    run(story())


def _receipt_words(receipt: Receipt) -> str:
    told: dict[str, object] = {
        "receipt": receipt.receipt_id,
        "erased at": f"{receipt.erased_at:%Y-%m-%d %H:%M:%S} UTC",
        "rows": ", ".join(f"{count} {table}" for table, count in receipt.rows.items()),
        "banks ended": receipt.banks_ended,
        "banks left": ", ".join(receipt.banks_left) or None,
        "signature": receipt.signature,
    }
    hint = "\nThese banks could not be told; withdraw the consent there." if receipt.banks_left else ""
    return pairs(told) + hint


@click.command()
@click.argument("file", type=click.File("rb"))
@as_json_option
def receipt(file: BinaryIO, as_json: bool) -> None:
    """Whether a receipt of an erasure (in JSON) is this installation's, unaltered. Example: farthing receipt receipt.json"""
    content = file.read(100_000)

    async def story() -> int:
        import msgspec

        from farthing.cli.compose import joined_settings, open_world
        from farthing.core.errors import Malformed
        from farthing.flows.erase import Receipt, is_ours

        try:
            given = msgspec.json.decode(content, type=Receipt)
        except msgspec.MsgspecError as error:
            raise Malformed("bad_receipt", "this is not a receipt as `farthing erase --json` prints it") from error
        async with open_world(joined_settings()) as world:
            ours = await is_ours(world, given)
        words = f"{given.receipt_id}: {'ours, and unaltered' if ours else 'not ours, or altered'}"
        tell({"receipt_id": given.receipt_id, "ours": ours}, as_json=as_json, words=lambda: words)
        return 0 if ours else 1

    run(story())
