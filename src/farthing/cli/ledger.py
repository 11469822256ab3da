"""The ledger at a terminal: accounts, transactions, budgets, batches, and undoing them."""

from __future__ import annotations

from collections.abc import Callable

import click

from farthing.cli.frame import as_json_option, run, table, tell, with_options


@click.command()
@click.argument("email")
@as_json_option
def accounts(email: str, as_json: bool) -> None:
    """Where the member's money is, and how fresh that is. Example: farthing accounts ada@example.org"""

    async def story() -> None:
        from farthing.cli.compose import open_caller
        from farthing.cli.views import on_record
        from farthing.core.dates import rfc3339
        from farthing.core.ids import public
        from farthing.core.money import decimal_text
        from farthing.flows.desk import read_desk
        from farthing.flows.manage_accounts import list_accounts

        async with open_caller(email) as who:
            async with read_desk(who.world, who.household_id, who.actor) as desk:
                found = await list_accounts(desk)
            await on_record(who, [int(s.account.account_id) for s in found])
        items = [
            {
                "id": public("acc", s.account.account_id, household=who.household_id),
                "connection_id": public("con", s.account.connection_id) if s.account.connection_id else None,
                "name": s.account.text.name,
                "mask": s.account.text.mask or None,
                "kind": s.account.kind.slug,
                "currency": s.account.currency,
                "balance": decimal_text(s.balance, s.account.currency),
                "balance_as_of": rfc3339(s.as_of) if s.as_of else None,
                "hidden": s.account.hidden,
                "closed_on": s.account.closed_on.isoformat() if s.account.closed_on else None,
            }
            for s in found
        ]
        head = ("id", "balance", "", "as of", "kind", "name")
        rows = [
            (str(i["id"]), str(i["balance"]), str(i["currency"]), str(i["balance_as_of"] or "")[:16], str(i["kind"]), str(i["name"]))
            for i in items
        ]
        tell({"items": items, "next_cursor": None}, as_json=as_json, words=lambda: table(head, rows, right=(1,)) if rows else "no account")

    run(story())


def list_options(function: Callable[..., None]) -> Callable[..., None]:
    """What narrows a list, as on the Transactions page."""
    several = "several with commas between"
    return with_options(
        function,
        click.option("--period", default=None, metavar="YYYY[-MM]", help="Only this month, or year."),
        click.option("--from", "first", default=None, metavar="YYYY-MM-DD", help="The first day, included."),
        click.option("--to", "last", default=None, metavar="YYYY-MM-DD", help="The last day, included."),
        click.option("--q", "text", default=None, help="Text in the merchant, the bank's words or the note."),
        click.option("--account", default=None, help=f"Only of this account (its name or acc_...; {several})."),
        click.option("--category", default=None, help=f"Only of this category or group (name, slug or cat_...; {several})."),
        click.option("--tag", default=None, help=f"Only with this tag ({several})."),
        click.option(
            "--status",
            default=None,
            help=f"Only pending, posted, void, unreviewed, reviewed, transfer, split, hidden, recurring, in or out ({several}).",
        ),
        click.option("--min", "least", default=None, metavar="AMOUNT", help="Only from this amount on; signed, money out is negative."),
        click.option("--max", "most", default=None, metavar="AMOUNT", help="Only up to this amount."),
        click.option("--query", default="", help="All of that as typed into the page's query box: 'safeway >20 cat:groceries 2026-05'."),
    )


@click.command()
@click.argument("email")
@list_options
@click.option("--limit", type=click.IntRange(1, 500), default=50, show_default=True, help="Most rows.")
@click.option("--cursor", default=None, help="Go on where an earlier answer ended (its next_cursor).")
@click.option("--csv", "as_csv", is_flag=True, help="Every row of the filter as a CSV file, parts of split rows apart.")
@as_json_option
def transactions(*, email: str, query: str, limit: int, cursor: str | None, as_csv: bool, as_json: bool, **options: str | None) -> None:
    """Transactions, newest first, with the totals of the whole filter. Example: farthing transactions ada@example.org --q coffee"""
    if as_csv and (as_json or cursor):
        raise click.UsageError("--csv is all rows in one file: it goes without --json and --cursor")
    names = {"first": "from", "last": "to", "text": "q", "least": "min", "most": "max"}
    asked = {names.get(name, name): text for name, text in options.items()}

    async def story() -> None:
        from farthing.cli.compose import open_caller
        from farthing.cli.views import as_file, listed, on_record, parameters, words_of

        given = parameters(asked, query)
        async with open_caller(email) as who:
            if as_csv:
                async for piece in await as_file(who, given):
                    click.echo(piece, nl=False)
                return None
            page = await listed(who, given, limit=limit, cursor=cursor)
            await on_record(who, {s.row.account_id for s in page.rows})
        if as_json:
            from farthing.flows.list_transactions import cursor_of
            from farthing.web.api.objects import totals_object, transaction_object
            from farthing.web.api.transactions import TransactionList

            rows = [transaction_object(s, who.household_id) for s in page.rows]
            totals = totals_object(page.totals, page.currency)
            return tell(TransactionList(rows, cursor_of(page.after) if page.after else None, totals), as_json=True, words=str)
        return tell(None, as_json=False, words=lambda: words_of(page))

    run(story())


