"""/budgets as a reader without a script sees it, and as the page's own script asks for it, through the real application."""

from __future__ import annotations

import json
import re

import httpx

from farthing.core.dates import Month
from farthing.flows.close_category import delete_category
from farthing.flows.desk import read_desk
from farthing.flows.manage_categories import CategoryWish, add_category
from farthing.flows.view_budget_parts import Asked
from farthing.flows.view_budgets import view_budgets
from farthing.flows.world import World
from web.test_overview_links import a_seeded_household, header, negative
from web.visit import Browser, browser
from world import Bank, Family, found

PAGE = "/budgets/2026-11"
GROCERIES, RESTAURANT, FUEL = "code FOOD_AND_DRINK_GROCERIES", "code FOOD_AND_DRINK_RESTAURANT", "code TRANSPORTATION_GAS"
RENT = "code RENT_AND_UTILITIES_RENT"


async def add(reader: Browser, household: Family, slug: str, limit: str, **more: str) -> str:
    """Set a limit through the form; the budget's id."""
    before = set(budgets_on(reader.page))
    await reader.send(PAGE, intent="add", category_id=await household.public_category(slug), limit=limit, **{"alerts": "80", **more})
    assert reader.status == 200, reader.words
    (made,) = set(budgets_on(reader.page)) - before
    return made


def budgets_on(page: str) -> list[str]:
    return re.findall(r'<tr class="budget-row[^>]* id="(bud_\w+)"', page)


def row(reader: Browser, budget_id: str) -> str:
    """What a row of the table says."""
    html = re.search(rf'<tr class="budget-row[^>]* id="{budget_id}".*?</tr>', reader.page, re.DOTALL)
    assert html, f"no row {budget_id}"
    value = re.search(r'value="([^"]*)" data-limit', html[0])
    words = re.sub(r"<title>.*?</title>|</?(?:i|b|span|bdi|small|a)\b[^>]*>", "", html[0])
    return " ".join(re.sub(r"<[^>]+>", " ", words).split()) + f" [{value[1] if value else ''}]"


def toast(reader: Browser) -> str:
    found = re.search(r'<div class="toast" data-toast><span>(.*?)</span>', reader.page)
    return found[1] if found else ""


def batch_of(reader: Browser) -> str:
    return re.findall(r'data-undo="(bat_\w+)"', reader.page)[0]


async def spend(bank: Bank) -> None:
    """A November of 574.33 + 362.15 everyday, 1,980 bills, and 45.95 that is not sorted."""
    await bank(
        f"2026-11-02 -574.33 SAFEWAY {GROCERIES} x1",
        f"2026-11-05 -362.15 THAI TOM {RESTAURANT} x2",
        f"2026-11-01 -1980.00 ALDER RENT {RENT} x3",
        "2026-11-19 -45.95 ZORBLAX x4",
    )


async def test_a_month_without_limits_says_how_to_begin(reader: Browser) -> None:
    await reader.open("/budgets")
    assert reader.at == PAGE
    assert "Spent, without bills $0.00 no limits set" in reader.words
    assert "No budgets yet" in reader.words
    assert f'href="{PAGE}?add=1"' in reader.page


async def test_the_form_for_one_more_is_at_its_own_address_and_nowhere_else(reader: Browser) -> None:
    """A script fetches it where it is opened; a page that nobody opens it on is without its hundred categories."""
    await reader.open(PAGE)
    assert 'id="add-budget"' not in reader.page
    await reader.open(f"{PAGE}?add=1")
    assert re.search(r'<dialog [^>]*id="add-budget"[^>]* open ', reader.page)
    whole = reader.page.partition('<select class="input" id="budget-category"')[2].partition("</select>")[0]
    alone = (await reader.client.get(f"{PAGE}/add")).text
    assert alone.lstrip().startswith('<dialog class="box" id="add-budget"')
    assert whole
    assert whole in alone
    assert (await reader.client.get("/budgets/2026-13/add")).status_code == 404


async def test_limits_stand_by_section_with_what_is_spent_and_left(reader: Browser, household: Family, bank: Bank) -> None:
    await spend(bank)
    await reader.open(PAGE)
    groceries = await add(reader, household, "groceries", "820")
    assert toast(reader) == "The budget is added."
    restaurants = await add(reader, household, "restaurants", "$1,320.50")
    assert "Left to spend $1,158.07 of $2,140.50; 8 days left, $145 a day" in reader.words  # 2,140.50 - 574.33 - 362.15 - 45.95
    assert row(reader, groceries) == "Groceries 574.33 245.67 [820]"
    assert row(reader, restaurants) == "Restaurants 362.15 958.35 [1,320.50]"
    assert "Food 936.48 2,140.50 1,204.02" in reader.words
    assert "Not sorted yet Sort 1 45.95 none −45.95" in reader.words
    assert "Bills beside the budget All 1 $1,980.00 paid 1 Nov" in reader.words


