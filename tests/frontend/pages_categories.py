"""The Okafors' categories: the system's, one of their own, one they hid, groups of their own; and forms with all that can be wrong."""

from __future__ import annotations

from typing import cast

from farthing.categorize.taxonomy import groups, system
from farthing.flows.view_models.categories import CategoriesPage, CategoryForm, CategoryGroup, CategoryLine, GroupForm, Naming
from farthing.flows.view_models.parts import Choice, FieldState, Link, Tone

OWN = CategoryLine("cat_1000", "Soccer club", "family", "14", "/transactions", ("yours",), edit_href="/settings/categories?edit=cat_1000")
GROUPS = tuple(Choice(g.slug, g.name, chosen=g.slug == "kids") for g in groups())
SECTIONS = (Choice("food", "Food"), Choice("home", "Home and car"), Choice("family", "Family", chosen=True), Choice("personal", "Personal"))
COUNTS = (Choice("spending", "Spending", chosen=True), Choice("income", "Income"), Choice("transfer", "Transfers: counts nowhere"))
BOAT = CategoryGroup("grp_1", "The boat", (OWN,), ("yours",), "/settings/categories?group=grp_1")
EMPTY = CategoryGroup("grp_2", "משכורות", (), ("yours", "hidden", "counts as income"), "/settings/categories?group=grp_2")
VIEWS = (
    Link("Saturdays at the pitch", "/transactions?category=cat_1000"),
    Link("חוגים של הילדים", "/transactions?category=cat_1000&over=20"),
)


def line(n: int, slug: str, name: str, tone: str, *, bill: bool) -> CategoryLine:
    hidden = slug == "gambling"
    words = (*(("bill",) if bill else ()), *(("hidden",) if hidden else ()))
    return CategoryLine(
        f"cat_{n}",
        name,
        cast(Tone, tone),
        f"{n * 7:,}" if n % 3 else "",
        "/transactions",
        words,
        hidden,
        f"/settings/categories?edit=cat_{n}",
    )


def group(slug: str, name: str) -> CategoryGroup:
    rows = [line(c.category_id, c.slug, c.name, c.section, bill=c.bill) for c in system() if c.group == slug]
    return CategoryGroup(slug, name, tuple(rows))


def categories(**more: object) -> CategoriesPage:
    """The tree."""
    fields: dict[str, object] = {
        "groups": (*(group(g.slug, g.name) for g in groups()), BOAT, EMPTY),
        "add": CategoryForm("", "Add a category", FieldState(), GROUPS),
        "add_group": GroupForm("", "Add a group", FieldState(), COUNTS, SECTIONS),
        "saved": "The category is added.",
    }
    return CategoriesPage(**{**fields, **more})  # type: ignore[arg-type]


def editing() -> CategoriesPage:
    """One of their own, about to go, with everything said that can be."""
    heirs = (Choice("", "Not sorted yet: Farthing or you decide again"), Choice("cat_222", "Children's things", "Children", chosen=True))
    form = CategoryForm(
        id="cat_1000",
        title="Soccer club",
        name=FieldState("Groceries", "This group has a category of that name already."),
        groups=GROUPS,
        group_wrong="There is no such group.",
        bill=True,
        own=True,
        merges=True,
        moved="14 transactions and 1 budget",
        heirs=heirs,
        heir_wrong="There is no such category.",
        wrong="Its budget cannot go along: delete it first.",
        naming=Naming("2 saved views name it", VIEWS, "Once it is gone this is said there, and you can mend or delete the view."),
    )
    return categories(edit=form, saved="")


def editing_group() -> CategoriesPage:
    """A group of their own, about to go, with everything said that can be."""
    form = GroupForm(
        id="grp_1",
        title="The boat",
        name=FieldState("Food", "There is a group of that name already."),
        sections=SECTIONS,
        section_wrong="A group that counts as spending stands in one of food, home, family, personal.",
        hidden=True,
        heirs=(Choice("", "Back to the groups they count in"), Choice("grp_2", "Work", chosen=True)),
        heir_wrong="Its categories must go to another group.",
        wrong="Its budget cannot go along: delete it first.",
        naming=Naming("1 saved view names it", VIEWS[1:], "Once it is gone this is said there, and you can mend or delete the view."),
    )
    return categories(edit_group=form, saved="")
