"""Balance proofs at a terminal."""

from __future__ import annotations

import click

from farthing.cli.frame import as_json_option, run, table, tell


@click.command()
@click.argument("email")
@click.option("--from", "first", default=None, metavar="YYYY-MM-DD", help="The first day. Default: 400 days ago.")
@click.option("--to", "last", default=None, metavar="YYYY-MM-DD", help="The last day. Default: today.")
@as_json_option
def proof(*, email: str, first: str | None, last: str | None, as_json: bool) -> None:
    """Whether the balances that banks state are what the rows add up to; a gap names the rows that may be why.

    Exit code 1 when a gap stands open.

    Example: farthing proof ada@example.org
    """

    async def story() -> int:
        from farthing.cli.compose import open_caller
        from farthing.cli.views import on_record
        from farthing.core.dates import parse_day
        from farthing.flows.desk import read_desk
        from farthing.flows.prove_accounts import Proved, prove_accounts
        from farthing.ledger.accounts import accounts
        from farthing.web.api.proofs import proof_object

        days = [parse_day(text, field=name) if text else None for name, text in (("from", first), ("to", last))]
        async with open_caller(email) as who:
            async with read_desk(who.world, who.household_id, who.actor) as desk:
                held = await accounts(desk.unit, desk.sealer)
                found = await prove_accounts(desk, held, first=days[0], last=days[1])
            await on_record(who, list(held))
        items = [proof_object(Proved(held[i], p), who.household_id) for i, p in found.items()]
        head = ("account", "days", "explained", "bank says", "we have", "", "on", "name")
        rows = [
            (
                i.account_id,
                str(i.days),
                _percent(i.explained),
                i.said_balance or "",
                i.our_balance or "",
                i.currency,
                i.said_on or "",
                a.text.name,
            )
            for i, a in zip(items, (held[k] for k in found), strict=True)
        ]
        gaps = [
            f"{i.account_id}: {g.state}: off by {g.amount} {i.currency} since {g.last}"
            + "".join(f"\n  {s.kind}: {s.transaction_id + ': ' if s.transaction_id else ''}{s.why}" for s in g.suspects)
            for i in items
            for g in i.gaps
        ]
        answer = {"items": items, "next_cursor": None}
        tell(answer, as_json=as_json, words=lambda: "\n".join([table(head, rows, right=(1, 2, 3, 4)) if rows else "no account", *gaps]))
        return int(any(p.open for p in found.values()))

    run(story())


def _percent(share: float | None) -> str:
    """`98 %`, rounded down: only what is whole is a hundred."""
    return "" if share is None else f"{int(100 * share)} %"
