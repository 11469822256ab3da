"""What belongs together, at a terminal: halves of a transfer, a refund and its purchase; joined, or taken apart for good."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from farthing.cli.frame import as_json_option, run, table, tell

if TYPE_CHECKING:
    from farthing.cli.compose import Caller
    from farthing.flows.counterparts import Counterpart


@click.command()
@click.argument("email")
@click.argument("transaction")
@click.argument("other", required=False)
@click.option("--refund", is_flag=True, help="TRANSACTION pays back OTHER, a purchase.")
@click.option("--amount", default=None, help="With --refund: how much of it; all that it can without.")
@as_json_option
def pair(email: str, transaction: str, other: str | None, refund: bool, amount: str | None, as_json: bool) -> None:  # noqa: PLR0917
    """Two transactions (txn_...) are one transfer, or a refund and its purchase; without OTHER, what may belong to it, likeliest first.

    Example: farthing pair ada@example.org txn_1h7z3k9q2 txn_1h7z4m0w8
    """
    if amount is not None and not refund:
        raise click.UsageError("--amount goes with --refund")
    if refund and other is None:
        raise click.UsageError("--refund needs the purchase, OTHER")

    async def story() -> None:
        from farthing.cli.compose import open_caller
        from farthing.core.ids import internal, public
        from farthing.flows.pair_by_hand import join_transfer, link_refund

        async with open_caller(email) as who:
            key, me = internal("txn", transaction), (who.world, who.household_id, who.actor)
            if other is None:
                told = await _fitting(who, key)
                return tell(told, as_json=as_json, words=lambda: _fitting_words(told))
            theirs = internal("txn", other)
            done = await (link_refund(*me, key, theirs, amount=amount) if refund else join_transfer(*me, key, theirs))
        batch = public("bat", done.batch_id) if done.batch_id else None
        made = {"transaction_id": transaction, "other_id": other, "kind": "refund" if refund else "transfer", "batch_id": batch}
        return tell(made, as_json=as_json, words=lambda: f"joined (batch {batch}, which can be undone)" if batch else "joined already")

    run(story())


@click.command()
@click.argument("email")
@click.argument("transaction")
@click.option("--refund", is_flag=True, help="From its purchase.")
@as_json_option
def unpair(email: str, transaction: str, refund: bool, as_json: bool) -> None:
    """A transaction does not belong to its other half (with --refund: to its purchase), nor will it by itself again.

    Example: farthing unpair ada@example.org txn_1h7z3k9q2
    """

    async def story() -> None:
        from farthing.cli.compose import open_caller
        from farthing.core.ids import internal, public
        from farthing.flows.pair_by_hand import part_rows
        from farthing.ingest.pairing.model import KIND_REFUND, KIND_TRANSFER

        async with open_caller(email) as who:
            key, kind = internal("txn", transaction), KIND_REFUND if refund else KIND_TRANSFER
            done = await part_rows(who.world, who.household_id, who.actor, key, kind=kind)
        batch = public("bat", done.batch_id) if done.batch_id else None
        made = {"transaction_id": transaction, "kind": "refund" if refund else "transfer", "batch_id": batch}
        tell(made, as_json=as_json, words=lambda: f"taken apart (batch {batch}, which can be undone)")

    run(story())


async def _fitting(who: Caller, transaction_id: int) -> dict[str, Any]:
    """`items`: what may belong to a row; `paired`: what does, so that nothing else may."""
    from farthing.cli.views import on_record
    from farthing.flows.counterparts import counterparts, tied
    from farthing.flows.desk import read_desk
    from farthing.flows.view_transaction import find_shown

    async with read_desk(who.world, who.household_id, who.actor) as desk:
        held = await tied(desk, transaction_id)
        found = await counterparts(desk, await find_shown(desk, transaction_id))
    await on_record(who, {int(c.shown.row.account_id) for c in (*found, *held)})
    return {"items": [_item(c) for c in found], "paired": [_item(c) for c in held]}


def _fitting_words(told: dict[str, Any]) -> str:
    said = [f"paired already: {_one_line(i)}" for i in told["paired"]]
    rows = [(i["id"], i["kind"], i["date"], i["amount"], i["merchant"], i["account"]) for i in told["items"]]
    said += [table(("id", "as", "date", "amount", "merchant", "account"), rows, right=(3,))] if rows else []
    return "\n".join(said) or "nothing fits"


def _one_line(item: dict[str, Any]) -> str:
    words = f"{item['kind']} {item['id']}, {item['date']} {item['amount']} {item['merchant']}, {item['account']}"
    return f"{words} (farthing unpair takes them apart)"


def _item(one: Counterpart) -> dict[str, Any]:
    from farthing.core.ids import public
    from farthing.core.money import decimal_text

    row = one.shown.row
    return {
        "id": public("txn", row.transaction_id),
        "kind": one.kind,
        "date": row.date.isoformat(),
        "amount": decimal_text(row.amount, row.currency),
        "currency": row.currency,
        "merchant": one.shown.merchant,
        "account": one.shown.account.text.name,
    }
