"""Categories at a terminal: the tree, own ones, and their order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from farthing.cli.frame import as_json_option, run, table, tell

if TYPE_CHECKING:
    from farthing.cli.compose import Caller
    from farthing.flows.desk import Desk
    from farthing.flows.revise import Revised


@click.group()
def category() -> None:
    """Categories: the tree, own ones, names, order.

    Example: farthing category add ada@example.org 'Chess club' entertainment
    """


@category.command("list")
@click.argument("email")
@as_json_option
def list_command(email: str, as_json: bool) -> None:
    """Every category in the order of pages. Example: farthing category list ada@example.org"""

    async def story() -> None:
        from farthing.cli.compose import open_caller

        async with open_caller(email) as who:
            items = await _items(who)
        tell({"items": items}, as_json=as_json, words=lambda: _table(items))

    run(story())


@category.command()
@click.argument("email")
@click.argument("name")
@click.argument("group")
@click.option("--bill", is_flag=True, help="It comes whether one likes it or not.")
@as_json_option
def add(email: str, name: str, group: str, bill: bool, as_json: bool) -> None:
    """An own category in a group (its slug, or an own group's name).

    Example: farthing category add ada@example.org 'Chess club' entertainment
    """

    async def story() -> None:
        from farthing.cli.compose import open_caller
        from farthing.flows.manage_categories import CategoryWish, add_category

        async with open_caller(email) as who:
            slug = await find_group(who, group)
            made = await add_category(who.world, who.household_id, who.actor, CategoryWish(name=name, group=slug, bill=bill))
            item = next(i for i in await _items(who) if i["slug"] == f"own_{made.category_id}")
        tell(item, as_json=as_json, words=lambda: f"{item['id']}: {item['name']}")

    run(story())


@category.command()
@click.argument("email")
@click.argument("name")
@click.option("--name", "new_name", help="What it is called from now on.")
@click.option("--group", help="The group in which it stands (its slug, or an own group's name).")
@click.option("--bill/--no-bill", default=None, help="Whether it comes whether one likes it or not.")
@click.option("--hidden/--shown", default=None, help="Offered no more, or again; what stands in it stays.")
@as_json_option
def edit(email: str, name: str, as_json: bool, **given: Any) -> None:
    """Rename, move, hide or mark a category, the system's too. Example: farthing category edit ada@example.org vet --name Animals"""

    async def story() -> None:
        from msgspec import UNSET

        from farthing.cli.compose import open_caller
        from farthing.flows.desk import read_desk
        from farthing.flows.manage_categories import CategoryEdit, edit_category

        said = {("name" if k == "new_name" else k): UNSET if v is None else v for k, v in given.items()}
        async with open_caller(email) as who:
            if isinstance(said["group"], str):
                said["group"] = await find_group(who, said["group"])
            async with read_desk(who.world, who.household_id, who.actor) as desk:
                key = find_category(desk, name)
            await edit_category(who.world, who.household_id, who.actor, key, CategoryEdit(**said))
            async with read_desk(who.world, who.household_id, who.actor) as desk:
                slug = desk.categories.require(key).slug
            item = next(i for i in await _items(who) if i["slug"] == slug)
        tell(item, as_json=as_json, words=lambda: f"{item['id']}: {item['name']}")

    run(story())


@category.command()
@click.argument("email")
@click.argument("names", nargs=-1, required=True, metavar="NAME...")
@as_json_option
def order(email: str, names: tuple[str, ...], as_json: bool) -> None:
    """Put categories of one group in this order; those not named keep their places.

    Example: farthing category order ada@example.org coffee restaurants groceries
    """

    async def story() -> None:
        from farthing.cli.compose import open_caller
        from farthing.flows.desk import read_desk
        from farthing.flows.manage_categories import order_categories

        async with open_caller(email) as who:
            async with read_desk(who.world, who.household_id, who.actor) as desk:
                ids = [find_category(desk, name) for name in names]
                group = desk.categories.shown_in(ids[0])
            await order_categories(who.world, who.household_id, who.actor, ids)
            items = [i for i in await _items(who) if i["shown_in"] == group]
        tell({"items": items}, as_json=as_json, words=lambda: _table(items))

    run(story())


@category.command()
@click.argument("email")
@click.argument("name")
@click.option("--move-to", help="Where its rows, parts, budgets, rules and memory go; without it its rows are not sorted any more.")
@click.option("--dry-run", is_flag=True, help="Only say what stands in it and which saved views name it.")
@as_json_option
def remove(email: str, name: str, move_to: str | None, dry_run: bool, as_json: bool) -> None:
    """Delete an own category, or make it one with another.

    Example: farthing category remove ada@example.org 'Chess club' --move-to games
    """

    async def story() -> None:
        from farthing.cli.compose import open_caller
        from farthing.flows.close_category import delete_category
        from farthing.flows.desk import read_desk

        async with open_caller(email) as who:
            async with read_desk(who.world, who.household_id, who.actor) as desk:
                key = find_category(desk, name)
                target = find_category(desk, move_to) if move_to else None
                ahead = await _ahead(desk, key)
            if dry_run:
                tell(ahead, as_json=as_json, words=lambda: _ahead_words(ahead))
                return
            done = await delete_category(who.world, who.household_id, who.actor, key, move_to=target)
        told = _moved(done) | {"views": ahead["views"]}
        tell(told, as_json=as_json, words=lambda: f"deleted; {_moved_words(done)}{naming_said(ahead)}")

    run(story())


@category.command()
@click.argument("email")
@click.argument("name")
@click.argument("into")
@click.option("--dry-run", is_flag=True, help="Only say what stands in it and which saved views name it.")
@as_json_option
def merge(email: str, name: str, into: str, dry_run: bool, as_json: bool) -> None:
    """Make a category one with another, the system's too; what stood in it and what would come goes there. Can be undone.

    Example: farthing category merge ada@example.org coffee restaurants
    """

    async def story() -> None:
        from farthing.cli.compose import open_caller
        from farthing.flows.close_category import merge_category
        from farthing.flows.desk import read_desk

        async with open_caller(email) as who:
            async with read_desk(who.world, who.household_id, who.actor) as desk:
                key, target = find_category(desk, name), find_category(desk, into)
                ahead = await _ahead(desk, key)
            if dry_run:
                tell(ahead, as_json=as_json, words=lambda: _ahead_words(ahead))
                return
            done = await merge_category(who.world, who.household_id, who.actor, key, target)
        told = _moved(done) | {"views": ahead["views"]}
        tell(told, as_json=as_json, words=lambda: f"merged; {_moved_words(done)}{naming_said(ahead)}")

    run(story())


async def _ahead(desk: Desk, key: int) -> dict[str, Any]:
    """What stands in a category and which saved views name it."""
    from farthing.core.ids import CategoryId
    from farthing.flows.views_naming import views_naming
    from farthing.ledger.reading.rows import rows_of_category

    rows = await rows_of_category(desk.unit, CategoryId(key))
    return {"transactions": len(rows), "views": [v.name for v in await views_naming(desk, CategoryId(key))]}


def _ahead_words(ahead: dict[str, Any]) -> str:
    return f"{ahead['transactions']} transactions stand in it{naming_said(ahead)}; nothing was changed"


def naming_said(ahead: dict[str, Any]) -> str:
    """`; saved views that name it: Dogs, Cats`; empty where none does."""
    return f"; saved views that name it: {', '.join(ahead['views'])}" if ahead["views"] else ""


def _moved(done: Revised) -> dict[str, Any]:
    from farthing.core.ids import public

    return {"moved": done.count, "batch_id": public("bat", done.batch_id) if done.batch_id else None}


def _moved_words(done: Revised) -> str:
    return f"{done.count} transactions moved (batch {_moved(done)['batch_id']}, which can be undone)"


def find_category(desk: Desk, name: str) -> int:
    """A category by its slug, its name or its `cat_...`; raises Rejected, Missing."""
    from farthing.categorize import match_name
    from farthing.core.errors import Rejected
    from farthing.core.ids import internal

    if name.startswith("cat_"):
        return desk.categories.require(internal("cat", name, household=desk.household.household_id)).category_id
    found = next((c.category_id for c in desk.categories.every if c.slug == name), None) or match_name(desk.categories.every, name)
    if found is None:
        raise Rejected("no_such_category", f"no category is called “{name[:60]}”", field="category")
    return found


async def find_group(who: Caller, text: str) -> str:
    """A group's slug by its slug, or by the name of an own one; what is neither stays, to be refused with its field."""
    from farthing.flows.desk import read_desk

    async with read_desk(who.world, who.household_id, who.actor) as desk:
        held = desk.categories.group_named(text)
    return held.slug if held else text


async def _items(who: Caller) -> list[dict[str, Any]]:
    import msgspec

    from farthing.flows.desk import read_desk
    from farthing.web.api.categories import category_object

    async with read_desk(who.world, who.household_id, who.actor) as desk:
        return [msgspec.to_builtins(category_object(c, who.household_id)) for c in desk.categories.every]


def _table(items: list[dict[str, Any]]) -> str:
    flags = ("own", "bill", "hidden")
    rows = [(i["shown_in"], i["name"], ", ".join(f for f in flags if i[f]), i["slug"], i["id"]) for i in items]
    return table(("group", "name", "", "slug", "id"), rows)
