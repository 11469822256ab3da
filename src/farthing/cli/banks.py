"""Bank links: made, listed, read, from the terminal."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import click

from farthing.cli.frame import as_json_option, run, say, table, tell

if TYPE_CHECKING:
    from farthing.cli.compose import Caller
    from farthing.connections.model import Connection
    from farthing.flows.wait_for_bank import Brought
    from farthing.ingest.coverage import Coverage
    from farthing.web.api.which_account import AccountRef, Question


@asynccontextmanager
async def _open_bank(email: str) -> AsyncIterator[Caller]:
    """The member, with a worker for their banks: one that runs already, or this process for as long as it is open."""
    from farthing.cli.compose import open_caller
    from farthing.platform.valkey import workers_heard
    from farthing.worker import working_for

    async with open_caller(email) as who:
        if await workers_heard(who.world.valkey):
            yield who
        else:
            async with working_for(who.world, who.household_id):
                yield who


@click.command()
@click.argument("email")
@click.option("--provider", required=True, help="Who brings the bank's rows: plaid (which the bank simulator speaks as well).")
@click.option("--public-token", default=None, help="A token from a link page of elsewhere, instead of opening one.")
@click.option("--sandbox", "bank", default=None, metavar="INSTITUTION", help="Link this bank of a sandbox without a page, such as ins_25.")
@click.option("--sandbox-user", default="user_good", show_default=True, help="Whose accounts, at a sandbox.")
@click.option("--anyway", is_flag=True, help="Also a bank that is linked already: as another, with accounts of its own.")
@as_json_option
def connect(
    *, email: str, provider: str, public_token: str | None, bank: str | None, sandbox_user: str, anyway: bool, as_json: bool
) -> None:
    """Link a bank: prints the address of a page to open, waits for what comes of it, and for the first rows.

    Example: farthing connect ada@example.org --provider plaid
    """
    if public_token and bank:
        raise click.UsageError("give --public-token or --sandbox, not both")

    async def story() -> int:
        from farthing.flows.link import DOUBLES, link_with_token
        from farthing.flows.sandbox import sandbox_token
        from farthing.flows.wait_for_bank import wait_for_history

        async with _open_bank(email) as who:
            token = await sandbox_token(who.world, bank=bank, user=sandbox_user) if bank else public_token
            if token:
                link: Connection | None = await link_with_token(who.world, who.household_id, who.actor, provider, token, anyway=anyway)
            else:
                link = await _by_page(who, provider, anyway=anyway)
            if link is None:
                say("no bank was linked")
                return 1
            if link.status_reason in DOUBLES:
                say(f"to link it as another all the same: farthing connect {email} --provider {provider} --anyway")
            brought = await wait_for_history(who.world, who.household_id, link.connection_id)
        return _told([brought], as_json=as_json)

    run(story())


async def _by_page(who: Caller, provider: str, *, anyway: bool) -> Connection | None:
    from farthing.flows.link import start_link
    from farthing.flows.wait_for_bank import wait_for_link

    linking = await start_link(who.world, who.household_id, who.actor, provider, anyway=anyway)
    say(f"open this page and choose a bank; it is open until {linking.expires_at:%H:%M} UTC:\n\n  {linking.link_url}\n")
    return await wait_for_link(who.world, who.household_id, who.actor, linking)


@click.command()
@click.argument("email")
@click.option("--connection", default=None, help="Only this one (con_...).")
@as_json_option
def sync(email: str, connection: str | None, as_json: bool) -> None:
    """Read the member's banks now, wait, and say what came. Exit code 1 when one could not be read.

    Example: farthing sync ada@example.org
    """

    async def story() -> int:
        from farthing.core.ids import ConnectionId, internal
        from farthing.flows.wait_for_bank import sync_and_wait

        key = ConnectionId(internal("con", connection)) if connection else None
        async with _open_bank(email) as who:
            brought = await sync_and_wait(who.world, who.household_id, who.actor, key)
        return _told(brought, as_json=as_json)

    run(story())


def _told(brought: Sequence[Brought], *, as_json: bool) -> int:
    tell({"items": [_item(one) for one in brought]}, as_json=as_json, words=lambda: "\n".join(map(_sentence, brought)))
    return int(any(one.failed or not one.over for one in brought))


def _item(one: Brought) -> dict[str, object]:
    from farthing.connections.status import sentence
    from farthing.core.dates import rfc3339
    from farthing.core.ids import public

    link = one.link
    return {
        "connection_id": public("con", link.connection_id),
        "institution": link.institution.name,
        "status": link.status.word,
        "status_reason": sentence(link.status_reason),
        "over": one.over,
        "failed": one.failed,
        **_counts(one),
        "recognised": {"rows": sum(c.recognised for c in _covered(one)), "of": sum(c.old for c in _covered(one))},
        "questions": [q.key for q in link.undecided],
        "batches": [public("bat", b.batch_id) for b in one.batches if b.error is None],
        "next_sync_at": rfc3339(link.next_sync_at) if link.next_sync_at else None,
    }


def _counts(one: Brought) -> dict[str, int]:
    return {name: sum(getattr(b, name) for b in one.batches) for name in ("added", "updated", "removed")}


def _covered(one: Brought) -> list[Coverage]:
    """Of accounts that came under a new id, what was met again."""
    from farthing.flows.merge_history import covered_by

    return [c for b in one.batches for c in covered_by(b)]


def _sentence(one: Brought) -> str:
    from farthing.connections.status import sentence
    from farthing.core.ids import public

    reason = sentence(one.link.status_reason)
    named = [public("bat", b.batch_id) for b in one.batches if b.error is None]
    told = [", ".join(f"{count} {name}" for name, count in _counts(one).items()) + f" ({', '.join(named)})."] if named else []
    told += [f"Linked again: {c.words}." for c in reversed(_covered(one))]
    if not one.over:
        told += ["Still being read."]
    elif not named and not one.failed:
        told += ["Nothing new."]
    return f"{one.link.institution.name} ({public('con', one.link.connection_id)}): {' '.join(filter(None, [*told, reason]))}"


@click.command()
@click.argument("email")
@as_json_option
def connections(email: str, as_json: bool) -> None:
    """The member's bank links and how they are. Example: farthing connections ada@example.org"""

    async def story() -> None:
        from farthing.cli.compose import open_caller
        from farthing.connections import store
        from farthing.connections.status import sentence
        from farthing.core.ids import public
        from farthing.flows.desk import read_desk
        from farthing.ledger.accounts import accounts

        async with open_caller(email) as who, read_desk(who.world, who.household_id, who.actor) as desk:
            links = await store.every(desk.unit, desk.sealer)
            held = await accounts(desk.unit, desk.sealer)
        if as_json:
            from farthing.web.api.connections import ConnectionList, connection_object

            listed = ConnectionList([connection_object(link, held, who.household_id, links) for link in links], None)
            return tell(listed, as_json=True, words=str)
        head = ("id", "bank", "status", "read", "")
        rows = [
            (
                public("con", c.connection_id),
                c.institution.name,
                c.status.word.replace("_", " "),
                f"{c.last_success_at:%Y-%m-%d %H:%M}" if c.last_success_at else "not yet",
                sentence(c.status_reason),
            )
            for c in links
        ]
        return tell(None, as_json=False, words=lambda: table(head, rows) if rows else "no bank is linked")

    run(story())