async def test_the_head_adds_up_from_the_rows(reader: Browser, household: Family, bank: Bank) -> None:
    await spend(bank)
    await bank(f"2026-11-06 -118.64 SHELL {FUEL} x5")
    await reader.open(PAGE)
    await add(reader, household, "groceries", "820")
    assert "Spent 1,101.07 Budget 820 Left −281.07" in reader.words
    assert "Without a budget See 2 categories 480.79 none −480.79" in reader.words
    assert "Over budget −$281.07 of $820; 8 days left" in reader.words


TAKEN = {
    "250": "250", "1,250.5": "1,250.50", "+50": "150", "-25": "75", "\u221225": "75", "=avg3": "84", "=AVG2()": "75", "last": "90",
    "=avg": "84", "=300": "300", " 99 ": "99", "$ 12": "12", "USD 13": "13", "14.00 usd": "14", "100": "100",
}  # fmt: skip
HOW = "Write an amount such as 250, or +50, =avg3 or last."
REFUSED = {
    **dict.fromkeys(("0", "-100", "-5000"), "A limit is more than nothing."),
    **dict.fromkeys(("", "a lot", "1e9", "=avg99", "<b>", "\x00", "٣", "12 EUR", "--5"), HOW),
    **dict.fromkeys(("1000000000000000", "999999999999999", "9" * 4000), "That is more than any limit can be."),
    "1.234567": "USD has 2 digits after the point.",
    "=avg3": "Nothing was spent on this in the last 3 months.",
    "last": "Nothing was spent on this in the month before.",
}


async def test_a_limit_takes_amounts_steps_and_averages(reader: Browser, household: Family, bank: Bank) -> None:
    await bank(f"2026-10-02 -90.00 A {GROCERIES} x1", f"2026-09-02 -60.00 B {GROCERIES} x2", f"2026-08-02 -100.01 C {GROCERIES} x3")
    await reader.open(PAGE)
    budget = await add(reader, household, "groceries", "100")
    for typed, limit in TAKEN.items():
        await reader.send(PAGE, intent="limit", budget_id=budget, limit="100")
        await reader.send(PAGE, intent="limit", budget_id=budget, limit=typed)
        assert row(reader, budget).endswith(f"[{limit}]"), typed
        assert toast(reader) == ("The limit is changed." if limit != "100" else "")


async def test_what_is_no_limit_is_said_at_its_field_and_stays_there(reader: Browser, household: Family) -> None:
    await reader.open(PAGE)
    budget = await add(reader, household, "groceries", "100")
    for typed, words in REFUSED.items():
        await reader.send(PAGE, intent="limit", budget_id=budget, limit=typed)
        assert reader.status == 422, typed
        assert f'aria-describedby="wrong-{budget}"' in reader.page
        assert words in reader.words, typed
    await reader.open(PAGE)
    assert row(reader, budget).endswith("[100]")


async def test_without_a_script_every_field_of_the_table_is_sent(reader: Browser, household: Family) -> None:
    await reader.open(PAGE)
    one, two = await add(reader, household, "groceries", "100"), await add(reader, household, "vet", "50")
    fields = {f"limit.{one}": "100", f"limit.{two}": "+5"}
    await reader.send(PAGE, intent="limit", budget_id="", limit="", **fields)
    assert (row(reader, one)[-5:], row(reader, two)[-4:]) == ("[100]", "[55]")
    await reader.send(PAGE, intent="limit", budget_id="", limit="", **fields | {f"limit.{two}": "nought"})
    assert reader.status == 422
    assert 'value="nought"' in reader.page


async def test_the_script_gets_the_page_with_a_toast_that_undoes(reader: Browser, household: Family) -> None:
    await reader.open(PAGE)
    budget = await add(reader, household, "groceries", "100")
    answer = await ask(reader, intent="limit", budget_id=budget, limit="+50")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert 'value="150"' in answer.text
    told = json.loads(answer.headers["hx-trigger"])["farthing:toast"]
    assert told["text"] == "The limit is changed."
    assert told["batch_id"].startswith("bat_")
    again = await ask(reader, intent="limit", budget_id=budget, limit="150")
    assert "hx-trigger" not in again.headers


