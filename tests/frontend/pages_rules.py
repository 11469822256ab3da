"""The Okafors' rules: one that works, one that is off, one that never can; and a form with everything in it that can be wrong."""

from __future__ import annotations

from farthing.core.money import Money
from farthing.flows.view_models.format import amount_view
from farthing.flows.view_models.parts import Choice, FieldState
from farthing.flows.view_models.rules import PreviewRow, RuleForm, RuleLine, RulePart, RulePreview, RulesPage

CATEGORIES = (Choice("", "As it is"), Choice("transfer", "A transfer between own accounts"), Choice("cat_1", "Taxi", "Home", chosen=True))
THREE = (Choice("", "As it is", chosen=True), Choice("yes", "Hide"), Choice("no", "Do not hide"))
LONG = "A rule with a name as long as a name may be, which is eighty characters long, no"
LINES = (
    RuleLine("rul_1", 1, "Taxi", "uber >20.00", "Taxi, #work", "1,204", "22 Nov", edit_href="/settings/rules?edit=rul_1", is_first=True),
    RuleLine("rul_2", 2, "مقهى الصباح", 'merchant:"مقهى"', "Coffee", "", "", ("off",), on=False, edit_href="/settings/rules?edit=rul_2"),
    RuleLine(
        "rul_3", 3, LONG, '/uber.*(trip|eats)/ acc:"Joint checking"',
        "Taxi, called “Uber”, note “to be claimed from work”, split: 40 % Taxi, 60 % Gifts", "", "",
        ("never decides: “Taxi” goes first", "its account is gone"), edit_href="/settings/rules?edit=rul_3", is_last=True,
    ),
)  # fmt: skip


def row(number: int, before: str, after: str) -> PreviewRow:
    return PreviewRow(f"/transactions/txn_{number}", f"{number} Nov", "Uber", amount_view(Money(-1_250 * number, "USD")), before, after)


def rules(**more: object) -> RulesPage:
    """The list."""
    return RulesPage(**{"rules": LINES, "saved": "12 transactions changed.", "batch_href": "/activity/bat_1", **more})  # type: ignore[arg-type]


def editing() -> RulesPage:
    """One of them, with all that a preview can say and a form can refuse."""
    preview = RulePreview(
        summary="25 transactions are meant, 22 would change.",
        rows=(row(3, "Choose category", "Taxi, #work"), row(2, "Restaurants", "Taxi, #work")),
        more="and 20 more",
        breaks="3 transactions you sorted otherwise by hand: that stays.",
        broken=(row(1, "Gifts", "Taxi"),),
        meetings=("5 transactions also meet “Large”, which sets the same otherwise: that one goes first.",),
    )
    form = RuleForm(
        id="rul_1",
        title="Taxi",
        name=FieldState("Taxi", "At most 80 characters."),
        when=FieldState("uber >20", "This pattern cannot be read: missing ): (."),
        categories=CATEGORIES,
        merchant=FieldState("Uber"),
        tags=FieldState("work", "At most 20 tags of 1 to 40 characters."),
        note=FieldState(),
        hidden=THREE,
        reviewed=THREE,
        parts=(RulePart("40%", CATEGORIES), RulePart("", CATEGORIES)),
        category_wrong="There is no such category.",
        parts_wrong="The shares add up to 40.00 %, not to 100.",
        parts_open=True,
        wrong="At most 10,000 rules; delete one first.",
        preview=preview,
    )
    return rules(form=form, saved="", batch_href="")
