"""Groups of categories at a terminal: the contract's, and the household's own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from farthing.cli.categories import find_group, naming_said
from farthing.cli.frame import as_json_option, run, table, tell

if TYPE_CHECKING:
    from farthing.cli.compose import Caller


@click.group("group")
def group_() -> None:
    """Groups of categories: Farthing's, and your own.

    Example: farthing category group add ada@example.org 'The boat'
    """


@group_.command("list")
@click.argument("email")
@as_json_option
def list_command(email: str, as_json: bool) -> None:
    """Every group in the order of pages. Example: farthing category group list ada@example.org"""

    async def story() -> None:
        from farthing.cli.compose import open_caller

        async with open_caller(email) as who:
            items = await _items(who)
        tell({"items": items}, as_json=as_json, words=lambda: _table(items))

    run(story())


@group_.command()
@click.argument("email")
@click.argument("name")
@click.option("--counts-as", type=click.Choice(["spending", "income", "transfer"]), default="spending", show_default=True)
@click.option("--section", default="", help="Where pages show it: food, home, family or personal.")
@as_json_option
def add(email: str, name: str, as_json: bool, **given: str) -> None:
    """A group of your own. Can be undone. Example: farthing category group add ada@example.org 'The boat' --section personal"""

    async def story() -> None:
        from farthing.cli.compose import open_caller
        from farthing.flows.manage_groups import GroupWish, add_own_group

        async with open_caller(email) as who:
            made = await add_own_group(who.world, who.household_id, who.actor, GroupWish(name=name, **given))
            item = await _item(who, made.slug, made.batch_id)
        tell(item, as_json=as_json, words=lambda: _told(email, item))

    run(story())


@group_.command()
@click.argument("email")
@click.argument("name")
@click.option("--name", "new_name", help="What it is called from now on.")
@click.option("--section", help="Where pages show it: food, home, family or personal.")
@click.option("--hidden/--shown", default=None, help="Its categories are offered no more, or again; what stands in them stays.")
@click.option("--after", help="The group that it is to stand behind.")
@as_json_option
def edit(email: str, name: str, as_json: bool, **given: Any) -> None:
    """Rename, move or hide a group of your own. Can be undone.

    Example: farthing category group edit ada@example.org 'The boat' --after travel
    """

    async def story() -> None:
        from msgspec import UNSET

        from farthing.cli.compose import open_caller
        from farthing.flows.manage_groups import GroupEdit, edit_group

        said = {("name" if k == "new_name" else k): UNSET if v is None else v for k, v in given.items()}
        async with open_caller(email) as who:
            slug = await find_group(who, name)
            if isinstance(said["after"], str):
                said["after"] = await find_group(who, said["after"])
            done = await edit_group(who.world, who.household_id, who.actor, slug, GroupEdit(**said))
            item = await _item(who, slug, done.batch_id)
        tell(item, as_json=as_json, words=lambda: _told(email, item))

    run(story())


@group_.command()
@click.argument("email")
@click.argument("name")
@click.option("--move-to", help="The group that its categories and its budget go to; without it they go back to where they count.")
@click.option("--dry-run", is_flag=True, help="Only say how many categories stand in it and which saved views name it.")
@as_json_option
def remove(email: str, name: str, move_to: str | None, dry_run: bool, as_json: bool) -> None:
    """Delete a group of your own, or make it one with another. Can be undone.

    Example: farthing category group remove ada@example.org 'The boat' --move-to travel
    """

    async def story() -> None:
        from farthing.cli.compose import open_caller
        from farthing.core.ids import public
        from farthing.flows.manage_groups import delete_group

        async with open_caller(email) as who:
            slug, target = await find_group(who, name), await find_group(who, move_to) if move_to else None
            ahead = await _ahead(who, slug)
            if dry_run:
                said = f"{ahead['categories']} categories stand in it{naming_said(ahead)}; nothing was changed"
                tell(ahead, as_json=as_json, words=lambda: said)
                return
            done = await delete_group(who.world, who.household_id, who.actor, slug, move_to=target)
        told = {"moved": done.count, "batch_id": public("bat", done.batch_id) if done.batch_id else None, "views": ahead["views"]}
        words = f"deleted; {done.count} categories moved (batch {told['batch_id']}, which can be undone){naming_said(ahead)}"
        tell(told, as_json=as_json, words=lambda: words)

    run(story())


async def _ahead(who: Caller, slug: str) -> dict[str, Any]:
    """What stands in a group and which saved views name it; raises Missing."""
    from farthing.core.errors import Missing
    from farthing.flows.desk import read_desk
    from farthing.flows.views_naming import views_naming

    async with read_desk(who.world, who.household_id, who.actor) as desk:
        group = desk.categories.named.get(slug)
        if group is None:
            raise Missing("not_found", "no such group")
        return {"categories": len(desk.categories.in_group(slug)), "views": [v.name for v in await views_naming(desk, group)]}


async def _item(who: Caller, slug: str, batch_id: int | None) -> dict[str, Any]:
    from farthing.core.ids import public

    item = next(i for i in await _items(who) if i["id"] == slug)
    return item | {"batch_id": public("bat", batch_id) if batch_id else None}


def _told(email: str, item: dict[str, Any]) -> str:
    back = f"; farthing undo {email} {item['batch_id']} takes it back" if item["batch_id"] else ""
    return f"{item['id']}: {item['name']}{back}"


async def _items(who: Caller) -> list[dict[str, Any]]:
    import msgspec

    from farthing.flows.desk import read_desk
    from farthing.web.api.category_groups import group_object

    async with read_desk(who.world, who.household_id, who.actor) as desk:
        return [msgspec.to_builtins(group_object(g)) for g in desk.categories.every_group]


def _table(items: list[dict[str, Any]]) -> str:
    rows = [(i["name"], i["section"], i["counts_as"], ", ".join(f for f in ("own", "hidden") if i[f]), i["id"]) for i in items]
    return table(("name", "section", "counts as", "", "id"), rows)