async def ask(reader: Browser, **form: str) -> httpx.Response:
    """As the page's script asks."""
    return await reader.client.post(PAGE, data=form, headers={"hx-request": "true", "x-csrf-token": reader.csrf})


async def test_a_form_of_another_site_changes_nothing(reader: Browser, household: Family) -> None:
    await reader.open(PAGE)
    budget = await add(reader, household, "groceries", "100")
    for sent in ({}, {"csrf": "0" * 64}):
        answer = await reader.client.post(PAGE, data={"intent": "delete", "budget_id": budget, **sent})
        assert answer.status_code == 403
    await reader.open(PAGE)
    assert budgets_on(reader.page) == [budget]


async def test_a_budget_on_a_group_and_on_everything_count_once(reader: Browser, household: Family, bank: Bank) -> None:
    await spend(bank)
    await reader.open(PAGE)
    await add(reader, household, "groceries", "600")
    await reader.send(PAGE, intent="add", category_id="group:food", limit="1000")
    assert "of $1,000; 8 days left" in reader.words
    assert "Groceries in group" in reader.words
    assert "Food 936.48 1,000 63.52" in reader.words
    await reader.send(PAGE, intent="add", category_id="all", limit="3000")
    assert "Left to spend $37.57 of $1,020; 8 days left, $5 a day" in reader.words  # 3,000 - 1,980 bills; - 982.43 everyday
    assert "All spending 2,962.43 3,000 37.57" in reader.words


async def test_a_budget_by_the_year_stands_apart(reader: Browser, household: Family, bank: Bank) -> None:
    await spend(bank)
    await bank(f"2026-02-02 -425.67 SAFEWAY {GROCERIES} x7")
    await reader.open(PAGE)
    year = await add(reader, household, "groceries", "2000", period="year")
    assert row(reader, year) == "Groceries500 a month until December 1,000.00 1,000.00 [2,000]"
    assert "2026 by the year 1,000.00 2,000 1,000.00" in reader.words
    assert "no limits set" in reader.words
    assert "Budget none Left none" in reader.words


async def test_cover_moves_the_limit_says_for_how_long_and_can_be_undone(reader: Browser, household: Family, bank: Bank) -> None:
    await spend(bank)
    await reader.open(PAGE)
    restaurants, groceries = await add(reader, household, "restaurants", "320"), await add(reader, household, "groceries", "820")
    assert "Restaurants is $42.15 over" in reader.words
    assert "Groceries 245.67 203.52" in reader.words
    assert "Both limits change in November alone." in reader.words
    await reader.send(PAGE, intent="cover", budget_id=restaurants, source_id=groceries)
    assert toast(reader) == "Moved, in this month alone."
    assert (row(reader, restaurants), row(reader, groceries)) == ("Restaurants 362.15 0.00 [362.15]", "Groceries 574.33 203.52 [777.85]")
    assert "over" not in row(reader, restaurants)
    await undo(household, batch_of(reader))
    await reader.open(PAGE)
    assert (row(reader, restaurants)[-5:], row(reader, groceries)[-5:]) == ("[320]", "[820]")


async def undo(household: Family, batch: str) -> None:
    from farthing.core.ids import internal
    from farthing.flows.undo import undo as undo_batch

    await undo_batch(household.world, household.household_id, household.actor, internal("bat", batch))


async def test_what_nobody_can_give_is_not_offered(reader: Browser, household: Family, bank: Bank) -> None:
    await spend(bank)
    await reader.open(PAGE)
    restaurants = await add(reader, household, "restaurants", "320")
    assert "Restaurants is $42.15 over" not in reader.words
    await reader.open(f"{PAGE}?cover={restaurants}")
    assert "No other budget has anything left to give." in reader.words
    groceries = await add(reader, household, "groceries", "594.33")
    assert "Move what is left" in reader.words
    await reader.send(PAGE, intent="cover", budget_id=restaurants, source_id=groceries)
    assert (row(reader, restaurants)[-5:], row(reader, groceries)[-8:]) == ("[340]", "[574.33]")
    await reader.send(PAGE, intent="cover", budget_id=restaurants, source_id=groceries)
    assert reader.status == 422
    assert "That budget has nothing left to give." in reader.words
    await reader.send(PAGE, intent="cover", budget_id=groceries, source_id=restaurants)
    assert "This budget is not over any more." in reader.words


