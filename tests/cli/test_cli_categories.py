"""Categories at a terminal."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conftest import Inside

NameView = Callable[[str, str, str], None]


def test_a_category_is_made_renamed_put_in_order_and_taken_away(farthing: Inside) -> None:
    email = farthing.member()

    def food() -> list[str]:
        items = farthing("category", "list", email, "--json").json["items"]
        return [i["name"] for i in items if i["group"] == "food"]

    made = farthing("category", "add", email, "Cheese", "food", "--json").json
    assert (made["name"], made["own"], made["bill"]) == ("Cheese", True, False)
    before = food()
    assert before[-1] == "Cheese"
    assert farthing("category", "edit", email, "Cheese", "--name", "Good cheese", "--bill").code == 0
    assert farthing("category", "order", email, "Good cheese", *before[:-1]).code == 0
    assert food() == ["Good cheese", *before[:-1]]
    assert "Good cheese" in farthing("category", "list", email).out
    assert farthing("category", "remove", email, made["id"], "--move-to", "groceries").out.startswith("deleted; 0 transactions moved")
    assert food() == before[:-1]


def test_two_categories_become_one_and_two_again(farthing: Inside) -> None:
    email = farthing.member()
    merged = farthing("category", "merge", email, "coffee", "restaurants", "--json").json
    items = farthing("category", "list", email, "--json").json["items"]
    coffee, meals = [next(i for i in items if i["slug"] == s) for s in ("coffee", "restaurants")]
    assert (coffee["hidden"], coffee["merged_into"]) == (True, meals["id"])
    assert "part of “Restaurants” already" in farthing("category", "merge", email, "coffee", "groceries").err
    assert farthing("undo", email, merged["batch_id"]).code == 0
    assert "coffee" in [i["slug"] for i in farthing("category", "list", email, "--json").json["items"] if not i["hidden"]]


def test_saved_views_that_name_it_are_told_ahead(farthing: Inside, name_view: NameView) -> None:
    email = farthing.member()
    made = farthing("category", "add", email, "Cheese", "food", "--json").json
    name_view(email, "Fondue", f"category={made['slug']}&over=20")
    name_view(email, "All but cheese", f"no_category={made['id']},coffee")
    ahead = farthing("category", "remove", email, "Cheese", "--dry-run", "--json").json
    assert ahead == {"transactions": 0, "views": ["All but cheese", "Fondue"]}
    assert (
        "saved views that name it: All but cheese; nothing was changed"
        in farthing("category", "merge", email, "coffee", "restaurants", "--dry-run").out
    )
    assert farthing("category", "remove", email, "Cheese").out.strip().endswith("; saved views that name it: All but cheese, Fondue")


def test_what_cannot_be_is_refused_with_the_reason(farthing: Inside) -> None:
    email = farthing.member()
    assert "no category is called" in farthing("category", "edit", email, "nowhere", "--name", "x").err
    assert "of one group" in farthing("category", "order", email, "groceries", "rent").err
    assert "hide it, or merge it" in farthing("category", "remove", email, "rent").err
    assert "no such group" in farthing("category", "add", email, "Boats", "sea").err
