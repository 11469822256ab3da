"""Categories under Settings: the tree, and the forms for one of them."""

from __future__ import annotations

import msgspec

from farthing.flows.view_models.parts import Choice, FieldState, Link, Tone


class CategoryLine(msgspec.Struct, frozen=True):
    """A category. `edit_href` is empty for the one that nobody can change; `words` says what is special about it."""

    id: str
    name: str
    tone: Tone
    rows: str
    href: str
    words: tuple[str, ...] = ()
    hidden: bool = False
    edit_href: str = ""


class CategoryGroup(msgspec.Struct, frozen=True):
    """A group with its categories, hidden ones last. `edit_href` is empty for Farthing's; `words` says what is special about it."""

    key: str
    name: str
    rows: tuple[CategoryLine, ...]
    words: tuple[str, ...] = ()
    edit_href: str = ""


class Naming(msgspec.Struct, frozen=True):
    """Saved views that name what may go: how many in words, each by its name, and what becomes of them."""

    words: str = ""
    views: tuple[Link, ...] = ()
    then: str = ""


class GroupForm(msgspec.Struct, frozen=True):
    """The form of one of the household's own groups, or the one for a new one (`id` empty). `heirs`: where its categories can go."""

    id: str
    title: str
    name: FieldState
    counts: tuple[Choice, ...] = ()
    sections: tuple[Choice, ...] = ()
    section_wrong: str = ""
    hidden: bool = False
    heirs: tuple[Choice, ...] = ()
    heir_wrong: str = ""
    wrong: str = ""
    naming: Naming = Naming()


class CategoryForm(msgspec.Struct, frozen=True):
    """One category's form, or the form for a new one (`id` empty). `moved` says in words what goes along when it is deleted or
    merged; `part` of which one it is a part.
    """

    id: str
    title: str
    name: FieldState
    groups: tuple[Choice, ...]
    group_wrong: str = ""
    bill: bool = False
    hidden: bool = False
    own: bool = False
    merges: bool = False
    part: str = ""
    moved: str = ""
    heirs: tuple[Choice, ...] = ()
    heir_wrong: str = ""
    wrong: str = ""
    naming: Naming = Naming()


class CategoriesPage(msgspec.Struct, frozen=True):
    """The whole page; `saved` is what was just done, `wrong` why nothing was."""

    groups: tuple[CategoryGroup, ...]
    add: CategoryForm
    add_group: GroupForm
    edit: CategoryForm | None = None
    add_open: bool = False
    edit_group: GroupForm | None = None
    add_group_open: bool = False
    saved: str = ""
    batch_href: str = ""
    wrong: str = ""
