"""/api/v1/review/rows: what waits, by merchant, and its answers."""

from __future__ import annotations

from farthing.core.ids import public
from farthing.flows.world import World
from web.visit import program
from world import Bank, Family, found


async def test_what_waits_is_listed_by_merchant_and_answered(world: World, household: Family, bank: Bank) -> None:
    await bank("2026-11-10 -60.00 BLORP g1", "2026-11-11 -41.00 ZORBLAX u1", "2026-11-12 -43.00 ZORBLAX u2", "2026-11-14 -9.00 SNORK s1")
    await household.guessed("pharmacy", "g1")
    await household.guessed("coffee", "s1", confidence=950)
    vet = public("cat", await household.category("vet"), household=household.household_id)
    async with program(world, household) as client:
        held = (await client.get("/review/rows")).json()
        assert {k: held[k] for k in ("check", "unknown", "sure")} == {"check": 1, "unknown": 2, "sure": 1}
        named = {m["merchant"]: m for m in held["merchants"]}
        ordered = [(m["kind"], m["merchant"], len(m["ids"])) for m in held["merchants"]]
        assert ordered == [("unknown", "Zorblax", 2), ("check", "Blorp", 1), ("sure", "Snork", 1)], "most money in most doubt first"
        assert (named["Blorp"]["transaction"]["category"]["slug"], named["Blorp"]["transaction"]["confidence"]) == ("pharmacy", 0.62)
        assert held["last_90_days"] == {"rows": 4, "automatic": 2, "corrected": 0}
        for body, updated in (
            ({"ids": named["Blorp"]["ids"]}, 1),
            ({"ids": named["Zorblax"]["ids"][:1], "category_id": vet, "like": True}, 2),
            ({"sure": True}, 1),
        ):
            done = await client.post("/review/rows", json=body)
            assert (done.status_code, done.json()["updated"]) == (200, updated), done.text
        assert (await client.get("/review/rows")).json()["merchants"] == []
    assert await household.spent("2026-11") == {"coffee": "-9.00", "pharmacy": "-60.00", "vet": "-84.00"}


async def test_what_cannot_be_approved_is_refused_by_name(world: World, household: Family, bank: Bank) -> None:
    await bank("2026-11-11 -41.00 ZORBLAX u1")
    key = public("txn", await household.id_of("u1"))
    async with program(world, household) as client:
        for body, code in (
            ({"ids": [key]}, "choose_category"),
            ({}, "bad_ids"),
            ({"ids": [key], "category_id": "cat_zz"}, "no_such_category"),
            ({"ids": ["txn_0zz"]}, "not_found"),
            ({"ids": [key] * 1_001}, "bad_ids"),
        ):
            assert (await client.post("/review/rows", json=body)).json()["code"] == code, body
    async with program(world, await found(world)) as stranger:
        assert (await stranger.post("/review/rows", json={"ids": [key]})).status_code == 404
    assert await household.rows() == ["2026-11-11 -41.00 Zorblax uncategorised"]
