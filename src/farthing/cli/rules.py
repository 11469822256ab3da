"""Rules at a terminal: listed, made, tried without effect, applied to what stands, taken away."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import click

from farthing.cli.categories import find_category
from farthing.cli.frame import as_json_option, run, table, tell, with_options

if TYPE_CHECKING:
    from farthing.cli.compose import Caller
    from farthing.flows.desk import Desk
    from farthing.flows.list_rules import Listed
    from farthing.flows.manage_rules import RuleWish
    from farthing.flows.preview_rule import Preview

MERCHANT_SHOWN = 30


def wish_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """What a rule is for, and what it does."""
    return with_options(
        command,
        click.option("--when", required=True, help="Which rows: the language of the query box, such as 'uber >20' or '/^amzn.*digital/'."),
        click.option("--name", default="", help="What it is called; its conditions, if nothing is said."),
        click.option("--category", help="Sort into this category (its name or slug)."),
        click.option("--transfer", is_flag=True, help="Make it a transfer between own accounts."),
        click.option("--merchant", default="", help="Call the merchant so."),
        click.option("--note", default="", help="Write this note."),
        click.option("--tag", "tags", multiple=True, help="Add this tag; repeatable."),
        click.option("--hidden/--shown", default=None, help="Hide the row from every total, or not."),
        click.option("--reviewed/--unreviewed", default=None, help="Mark it as reviewed, or not."),
        click.option(
            "--split", "splits", multiple=True, type=(str, str), metavar="PART CATEGORY",
            help="A part: a share such as 40%, or an amount such as 12.50, and its category; repeatable.",
        ),
        click.option("--order", type=click.IntRange(min=1), help="Its place; the first rule that holds decides. Last, if nothing is said."),
    )  # fmt: skip


@click.group()
def rule() -> None:
    """Rules: what is done with rows that are alike.

    Example: farthing rule add ada@example.org --when 'uber >20' --category taxi
    """


@rule.command("list")
@click.argument("email")
@as_json_option
def list_command(email: str, as_json: bool) -> None:
    """Every rule in order, with what it decided and why some never can. Example: farthing rule list ada@example.org"""

    async def story() -> None:
        from farthing.cli.compose import open_caller
        from farthing.flows.desk import read_desk
        from farthing.flows.list_rules import list_rules

        async with open_caller(email) as who, read_desk(who.world, who.household_id, who.actor) as desk:
            items = [_item(one) for one in await list_rules(desk)]
        tell({"items": items}, as_json=as_json, words=lambda: _table(items))

    run(story())


@rule.command()
@click.argument("email")
@wish_options
@as_json_option
def add(email: str, as_json: bool, **given: Any) -> None:
    """Make a rule; it sorts what comes from now on. Its undo takes it away; what it did by then stays.

    Example: farthing rule add ada@example.org --when uber --category taxi
    """

    async def story() -> None:
        from farthing.cli.compose import open_caller
        from farthing.core.ids import public
        from farthing.flows.desk import read_desk
        from farthing.flows.list_rules import one_rule
        from farthing.flows.manage_rules import add_rule

        async with open_caller(email) as who:
            made = await add_rule(who.world, who.household_id, who.actor, await _wish(who, given))
            async with read_desk(who.world, who.household_id, who.actor) as desk:
                item = _item(await one_rule(desk, made.rule.rule_id))
        item |= {"batch_id": public("bat", made.batch_id) if made.batch_id else None}
        said = f"{item['id']}: {item['when']} -> {', '.join(item['does'])}"
        tell(item, as_json=as_json, words=lambda: f"{said}; farthing undo {email} {item['batch_id']} takes it away")

    run(story())


@rule.command()
@click.argument("email")
@wish_options
@as_json_option
def preview(email: str, as_json: bool, **given: Any) -> None:
    """What a rule would do to rows that stand; changes nothing.

    Example: farthing rule preview ada@example.org --when uber --category taxi
    """

    async def story() -> None:
        from farthing.cli.compose import open_caller
        from farthing.cli.views import on_record
        from farthing.flows.preview_rule import preview_rule, trying_desk

        async with open_caller(email) as who:
            wish = await _wish(who, given)
            async with trying_desk(who.world, who.household_id, who.actor) as desk:
                told = _told(found := await preview_rule(desk, wish))
            await on_record(who, {int(b.shown.account.account_id) for b in found.rows})
        tell(told, as_json=as_json, words=lambda: _told_words(told))

    run(story())


@rule.command()
@click.argument("email")
@click.argument("rule_ids", nargs=-1, metavar="[ID...]")
@as_json_option
def apply(email: str, rule_ids: tuple[str, ...], as_json: bool) -> None:
    """Apply rules (all that are on, if none is named) to rows that stand, as one batch that can be undone.

    Example: farthing rule apply ada@example.org rul_1h7z3k9q2
    """

    async def story() -> None:
        from farthing.cli.compose import open_caller
        from farthing.core.ids import internal, public
        from farthing.flows.run_rules import run_rules

        async with open_caller(email) as who:
            done = await run_rules(who.world, who.household_id, who.actor, [internal("rul", i) for i in rule_ids])
        batch = public("bat", done.batch_id) if done.batch_id else None
        words = f"{done.count} changed; undo with: farthing undo {email} {batch}" if batch else "nothing changed"
        tell({"updated": done.count, "batch_id": batch}, as_json=as_json, words=lambda: words)

    run(story())


@rule.command()
@click.argument("email")
@click.argument("rule_id", metavar="ID")
@as_json_option
def remove(email: str, rule_id: str, as_json: bool) -> None:
    """Take a rule away; what it did stays. Can be undone. Example: farthing rule remove ada@example.org rul_1h7z3k9q2"""

    async def story() -> None:
        from farthing.cli.compose import open_caller
        from farthing.core.ids import internal, public
        from farthing.flows.manage_rules import delete_rule

        async with open_caller(email) as who:
            gone = await delete_rule(who.world, who.household_id, who.actor, internal("rul", rule_id))
        batch = public("bat", gone.batch_id) if gone.batch_id else None
        back = f"; farthing undo {email} {batch} brings it back" if batch else ""
        tell({"removed": rule_id, "batch_id": batch}, as_json=as_json, words=lambda: f"{rule_id} is gone; what it did stays{back}")

    run(story())


async def _wish(who: Caller, given: Mapping[str, Any]) -> RuleWish:
    from farthing.flows.desk import read_desk
    from farthing.flows.manage_rules import RuleWish
    from farthing.flows.read_rule import ShareWish, ThenWish

    async with read_desk(who.world, who.household_id, who.actor) as desk:
        parts = [_part(desk, size, name) for size, name in given["splits"]]
        category = find_category(desk, given["category"]) if given["category"] else None
    then = ThenWish(
        category_id=category,
        transfer=given["transfer"],
        merchant=given["merchant"],
        note=given["note"],
        tags=given["tags"],
        hidden=given["hidden"],
        reviewed=given["reviewed"],
        splits=[ShareWish(category_id=c, amount=amount, share=share) for c, amount, share in parts],
    )
    return RuleWish(when=given["when"], then=then, name=given["name"], order=given["order"])


def _part(desk: Desk, size: str, name: str) -> tuple[int, str | None, str | None]:
    share = size.rstrip("% ") if size.rstrip().endswith("%") else None
    return find_category(desk, name), None if share else size, share


def _item(one: Listed) -> dict[str, Any]:
    from farthing.core.dates import rfc3339
    from farthing.core.ids import public

    rule = one.rule
    return {
        "id": public("rul", rule.rule_id),
        "order": rule.position,
        "name": rule.name,
        "when": one.when,
        "does": list(one.does),
        "enabled": rule.enabled,
        "matched": rule.uses,
        "last_match_at": rfc3339(rule.used_at) if rule.used_at else None,
        "hidden_by": public("rul", one.hidden_by.rule_id) if one.hidden_by else None,
        "faults": list(one.faults),
    }


def _table(items: list[dict[str, Any]]) -> str:
    rows = [
        (
            str(i["order"]), i["id"], i["name"], i["when"], ", ".join(i["does"]), str(i["matched"]),
            "off" if not i["enabled"] else f"never: {i['hidden_by']} goes first" if i["hidden_by"] else "; ".join(i["faults"]),
        )
        for i in items
    ]  # fmt: skip
    return table(("", "id", "name", "when", "does", "decided", ""), rows, right=(0, 5)) if rows else "no rules yet"


def _told(found: Preview) -> dict[str, Any]:
    from farthing.core.ids import public
    from farthing.core.money import decimal_text

    return {
        "matched": found.matched,
        "changed": found.changed,
        "rows": [
            {
                "id": public("txn", b.shown.row.transaction_id),
                "date": b.shown.row.date.isoformat(),
                "amount": decimal_text(b.shown.row.amount, b.shown.row.currency),
                "merchant": b.shown.merchant,
                "before": b.shown.category.slug,
                "after": b.category.slug,
            }
            for b in found.rows
        ],
        "breaks": found.breaks,
        "conflicts": [{"rule": m.rule.name, "rows": m.rows, "goes_first": m.goes_first} for m in found.meetings],
    }


def _told_words(told: Mapping[str, Any]) -> str:
    lines = [f"{r['date']}  {r['amount']:>12}  {r['merchant'][:MERCHANT_SHOWN]:<30}  {r['before']} -> {r['after']}" for r in told["rows"]]
    more = told["changed"] - len(lines)
    lines += [f"and {more} more"] if more else []
    lines.append(f"{told['matched']} rows are meant, {told['changed']} would change; nothing was changed")
    lines += [f"{told['breaks']} of them you sorted otherwise by hand: they stay"] if told["breaks"] else []
    first = {True: "that one goes first", False: "this one goes first"}
    lines += [f"{c['rows']} of them also meet “{c['rule']}”: {first[c['goes_first']]}" for c in told["conflicts"]]
    return "\n".join(lines)
