"""A page of any filter holds the rows it should, and its totals are what those rows add up to: compared with counting by hand."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

import msgspec
import pytest
import pytest_asyncio

from farthing.core.dates import parse_day
from farthing.flows.add_by_hand import delete_transaction
from farthing.flows.desk import Desk, read_desk
from farthing.flows.edit import Edit, edit_transaction
from farthing.flows.list_transactions import list_page, list_totals, search
from farthing.flows.show import Shown
from farthing.flows.split_up import Slice, split_up
from farthing.flows.world import World
from farthing.ledger.reading.counting import Flowed, Totals, flowed
from farthing.ledger.reading.rows import Filter
from world import Family, found

EVERY = Filter(states=("pending", "posted", "void"))
NOBODYS = tuple(range(1, 90))  # so many payees that the rows are read and not looked up
SHOPS = ("SAFEWAY", "CHEVRON", "ZORBLAX", "NETFLIX", "BLUE BOTTLE")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def family(whole_world: World) -> Family:
    """Three months of 130 rows: some pending, gone, hidden, deleted, split, tagged, in two units without a rate, between own accounts."""
    made, rng = await found(whole_world), random.Random(5)
    lines = []
    for n in range(130):
        unit = "XTS" if n % 17 == 0 else "XAU" if n % 19 == 1 else ""
        amount = rng.randrange(100, 30_000) / 100 * (1 if n % 9 == 0 else -1)
        more = " pending" if n > 122 else " in savings" if n % 5 == 0 else ""
        lines.append(f"2026-{9 + n // 44:02d}-{1 + n * 7 % 28:02d} {amount:.2f}{unit} {rng.choice(SHOPS)}{more} x{n}")
    await made.bank(*lines)
    await made.bank("gone x3")
    slugs = ("groceries", "vet", "pay", "transfer", "rent")
    categories = [await made.category(s) for s in slugs]
    place = {"n": made.world, "h": made.household_id, "a": made.actor}
    world, household, actor = place["n"], place["h"], place["a"]
    ids = {
        n: await made.id_of(f"x{n}", account_name="savings" if n % 5 == 0 and n <= 122 else "checking") for n in range(0, 130, 3) if n != 3
    }
    for n, key in ids.items():
        wish = Edit(category_id=categories[n % 5]) if n % 2 else Edit(tags=["work"], note="Pasta for Zoë")
        await edit_transaction(world, household, actor, key, wish)
        if n % 4 == 0:
            await edit_transaction(world, household, actor, key, Edit(hidden=n % 8 == 0, reviewed=True))
    async with read_desk(world, household, actor) as desk:
        rows = {s.row.transaction_id: s.row for s in (await list_page(desk, EVERY, limit=500)).rows}
    for n in (6, 12, 21, 30, 45, 66, 126):
        amount, halves = rows[ids[n]].amount, categories[n % 3 : n % 3 + 2]
        third = amount // 3
        parts = [Slice(third, halves[0]), Slice(third, halves[0]), Slice(amount - 2 * third, halves[1])]
        await split_up(world, household, actor, ids[n], parts)
    await delete_transaction(world, household, actor, ids[9])
    return made


def by_hand(desk: Desk, rows: Sequence[Shown], wanted: Filter) -> Totals:
    """The same sums from what each row says of itself."""
    whole, counts = Flowed(), {"transfers": 0, "hidden": 0, "void": 0}
    unrated: dict[str, int] = {}
    for shown in rows:
        row = shown.row
        places = [(p.amount, c) for p, c in shown.parts] if row.split else [(row.amount, shown.category)]
        asked = [(a, c) for a, c in places if wanted.categories is None or c.category_id in wanted.categories]
        if shown.status == "void":
            counts["void"] += 1
            continue
        if row.hidden:
            counts["hidden"] += 1
            continue
        counts["transfers"] += asked[0][1].group == "transfer"
        once = 0 if asked[0][1].group == "transfer" else 1
        for amount, category in asked:
            if category.group == "transfer":
                continue
            home = amount if row.currency == desk.household.currency else 0
            if row.currency != desk.household.currency:
                unrated[row.currency] = unrated.get(row.currency, 0) + amount
            money_in, money_out = (home, 0) if home > 0 else (0, home)
            pending = shown.status == "pending"
            whole += flowed(
                category.group,
                money_in=money_in,
                money_out=money_out,
                pending_in=money_in if pending else 0,
                pending_out=money_out if pending else 0,
            )
        whole += Flowed(count=once)
    return Totals(whole, **counts, unrated=unrated)


def fits(shown: Shown, wanted: Filter) -> bool:
    """Whether a row is in a filter, said plainly."""
    row = shown.row
    categories = {c.category_id for _, c in shown.parts} if row.split else {row.category_id}
    return (
        wanted.first <= row.date <= wanted.last
        and (wanted.accounts is None or row.account_id in wanted.accounts)
        and (wanted.categories is None or bool(categories & set(wanted.categories)))
        and (not wanted.searched or row.payee_id in (wanted.payees or ()) or row.transaction_id in (wanted.ids or ()))
        and (wanted.amount_min is None or row.amount >= wanted.amount_min)
        and (wanted.amount_max is None or row.amount <= wanted.amount_max)
        and (wanted.size_min is None or abs(row.amount) >= wanted.size_min)
        and (wanted.size_max is None or abs(row.amount) <= wanted.size_max)
        and shown.status in wanted.states
        and (wanted.sources is None or row.category_source in wanted.sources)
        and (wanted.reviewed is None or row.reviewed == wanted.reviewed)
        and (wanted.hidden is None or row.hidden == wanted.hidden)
        and (wanted.split is None or row.split == wanted.split)
        and (wanted.tags is None or "work" in shown.tags)
        and (wanted.untagged is None or "work" not in shown.tags)
    )


async def some_filters(desk: Desk) -> list[Filter]:
    """Each way to the rows alone and with the others."""
    from farthing.flows.take_in import tag_id
    from farthing.ledger.accounts import accounts

    held = sorted(await accounts(desk.unit, desk.sealer))
    of = {c.slug: int(c.category_id) for c in desk.categories.every}
    ways: list[dict[str, Any]] = [
        {},
        {"categories": (of["groceries"],)},
        {"categories": (of["groceries"], of["vet"], of["transfer"])},
        {"categories": (of["pay"], of["vet"])},
        {"categories": tuple(of.values())},
        {"text": "safeway"},
        {"text": "zoë"},
        {"text": "e"},
        {"text": "zoë", "among": NOBODYS},
        {"text": "e", "among": NOBODYS},
    ]
    spans: list[dict[str, Any]] = [
        {},
        {"first": parse_day("2026-10-01"), "last": parse_day("2026-10-31")},
        {"first": parse_day("2026-09-10"), "last": parse_day("2026-11-05")},
    ]
    others: list[dict[str, Any]] = [
        {},
        {"accounts": (held[0],)},
        {"accounts": tuple(held)},
        {"size_min": 5_000},
        {"amount_min": -10_000, "amount_max": -1},
        {"states": ("pending",)},
        {"states": ("void",)},
        {"states": ("pending", "posted", "void")},
        {"hidden": True},
        {"reviewed": False},
        {"split": True},
        {"split": False, "size_max": 20_000},
        {"tags": (tag_id(desk.sealer, "work"),)},
        {"untagged": (tag_id(desk.sealer, "work"),)},
        {"sources": (1,)},
    ]
    made = []
    for way in ways:
        for span in spans:
            for other in others:
                text, among = way.get("text", ""), way.get("among", ())
                wanted = Filter(**{k: v for k, v in way.items() if k not in {"text", "among"}}, **span, **other)
                wanted = await search(desk, wanted, text) if text else wanted
                made.append(msgspec.structs.replace(wanted, payees=(*(wanted.payees or ()), *among)) if among else wanted)
    return made


async def test_every_filter_shows_the_rows_it_names_page_by_page(family: Family) -> None:
    async with read_desk(family.world, family.household_id, family.actor) as desk:
        every = (await list_page(desk, EVERY, limit=500)).rows
        for wanted in await some_filters(desk):
            expected = [s.row.transaction_id for s in every if fits(s, wanted)]
            found_ids, before = [], None
            while True:
                page = await list_page(desk, wanted, limit=23, before=before)
                found_ids += [s.row.transaction_id for s in page.rows]
                before = page.after
                if before is None:
                    break
            assert found_ids == expected, wanted


async def test_every_filters_totals_are_what_its_rows_add_up_to(family: Family) -> None:
    async with read_desk(family.world, family.household_id, family.actor) as desk:
        every = (await list_page(desk, EVERY, limit=500)).rows
        for wanted in await some_filters(desk):
            told = await list_totals(desk, wanted)
            shown = (
                msgspec.structs.replace(wanted, states=("pending", "posted", "void")) if wanted.states == ("pending", "posted") else wanted
            )
            expected = by_hand(desk, [s for s in every if fits(s, shown)], wanted)
            assert told == expected, wanted


@pytest.mark.parametrize("span", [{}, {"first": "2026-10-01", "last": "2026-10-31"}, {"first": "2026-09-10", "last": "2026-11-05"}])
async def test_a_search_that_finds_nearly_everything_is_summed_by_what_it_does_not_find(world: World, span: dict[str, str]) -> None:
    """Given more payees found than not, then its totals are those of its rows: split, hidden and pending ones and transfers among them."""
    made, rng = await found(world), random.Random(7)
    lines = [f"2026-{9 + n % 3:02d}-{1 + n * 7 % 28:02d} {rng.randrange(-9_000, 900) / 100:.2f} {SHOPS[n % 5]} x{n}" for n in range(60)]
    await made.bank(*lines[:-2], *(f"{line} pending" for line in lines[-2:]))
    who = (made.world, made.household_id, made.actor)
    categories = [await made.category(s) for s in ("groceries", "transfer", "pay")]
    for n in range(0, 24, 3):
        wish = Edit(hidden=True) if n % 4 == 0 else Edit(category_id=categories[n % 3 - 1])
        await edit_transaction(*who, await made.id_of(f"x{n}"), wish)
    async with read_desk(*who) as desk:
        rows = {s.row.transaction_id: s.row for s in (await list_page(desk, EVERY, limit=500)).rows}
    for n in (31, 34, 38):
        key = await made.id_of(f"x{n}")
        await split_up(
            *who, key, [Slice(rows[key].amount // 3, categories[0]), Slice(rows[key].amount - rows[key].amount // 3, categories[1])]
        )

    async with read_desk(*who) as desk:
        wanted = await search(desk, Filter(**{k: parse_day(v) for k, v in span.items()}), "e")
        told = await list_totals(desk, wanted)
        every = (await list_page(desk, EVERY, limit=500)).rows

    assert len(wanted.others) < len(wanted.payees or ())
    assert wanted.others
    shown = msgspec.structs.replace(wanted, states=EVERY.states)
    assert told == by_hand(desk, [s for s in every if fits(s, shown)], wanted)
