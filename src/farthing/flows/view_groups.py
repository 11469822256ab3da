"""The forms of the household's own groups, as Settings shows them under Categories."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from farthing.categorize.own.groups import SECTIONS
from farthing.categorize.taxonomy import Group, sections
from farthing.core.errors import Missing
from farthing.flows.desk import Desk
from farthing.flows.view_models.categories import GroupForm
from farthing.flows.view_models.parts import Choice, FieldState

COUNTED = {"spending": "spending", "income": "counts as income", "transfer": "counts as transfers"}
GONE = "This category or group is not there any more: somebody deleted it meanwhile."


class AskedOf(msgspec.Struct, frozen=True, kw_only=True):
    """Which form the reader opened, and what they sent that cannot be: the fields, the field it is about, and why."""

    edit: str = ""
    add: bool = False
    edit_group: str = ""
    add_group: bool = False
    saved: str = ""
    batch_id: str = ""
    typed: Mapping[str, str] | None = None
    field: str = ""
    wrong: str = ""


def adding_group(asked: AskedOf) -> GroupForm:
    """The form for a new one."""
    typed = asked.typed if asked.add_group and asked.typed is not None else {}
    wrong = {asked.field: asked.wrong} if asked.add_group else {}
    counts = [("spending", "Spending"), ("income", "Income"), ("transfer", "Transfers: counts nowhere")]
    return GroupForm(
        id="",
        title="Add a group",
        name=FieldState(typed.get("name", ""), wrong.get("name", "")),
        counts=tuple(Choice(key, name, chosen=key == typed.get("counts_as", "spending")) for key, name in counts),
        sections=_sections("spending", typed.get("section", "personal")),
        section_wrong=wrong.get("section", ""),
        wrong="" if asked.field in {"name", "section"} else wrong.get(asked.field, ""),
    )


def editing_group(desk: Desk, asked: AskedOf) -> GroupForm | None:
    """The form of the group that the reader opened; None where a form was sent of one that is gone. Raises Missing."""
    group = desk.categories.named.get(asked.edit_group)
    if group is None or not group.own:
        if asked.edit_group and not asked.wrong:
            raise Missing("not_found", "no such group")
        return None
    typed, wrong = asked.typed, {asked.field: asked.wrong}
    return GroupForm(
        id=group.slug,
        title=group.name,
        name=FieldState(group.name if typed is None else typed.get("name", group.name), wrong.get("name", "")),
        sections=_sections(group.counts_as, group.section if typed is None else typed.get("section", group.section)),
        section_wrong=wrong.get("section", ""),
        hidden=group.hidden if typed is None else typed.get("hidden") == "yes",
        heirs=_heirs(desk, group, (typed or {}).get("move_to", "")),
        heir_wrong=wrong.get("move_to", ""),
        wrong="" if asked.field in {"name", "section", "move_to"} else asked.wrong,
    )


def _sections(counts_as: str, chosen: str) -> tuple[Choice, ...]:
    names = {s.slug: s.name for s in sections()}
    return tuple(Choice(key, names[key], chosen=key == chosen) for key in SECTIONS[counts_as])


def _heirs(desk: Desk, gone: Group, chosen: str) -> tuple[Choice, ...]:
    """Where its categories can go: back to where they count, or into any group that counts alike."""
    alike = [g for g in desk.categories.every_group if g.counts_as == gone.counts_as and g.slug != gone.slug and not g.hidden]
    return (Choice("", "Back to the groups they count in"), *(Choice(g.slug, g.name, chosen=g.slug == chosen) for g in alike))