@click.command()
@click.argument("email")
@click.option("--period", default=None, metavar="YYYY-MM", help="A month, or a year (YYYY) for budgets by the year. Default: this month.")
@as_json_option
def budgets(email: str, period: str | None, as_json: bool) -> None:
    """How budgets stand. Example: farthing budgets ada@example.org --period 2026-11"""

    async def story() -> None:
        from farthing.cli.compose import open_caller
        from farthing.cli.views import budget_name, on_record
        from farthing.core.dates import Month, rfc3339
        from farthing.core.ids import public
        from farthing.core.money import decimal_text
        from farthing.flows.desk import read_desk
        from farthing.flows.manage_budgets import status

        async with open_caller(email) as who:
            async with read_desk(who.world, who.household_id, who.actor) as desk:
                asked = period or str(Month.of(desk.today))
                found = await status(desk, asked)
            await on_record(who, [0])
        items = []
        for s in found.standings:
            amounts = {"limit": s.limit, "spent": s.spent, "pending": s.pending, "left": s.left}
            items.append(
                {
                    "budget_id": public("bud", s.budget.budget_id),
                    "name": budget_name(desk, s.budget),
                    "period": asked,
                    **{name: decimal_text(minor, s.budget.currency) for name, minor in amounts.items()},
                    "currency": s.budget.currency,
                    "fraction": s.per_mille / 1000,
                    "state": s.state,
                    "as_of": rfc3339(found.as_of) if found.as_of else None,
                }
            )
        head = ("budget", "spent", "limit", "left", "", "")
        rows = [tuple(str(i[k]) for k in ("name", "spent", "limit", "left", "currency", "state")) for i in items]
        tell(
            {"items": items, "next_cursor": None},
            as_json=as_json,
            words=lambda: table(head, rows, right=(1, 2, 3)) if rows else "no budget",
        )

    run(story())


@click.command()
@click.argument("email")
@click.option("--limit", type=click.IntRange(1, 500), default=20, show_default=True, help="Most batches.")
@as_json_option
def batches(email: str, limit: int, as_json: bool) -> None:
    """What came in or was changed together, newest first: each can be undone. Example: farthing batches ada@example.org"""

    async def story() -> None:
        from farthing.cli.compose import open_caller
        from farthing.flows.desk import read_desk
        from farthing.flows.inspect_batch import list_batches
        from farthing.ledger.accounts import accounts as every_account
        from farthing.web.api.batches import BatchList, batch_object

        async with open_caller(email) as who, read_desk(who.world, who.household_id, who.actor) as desk:
            found = await list_batches(desk, count=limit)
            held = await every_account(desk.unit, desk.sealer)
        items = [batch_object(b, held, who.household_id) for b in found]
        head = ("id", "when", "what", "of", "state", "added", "updated", "removed", "error")
        rows = [
            (i.id, i.started_at, i.kind, i.title[:30], i.state, str(i.added), str(i.updated), str(i.removed), i.error or "") for i in items
        ]
        tell(BatchList(items, None), as_json=as_json, words=lambda: table(head, rows, right=(5, 6, 7)) if rows else "nothing yet")

    run(story())


@click.command()
@click.argument("email")
@click.argument("batch")
@click.option("--limit", type=click.IntRange(1, 500), default=50, show_default=True, help="Most rows.")
@click.option("--cursor", default=None, help="Go on from here: next_cursor of the last answer.")
@as_json_option
def batch(email: str, batch: str, limit: int, cursor: str | None, as_json: bool) -> None:
    """What a batch brought and changed, row by row, with what stood there before. Example: farthing batch ada@example.org bat_1h7x3k"""

    async def story() -> None:
        from farthing.cli.compose import open_caller
        from farthing.cli.views import batch_words, inspected

        async with open_caller(email) as who:
            found = await inspected(who, batch, limit=limit, cursor=cursor)
        tell(found, as_json=as_json, words=lambda: batch_words(found))

    run(story())


@click.command()
@click.argument("email")
@click.argument("batch")
@as_json_option
def undo(email: str, batch: str, as_json: bool) -> None:
    """Put back what a batch changed, where nothing later stands on it; undoing the undoing does it again.

    Exit code 1 when every row had to stay as it is.

    Example: farthing undo ada@example.org bat_1h7x3k
    """

    async def story() -> int:
        from farthing.cli.compose import open_caller
        from farthing.core.ids import internal, public
        from farthing.flows.undo import undo as put_back

        async with open_caller(email) as who:
            key = internal("imp" if batch.startswith("imp_") else "bat", batch)
            done = await put_back(who.world, who.household_id, who.actor, key)
        refused = [
            {"transaction_id": public("txn", k.transaction_id), "group": k.group.name.lower(), "reason": k.reason} for k in done.refused
        ]
        stays = [{"object": s.kind.name.lower(), "name": s.name, "reason": s.reason} for s in done.stays]
        batch_id = public("bat", done.batch_id) if done.batch_id else None
        made = {"undone": done.undone, "refused": refused, "kept": stays, "batch_id": batch_id}
        kept = "".join(f"\nkept: {r['transaction_id']}, {r['group']}: {r['reason'].replace('_', ' ')}" for r in refused)
        kept += "".join(f"\nkept: {s.kind.name.lower()} {s.name}: {s.reason.replace('_', ' ')}" for s in done.stays)
        again = f" (batch {made['batch_id']}, which can be undone in turn)" if done.batch_id else ""
        tell(made, as_json=as_json, words=lambda: f"{done.undone} rows put back{again}{kept}")
        return int(bool(refused or stays) and not done.undone)

    run(story())