async def test_one_that_is_over_may_stay_over(reader: Browser, household: Family, bank: Bank) -> None:
    await spend(bank)
    await reader.open(PAGE)
    restaurants = await add(reader, household, "restaurants", "320")
    await add(reader, household, "groceries", "820")
    await reader.send(PAGE, intent="leave", budget_id=restaurants)
    assert reader.at == f"{PAGE}?cover=none"
    assert "Cover it from" not in reader.words
    assert "42.15 over" in row(reader, restaurants)


async def test_the_medians_of_three_months_are_shown_before_they_are_kept(reader: Browser, household: Family, bank: Bank) -> None:
    for n, (groceries, fuel) in enumerate(((410, 90), (377, 82), (500, 0)), start=8):
        texts = [f"2026-{n:02}-02 -{groceries}.00 SAFEWAY {GROCERIES} g{n}", f"2026-{n:02}-03 -1980.00 ALDER RENT {RENT} r{n}"]
        await bank(*texts, *([f"2026-{n:02}-04 -{fuel}.00 SHELL {FUEL} f{n}"] if fuel else []))
    await reader.open(f"{PAGE}?fill=median")
    assert "nothing is kept until you say so" in reader.words
    assert re.search(r"Groceries 410\.00.*Fuel and charging 82\.00", reader.words)
    assert "Rent" not in reader.words.partition("Keep these budgets")[0]
    groceries, fuel = await household.public_category("groceries"), await household.public_category("fuel")
    assert f'name="limit.{groceries}" value="410"' in reader.page
    assert f'name="limit.{fuel}" value="85"' in reader.page
    picked = {"category_id": groceries, f"limit.{groceries}": "much", f"limit.{fuel}": "85"}
    await reader.send(PAGE, intent="fill", **picked)
    assert reader.status == 422
    assert "Write an amount such as 250" in reader.words
    await reader.send(PAGE, intent="fill", **picked | {f"limit.{groceries}": "420"})
    assert toast(reader) == "The budgets are kept."
    (budget,) = budgets_on(reader.page)
    assert row(reader, budget).endswith("[420]")
    await reader.open(f"{PAGE}?fill=median")
    assert "now 420" in reader.words
    assert f'value="{groceries}" checked' not in reader.page
    assert f'value="{fuel}" checked' in reader.page


async def test_no_median_without_spending(reader: Browser) -> None:
    await reader.open(f"{PAGE}?fill=median")
    assert "Nothing was spent in the three months before" in reader.words


async def test_alerts_are_listed_and_marked_read(reader: Browser, household: Family, bank: Bank) -> None:
    await spend(bank)
    await reader.open(PAGE)
    await add(reader, household, "restaurants", "400", alerts="80")
    assert "Restaurants reached 80 % of $400" in reader.words
    (alert,) = re.findall(r'name="alert_id" value="(alr_\w+)"', reader.page)
    answer = await ask(reader, intent="read", alert_id=alert)
    assert (answer.status_code, json.loads(answer.headers["hx-trigger"])) == (204, {"farthing:alert": True})
    await reader.open(PAGE)
    assert "Restaurants reached 80 % of $400" in reader.words
    assert "alert_id" not in reader.page


async def test_a_budget_is_edited_renamed_deleted_and_brought_back(reader: Browser, household: Family) -> None:
    await reader.open(PAGE)
    budget = await add(reader, household, "groceries", "100")
    await reader.open(f"{PAGE}?edit={budget}")
    assert 'id="edit-budget" aria-labelledby="edit-budget-title" open' in reader.page
    await reader.send(PAGE, intent="edit", budget_id=budget, limit="+20", name="Kitchen", rollover="surplus", alerts="80")
    assert row(reader, budget).startswith("Kitchen")
    assert row(reader, budget).endswith("[120]")
    assert "what is left rolls over" in reader.page
    await reader.send(PAGE, intent="edit", budget_id=budget, limit="0", name="Kitchen", rollover="surplus")
    assert (reader.status, "A limit is more than nothing." in reader.words) == (422, True)
    await reader.send(PAGE, intent="delete", budget_id=budget)
    assert toast(reader) == "The budget is deleted."
    assert budgets_on(reader.page) == []
    await undo(household, batch_of(reader))
    await reader.open(PAGE)
    assert row(reader, budget).startswith("Kitchen")
    for intent in ("limit", "edit", "delete", "cover"):
        await reader.send(PAGE, intent=intent, budget_id="bud_000", limit="1")
        assert (reader.status, "somebody deleted it meanwhile" in reader.words) == (422, True)