@click.command("which-account")
@click.argument("email")
@click.option("--question", default=None, help="Which of the questions, when there are several: the beginning of its id will do.")
@click.option("--is", "account", default=None, metavar="ACCOUNT", help="It is this account (acc_...).")
@click.option("--new", is_flag=True, help="It is a new account.")
@as_json_option
def which_account(email: str, question: str | None, account: str | None, new: bool, as_json: bool) -> None:
    """Banks' accounts that could be one of yours; with --is or --new, say which one it is. `farthing undo` takes that back.

    Example: farthing which-account ada@example.org --is acc_1f6q0s
    """
    if account and new:
        raise click.UsageError("give --is or --new, not both")

    async def story() -> None:
        from farthing.cli.compose import open_caller
        from farthing.connections import store
        from farthing.core.errors import Rejected
        from farthing.core.ids import internal, public
        from farthing.flows.desk import read_desk
        from farthing.flows.which_account import answer_account
        from farthing.ledger.accounts import accounts
        from farthing.web.api.which_account import QuestionList, question_object

        async with open_caller(email) as who:
            async with read_desk(who.world, who.household_id, who.actor) as desk:
                links, held = await store.every(desk.unit, desk.sealer), await accounts(desk.unit, desk.sealer)
            asked = [(c, q) for c in links for q in c.undecided if q.key.startswith(question or "")]
            listed = QuestionList([question_object(q, held, who.household_id) for _, q in asked])
            if not account and not new:
                return tell(listed, as_json=as_json, words=lambda: "\n".join(map(_question, listed.items)) or "nothing to ask")
            if len(asked) != 1:
                many = "name one of the questions with --question" if asked else "there is no such question"
                raise Rejected("which_question", many)
            (link, one), chosen = asked[0], internal("acc", account, household=who.household_id) if account else None
            said = await answer_account(who.world, who.household_id, who.actor, link.connection_id, one.key, account_id=chosen)
        made = {"account_id": public("acc", said.account_id, household=who.household_id), "batch_id": public("bat", said.batch_id)}
        words = f"it is {made['account_id']} (batch {made['batch_id']}, which can be undone); its rows come with the next sync"
        return tell(made, as_json=as_json, words=lambda: words)

    run(story())


def _question(asked: Question) -> str:
    def name(one: AccountRef | Question) -> str:
        return f"{one.name}{f' ··{one.mask}' if one.mask else ''}"

    ours = "\n".join(f"  --is {a.id}  {name(a)}" for a in asked.could_be)
    balance = f", {asked.balance} {asked.currency}" if asked.balance is not None else ""
    return f"{asked.id}: which account is {name(asked)}{balance}?\n{ours}\n  --new  a new one"
