"""Groups of categories at a terminal."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conftest import Inside


def own(farthing: Inside, email: str) -> list[str]:
    """The household's own, in the order of pages; hidden ones say so."""
    items = farthing("category", "group", "list", email, "--json").json["items"]
    return [f"{i['name']}, hidden" if i["hidden"] else i["name"] for i in items if i["own"]]


def test_groups_are_made_renamed_hidden_put_in_order_and_every_one_of_it_undone(farthing: Inside) -> None:
    email = farthing.member()
    assert own(farthing, email) == []
    boat = farthing("category", "group", "add", email, "The boat", "--section", "personal", "--json").json
    assert (boat["section"], boat["counts_as"], boat["own"]) == ("personal", "spending", True)
    said = farthing("category", "group", "add", email, "The garden").out
    assert "The garden; farthing undo" in said
    assert own(farthing, email) == ["The boat", "The garden"]
    moved = farthing("category", "group", "edit", email, "The garden", "--after", "food", "--json").json
    assert own(farthing, email) == ["The garden", "The boat"]
    edited = farthing("category", "group", "edit", email, "the boat", "--name", "The yacht", "--hidden", "--json").json
    assert (edited["name"], own(farthing, email)) == ("The yacht", ["The garden", "The yacht, hidden"])
    assert "own, hidden" in farthing("category", "group", "list", email).out
    for batch in (edited["batch_id"], moved["batch_id"]):
        assert farthing("undo", email, batch).code == 0
    assert own(farthing, email) == ["The boat", "The garden"]
    assert farthing("undo", email, boat["batch_id"]).code == 0
    assert own(farthing, email) == ["The garden"]
    assert farthing("category", "group", "edit", email, "The garden", "--shown", "--json").json["batch_id"] is None


def test_a_group_is_filled_and_made_one_with_another_and_is_back_by_undo(
    farthing: Inside, name_view: Callable[[str, str, str], None]
) -> None:
    email = farthing.member()

    def within(group: str) -> list[str]:
        return [i["name"] for i in farthing("category", "list", email, "--json").json["items"] if i["shown_in"] == group]

    slug = farthing("category", "group", "add", email, "The boat", "--json").json["id"]
    farthing("category", "add", email, "Mooring", "The boat")
    farthing("category", "edit", email, "vet", "--group", "the boat")
    assert sorted(within(slug)) == ["Mooring", "Vet"]
    name_view(email, "At sea", f"category={slug}")
    ahead = farthing("category", "group", "remove", email, "The boat", "--dry-run", "--json").json
    assert ahead == {"categories": 2, "views": ["At sea"]}
    gone = farthing("category", "group", "remove", email, "The boat", "--move-to", "travel", "--json").json
    assert (gone["moved"], gone["views"], own(farthing, email)) == (2, ["At sea"], [])
    assert {"Mooring", "Vet"} <= set(within("travel"))
    assert farthing("undo", email, gone["batch_id"]).code == 0
    assert sorted(within(slug)) == ["Mooring", "Vet"]
    assert farthing("category", "group", "remove", email, slug).out.startswith("deleted; 2 categories moved")


def test_what_cannot_be_is_refused_with_the_reason(farthing: Inside) -> None:
    email = farthing.member()
    farthing("category", "group", "add", email, "The boat")
    assert "there is a group of that name already" in farthing("category", "group", "add", email, "the BOAT").err
    assert "stands in one of" in farthing("category", "group", "add", email, "Sea", "--section", "sea").err
    assert "belongs to Farthing" in farthing("category", "group", "edit", email, "food", "--name", "Meals").err
    assert "no such group" in farthing("category", "group", "edit", email, "nowhere", "--name", "x").err
    assert "no such group to stand behind" in farthing("category", "group", "edit", email, "The boat", "--after", "nowhere").err
    assert "must go to another group" in farthing("category", "group", "remove", email, "The boat", "--move-to", "nowhere").err
    assert "counts otherwise" in farthing("category", "group", "remove", email, "The boat", "--move-to", "income").err
    assert own(farthing, email) == ["The boat"]
