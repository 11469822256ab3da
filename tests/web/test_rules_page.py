"""/settings/rules as a reader without a script sees it, through the real application."""

from __future__ import annotations

import re

from farthing.core.ids import public
from farthing.flows.edit import Edit, edit_transaction
from web.visit import Browser
from world import Bank, Family

PAGE = "/settings/rules"


def rule_ids(reader: Browser) -> list[str]:
    return re.findall(r'<li class="rule-line[^>]*id="(rul_\w+)"', reader.page)


async def test_a_rule_is_tried_kept_applied_and_undone(reader: Browser, household: Family, bank: Bank) -> None:
    await bank("2026-10-01 -10.00 ZORBLAX x1", "2026-10-02 -12.00 ZORBLAX x2", "2026-10-03 -5.00 QUUXLEY x3")
    wish = Edit(category_id=await household.category("gifts"))
    await edit_transaction(household.world, household.household_id, household.actor, await household.id_of("x2"), wish)
    vet = await household.public_category("vet")
    await reader.open(f"{PAGE}?add=1")
    said = {"when": "zorblax", "category_id": vet, "tags": "dog, home", "size_1": "40%", "part_1": vet, "size_2": "60%", "part_2": vet}
    await reader.send(PAGE, intent="preview", **said)
    assert "2 transactions are meant, 2 would change." in reader.words
    assert "1 transaction you sorted otherwise by hand: that stays." in reader.words
    assert re.search(r"Zorblax \S+ \S+( \S+)? → Vet, #dog, #home, 2 parts", reader.words) or "Vet, #dog, #home, 2 parts" in reader.words
    assert await household.rows() == [
        "2026-10-03 -5.00 Quuxley uncategorised", "2026-10-02 -12.00 Zorblax gifts", "2026-10-01 -10.00 Zorblax uncategorised",
    ]  # fmt: skip
    await reader.send(PAGE, intent="save", name="Dog", **said)
    assert (
        "The rule is made: what comes from now on goes by it. Undo takes it away; what it did by then stays. See and undo" in reader.words
    )
    assert "Dog not used yet zorblax → Vet, #dog, #home, split: 40 % Vet, 60 % Vet" in reader.words
    await reader.send(PAGE, intent="apply", rule_id=rule_ids(reader)[0])
    assert "2 transactions changed. See and undo" in reader.words
    assert "2 sorted, last on" in reader.words
    batch = re.search(r"/activity/(bat_\w+)", reader.page)
    assert batch
    await reader.open(f"/activity/{batch[1]}")
    assert "Rule: Dog" in reader.words


async def test_rules_are_moved_turned_off_changed_and_deleted(reader: Browser, household: Family) -> None:
    await reader.open(f"{PAGE}?add=1")
    for name in ("one", "two"):
        await reader.send(PAGE, intent="save", name=name, when=f"word-{name}", note=name)
    one, two = rule_ids(reader)
    await reader.send(PAGE, intent="move", rule_id=two, order="1")
    assert rule_ids(reader) == [two, one]
    moved = re.findall(r'href="/activity/(bat_\w+)">See and undo', reader.page)[0]
    await reader.open(f"/activity/{moved}")
    assert "Rule “two” moved to place 1" in reader.words
    assert "Rule changed: two Place 2 → became 1" in reader.words
    await reader.send(f"/undo/{moved}")
    await reader.open(PAGE)
    assert rule_ids(reader) == [one, two]
    await reader.send(PAGE, intent="move", rule_id=two, order="1")
    await reader.send(PAGE, intent="off", rule_id=one)
    assert "one off" in reader.words
    await reader.open(f"{PAGE}?edit={one}")
    assert 'value="&#34;word-one&#34;"' in reader.page or 'value="word-one"' in reader.page
    await reader.send(PAGE, intent="save", rule_id=one, name="uno", when="word-one", note="1")
    assert "uno off" in reader.words
    await reader.send(PAGE, intent="delete", rule_id=two)
    assert rule_ids(reader) == [one]
    batch = re.findall(r'href="/activity/(bat_\w+)">See and undo', reader.page)[0]
    assert "Rule deleted: two" in (await reader.open(f"/activity/{batch}"))
    await reader.send(f"/undo/{batch}")
    await reader.open(PAGE)
    assert rule_ids(reader) == [two, one]
    await reader.send(PAGE, intent="delete", rule_id=two)
    await reader.send(PAGE, intent="delete", rule_id=two)
    assert (reader.status, "not there any more" in reader.words) == (422, True)


async def test_what_cannot_be_stays_in_the_form_with_the_reason(reader: Browser, household: Family) -> None:
    await reader.open(f"{PAGE}?add=1")
    await reader.send(PAGE, intent="save", when="/(/", note="kept")
    assert (reader.status, "This pattern cannot be read" in reader.words, 'value="kept"' in reader.page) == (422, True, True)
    await reader.send(PAGE, intent="save", when="x", size_1="40%", part_1=await household.public_category("vet"))
    assert "A split has 2 to 20 parts." in reader.words
    await reader.send(PAGE, intent="dance")
    assert (reader.status, "asks for something that this page does not do" in reader.words) == (422, True)
    await reader.send(PAGE, intent="save", when="coffee xyz:foo", note="x")
    assert (reader.status, "There is no xyz:" in reader.words) == (422, True)
    await reader.send(f"{PAGE}/preview", when="", note="x")
    assert (reader.status, "Say which rows the rule is for" in reader.words) == (200, True)


async def test_a_rule_begins_with_a_row(reader: Browser, household: Family, bank: Bank) -> None:
    await bank("2026-10-01 -10.00 SAFEWAY x1")
    row = public("txn", await household.id_of("x1"))
    await reader.open(f"/transactions/{row}")
    assert f'href="{PAGE}?from={row}"' in reader.page
    await reader.open(f"{PAGE}?from={row}")
    assert re.search(r'name="when"[^>]*value="merchant:=&#34;Safeway&#34; is:out"', reader.page)
    assert re.search(rf'<option value="{await household.public_category("groceries")}" selected>', reader.page)