NO_BUDGETS: tuple[tuple[dict[str, str], str], ...] = (
    ({"category_id": "cat_000", "limit": "5"}, "There is no such category."),
    ({"category_id": "", "limit": "5"}, "A budget is on one category, one group, or all spending."),
    ({"category_id": "group:nonsense", "limit": "5"}, "There is no such group of spending."),
    ({"category_id": "group:income", "limit": "5"}, "There is no such group of spending."),
    ({"category_id": "all", "limit": "0"}, "A limit is more than nothing."),
    ({"category_id": "all", "limit": "1000000000000000"}, "That is more than any limit can be."),
    ({"category_id": "all", "limit": "=avg3"}, "Nothing was spent on this in the last 3 months."),
    ({"category_id": "all", "limit": "5", "rollover": "sideways"}, "One of none, surplus, both."),
    ({"category_id": "all", "limit": "5", "period": "week"}, "One of month, year."),
    ({"category_id": "all", "limit": "5", "alerts": "999"}, "At most 10 thresholds from 1 to 200 percent."),
)


async def test_a_budget_that_cannot_be_opens_its_form_again(reader: Browser) -> None:
    await reader.open(PAGE)
    for form, words in NO_BUDGETS:
        await reader.send(PAGE, intent="add", **form)
        assert reader.status == 422
        assert words in reader.words
        assert 'id="add-budget" aria-labelledby="add-budget-title" open' in reader.page
        assert f'value="{form["limit"]}"' in reader.page


async def test_a_second_budget_on_the_same_thing_is_refused_at_its_field(reader: Browser, household: Family) -> None:
    await reader.open(PAGE)
    await add(reader, household, "groceries", "100")
    await reader.send(PAGE, intent="add", category_id=await household.public_category("groceries"), limit="200")
    assert reader.status == 422
    assert 'aria-describedby="budget-category-note"' in reader.page
    assert "There is a budget on this for the same periods already." in reader.words


async def test_a_category_that_goes_takes_its_budget_along(reader: Browser, household: Family, bank: Bank) -> None:
    made = await add_category(household.world, household.household_id, household.actor, CategoryWish(name="Chess", group="entertainment"))
    chess = made.category_id
    await reader.open(PAGE)
    budget = await add(reader, household, "Chess", "100")
    assert row(reader, budget).startswith("Chess")
    await delete_category(household.world, household.household_id, household.actor, chess)
    await bank("2026-11-19 -45.95 ZORBLAX x4")
    await reader.open(PAGE)
    assert row(reader, budget) == "Not sorted yet 45.95 54.05 [100]"
    assert "Left to spend $54.05 of $100" in reader.words


async def test_months_before_say_where_they_were_over(reader: Browser, household: Family, bank: Bank) -> None:
    await bank(f"2026-09-02 -120.00 SAFEWAY {GROCERIES} x1", f"2026-10-02 -20.00 SAFEWAY {GROCERIES} x2")
    await reader.open("/budgets/2026-08")
    await reader.send("/budgets/2026-08", intent="add", category_id=await household.public_category("groceries"), limit="100")
    assert "Left in August $100.00 of $100" in reader.words
    await reader.open(PAGE)
    assert "Sep over Oct Nov so far" in reader.words
    assert 'aria-label="Oct, within budget"' in reader.page
    assert all(f'aria-label="{said}"' in reader.page for said in ("Jul, no budgets", "Aug, within budget"))
    await reader.open("/budgets/2026-09")
    assert "Over budget −$20.00" in reader.words
    assert "cover=" not in reader.page
    await reader.open("/budgets/2027-02")
    assert "Left to spend $100.00 of $100" in reader.words


async def test_any_month_is_answered_in_words(reader: Browser) -> None:
    for path in ("2026-13", "soon", "9999-01", "0000-00", "%00", "2026-11%27", "1970-01", "9998-12"):
        await reader.open(f"/budgets/{path}")
        assert reader.status == (200 if path in {"1970-01", "9998-12"} else 404), path
    await reader.open("/budgets/2026-11?cover=none&fill=median&said=<b>")
    assert (reader.status, "<b>" in reader.page) == (422, False)


async def test_a_form_that_asks_for_something_else_is_told_so(reader: Browser) -> None:
    await reader.open(PAGE)
    for intent in ("nonsense", "", "LIMIT"):
        await reader.send(PAGE, intent=intent)
        assert (reader.status, "something that this page does not do" in reader.words) == (422, True)


