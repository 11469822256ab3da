"""The data file of categories: what the contract fixes, and what must never change."""

from __future__ import annotations

from pathlib import Path

import pytest

from farthing.categorize.own import match_name
from farthing.categorize.taxonomy import OWN_FROM, by_id, by_slug, group_of, groups, sections, system

CONTRACT_GROUPS = {
    "income", "food", "housing", "utilities", "transport", "travel", "shopping", "entertainment", "health", "fitness", "personal_care",
    "education", "kids", "pets", "insurance", "gifts", "fees", "taxes", "loans", "cash", "services", "transfer", "uncategorised",
}  # fmt: skip
HOME = {"housing", "utilities", "transport", "services", "insurance", "loans", "fees", "taxes"}
FAMILY = {"kids", "pets", "health", "education"}
ICONS = Path(__file__).parents[2] / "node_modules/lucide-static/icons"


def test_the_groups_are_those_of_the_contract() -> None:
    assert {g.slug for g in groups()} == CONTRACT_GROUPS


def test_there_are_60_to_90_categories_and_every_group_has_one() -> None:
    assert 60 <= len(system()) <= 90
    assert {c.group for c in system()} == CONTRACT_GROUPS


def test_ids_are_fixed_unique_and_below_the_households_own() -> None:
    ids = [int(c.category_id) for c in system()]
    assert len(set(ids)) == len(ids)
    assert max(ids) < OWN_FROM
    fixed = {
        0: "uncategorised",
        10: "pay",
        30: "groceries",
        32: "restaurants",
        34: "coffee",
        50: "rent",
        90: "fuel",
        310: "transfer",
        311: "card_payment",
    }
    assert {i: c.slug for i in fixed if (c := by_id(i))} == fixed


def test_sections_follow_the_fixed_table_and_bills_stand_apart() -> None:
    assert [s.slug for s in sections()] == ["food", "home", "family", "personal", "bills", "income", "transfer", "unsorted"]
    assert {g.slug for g in groups() if g.section == "home"} == HOME
    assert {g.slug for g in groups() if g.section == "family"} == FAMILY
    assert by_slug("rent").section == "bills"
    assert by_slug("groceries").section == group_of("food").section == "food"
    assert by_slug("uncategorised").section == "unsorted"


def test_bills_are_those_of_the_contract() -> None:
    assert {c.group for c in system() if c.bill} == {"housing", "utilities", "entertainment", "kids", "insurance", "loans", "taxes"}
    assert all(c.bill for c in system() if c.group in {"utilities", "insurance", "loans", "taxes"})
    assert not any(by_slug(s).bill for s in ("groceries", "fuel", "home_improvement", "events", "kids_things"))


def test_every_icon_is_one_of_the_icon_set() -> None:
    if not ICONS.exists():
        pytest.skip("the icon set is not installed (npm ci)")
    names = {p.stem for p in ICONS.glob("*.svg")}
    assert {c.icon for c in (*system(), *groups(), *sections())} <= names


def test_no_two_categories_answer_to_one_name() -> None:
    names = [c.name.casefold() for c in system()]
    assert len(set(names)) == len(names)


def test_the_default_names_of_other_programs_find_their_category() -> None:
    expected = {
        "Groceries": "groceries", "Restaurants & Bars": "restaurants", "Coffee Shops": "coffee", "Paychecks": "pay", "Paycheck": "pay",
        "Gas & Electric": "energy", "Mortgage & Rent": "rent", "Gas & Fuel": "fuel", "Auto & Transport: Parking": "parking",
        "Doctor": "doctor", "Credit Card Payment": "card_payment", "Inflow: Ready to Assign": "other_income",
        "Everyday Expenses: Groceries": "groceries", "🛒 Groceries": "groceries", "Uncategorized": "uncategorised", "Cell Phone": "phone",
        "Mobile Phone": "phone", "Pet Food & Supplies": "pet_supplies", "Internet & Cable": "internet", "Fees & Charges": "bank_fees",
        "Student Loans": "student_loan", "ATM Fee": "bank_fees", "Cash & ATM": "cash", "Food & Dining": "restaurants",
        "Air Travel": "flights", "Rent": "rent", "Bills": "other_utilities", "Income": "pay", "GROCERIES": "groceries",
        "Hair": "hair_beauty", "Auto Insurance": "car_insurance", "Transfer": "transfer", "Buy": "investing", "Charity": "donations",
    }  # fmt: skip
    found = {name: match_name(system(), name) for name in expected}
    slugs = {c.category_id: c.slug for c in system()}
    assert {n: slugs[c] for n, c in found.items() if c is not None} == expected


def test_a_name_nobody_knows_finds_nothing() -> None:
    assert match_name(system(), "Quidditch") is None
    assert match_name(system(), "") is None
    assert match_name(system(), "🛸") is None


def test_the_page_about_categories_names_them_all() -> None:
    page = (Path(__file__).parents[2] / "docs/categories.md").read_text(encoding="utf-8")
    assert [c.slug for c in system() if f"{c.category_id} {c.name}" not in page] == []