async def test_each_figure_leads_to_a_list_whose_header_says_the_same(world: World) -> None:
    family = await a_seeded_household(world, 3)
    async with browser(world, family) as reader:
        await reader.open(PAGE)
        wider = {"pets": "group:pets", "transport": "group:transport", "all": "all"}
        for target, period in (("groceries", "month"), ("pets", "year"), ("transport", "month"), ("all", "month"), ("rent", "month")):
            key_of = wider.get(target) or await family.public_category(target)
            await reader.send(PAGE, intent="add", category_id=key_of, limit="500", period=period)
        assert await figures_hold(family, reader)
        await reader.send(PAGE, intent="delete", budget_id=next(b for b in budgets_on(reader.page) if "All spending" in row(reader, b)))
        assert await figures_hold(family, reader)


async def figures_hold(family: Family, reader: Browser) -> bool:
    async with read_desk(family.world, family.household_id, family.actor) as desk:
        view = await view_budgets(desk, Month.parse("2026-11"), Asked())
    links = [(r.name, r.href, r.spent) for s in view.sections for r in s.rows]
    links += [(u.label, u.href, u.spent) for u in (view.unlimited, view.unsorted) if u]
    links += [("bills", view.bills.all_href, view.bills.paid)] if view.bills else []
    assert len(links) > 5
    for name, href, figure in links:
        if figure.minor >= 0:
            assert (await header(reader, href))[0] == negative(figure), (name, href)
    await reader.open(PAGE)
    return True


async def test_yen_have_no_digits_after_the_point(world: World) -> None:
    family = await found(world, currency="JPY")
    async with browser(world, family) as reader:
        await family.bank(f"2026-11-02 -574 SAFEWAY {GROCERIES} x1")
        await reader.open(PAGE)
        budget = await add(reader, family, "groceries", "8200")
        assert row(reader, budget) == "Groceries 574 7,626 [8,200]"
        await reader.send(PAGE, intent="limit", budget_id=budget, limit="82.5")
        assert "JPY has no digits after the point." in reader.words


async def test_what_is_left_is_what_the_overview_says(reader: Browser, household: Family, bank: Bank) -> None:
    await spend(bank)
    await bank(f"2026-11-28 -10.00 SAFEWAY {GROCERIES} x9")
    await reader.open(PAGE)
    await add(reader, household, "groceries", "820")
    await add(reader, household, "restaurants", "320")
    assert "Left to spend $147.57" in reader.words
    await reader.open("/?period=2026-11")
    assert "$147.57 until 30 Nov: $18 a day for 8 days." in reader.words


async def test_a_budget_shows_what_each_of_twelve_months_cost_in_bars_in_words_and_in_a_table(
    reader: Browser, household: Family, bank: Bank
) -> None:
    await bank(
        f"2026-11-02 -50.00 A {GROCERIES} x1", f"2026-10-02 -90.00 A {GROCERIES} x2", f"2026-09-02 -60.00 B {GROCERIES} x3",
        f"2026-08-02 -30.00 C {GROCERIES} x4", f"2025-12-05 -10.00 D {GROCERIES} x5", f"2025-11-05 -999.00 D {GROCERIES} x6",
    )  # fmt: skip
    await reader.open(PAGE)
    budget = await add(reader, household, "groceries", "100")
    assert (
        'aria-label="Usually 0 a month. Dec 10, Jan 0, Feb 0, Mar 0, Apr 0, May 0, Jun 0, Jul 0, Aug 30, Sep 60, Oct 90, Nov 50 so far."'
        in reader.page
    )
    bars = re.search(r'<path d="([^"]+)" stroke="url\(#months\)"/>', reader.page)
    assert bars
    assert bars[1].count("M") == 12
    assert bars[1].startswith("M1.5 20V17.8M6.5 20V19")
    assert bars[1].endswith("M56.5 20V8.9")
    assert '<stop class="now" offset="0.9310"/></linearGradient>' in reader.page
    await reader.open(f"{PAGE}?edit={budget}")
    assert "Month Spent Dec 2025 10.00" in reader.words
    october = re.search(r'href="([^"]+)">Oct 2026</a>', reader.page)
    assert october
    await reader.open(october[1].replace("&amp;", "&"))
    assert "1 transaction" in (await reader.open(f"/transactions/totals?{reader.at.partition('?')[2]}"))
