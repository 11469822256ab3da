"""Somebody else's id answers exactly as a missing one, on every route that takes one, in the path, the query or the body."""

from __future__ import annotations

import re
from typing import Any

import httpx
import pytest_asyncio

from farthing.core.ids import public
from farthing.flows.export import ask_export
from farthing.flows.refresh_insights import refresh_insights
from farthing.flows.world import World
from farthing.ingest.suggestions.ask import Asked, ask
from web.visit import application, program
from world import Family, found

PREFIXES = {
    "account_id": "acc", "alert_id": "alr", "budget_id": "bud", "category_id": "cat", "connection_id": "con", "export_id": "exp",
    "import_id": "imp", "batch_id": "bat", "token_id": "tok", "transaction_id": "txn", "view_id": "vew",
    "rule_id": "rul", "group_id": "grp",
    "suggestion_id": "sug", "recurring_id": "rec", "insight_id": "ins", "channel_id": "chn", "endpoint_id": "whk", "delivery_id": "whd",
}  # fmt: skip
NOBODYS = "1h7z3k9q2"
PARAMETER = re.compile(r"\{(\w+)(?::\w+)?\}")
BODIES: dict[str, Any] = {
    "/accounts/{account_id}/balances": {"date": "2026-11-01", "balance": "1.00"},
    "/transactions/{transaction_id}/splits": {"splits": []},
    "/transactions/{transaction_id}/merge": {"other_id": "txn_1h7z3k9q3"},
    "/transactions/{transaction_id}/transfer": {"other_id": "txn_1h7z3k9q3"},
    "/transactions/{transaction_id}/refund": {"purchase_id": "txn_1h7z3k9q3"},
    "/transactions/{transaction_id}/like": {"category_id": "cat_1"},
    "/review/{suggestion_id}": {"answer": "merge"},
    "/budgets/{budget_id}/cover": {"source_id": "bud_1h7z3k9q3"},
    "/categories/{category_id}/merge": {"into": "cat_1"},
    "/connections/{connection_id}/questions/{question_id}": {"account_id": None},
}


@pytest_asyncio.fixture(loop_scope="session")
async def theirs(world: World, household: Family) -> dict[str, str]:
    """One id of everything that another household has, by its parameter's name."""
    async with program(world, household) as api:
        await household.bank("2026-11-20 -60.00 SAFEWAY code FOOD_AND_DRINK_GROCERIES x1", "2026-11-20 -5.00 ZORBLAX x2")
        account = (await api.post("/accounts", json={"name": "Wallet", "kind": "cash"})).json()["id"]
        category = (await api.post("/categories", json={"name": "Boats", "group": "travel"})).json()["id"]
        limit = {"all": True, "period": "month", "limit": "50.00", "from": "2026-11-01"}
        budget = (await api.post("/budgets", json=limit)).json()["id"]
        await household.bank("2026-11-21 -9.00 SAFEWAY code FOOD_AND_DRINK_GROCERIES x3")
        await household.bank("2026-11-06 -35.00 OVERDRAFT FEE code BANK_FEES_OVERDRAFT_FEES f1")
        await refresh_insights(world, household.household_id)
        brought = await api.post("/imports", files={"file": ("x.csv", b"Date,Description,Amount\n2026-11-03,BAKERY,-3.00\n")})
        rows = (await api.get("/transactions")).json()["items"]
        async with household.desk() as desk:
            pair = Asked(await household.id_of("x1"), await household.id_of("x2"))
            await ask(desk.unit, desk.sealer, at=desk.at, batch_id=1, questions=[pair])
        ids = {
            "account_id": account,
            "category_id": category,
            "group_id": (await api.post("/category-groups", json={"name": "Afloat", "counts_as": "spending"})).json()["id"],
            "budget_id": budget,
            "alert_id": (await api.get("/alerts")).json()["items"][0]["id"],
            "connection_id": (await api.get("/connections")).json()["items"][0]["id"],
            "import_id": brought.json()["id"],
            "batch_id": (await api.get("/syncs")).json()["items"][0]["id"],
            "token_id": (await api.get("/tokens")).json()["items"][0]["id"],
            "transaction_id": rows[0]["id"],
            "suggestion_id": (await api.get("/review")).json()["groups"][0]["items"][0]["id"],
            "rule_id": (await api.post("/rules", json={"when": "merchant:safeway", "then": {"note": "again"}})).json()["id"],
            "recurring_id": (await api.post("/recurring", json={"transaction_id": rows[0]["id"], "cadence": "monthly"})).json()["id"],
            "insight_id": (await api.get("/insights")).json()["items"][0]["id"],
            "channel_id": (await api.post("/channels", json={"url": "ntfys://ntfy.sh/zorblax"})).json()["id"],
            "endpoint_id": (await api.post("/webhook-endpoints", json={"url": "https://example.org/hook"})).json()["id"],
            "view_id": (await api.post("/views", json={"name": "Food", "query": "category=food"})).json()["id"],
        }
        await api.post(f"/webhook-endpoints/{ids['endpoint_id']}/test")
        ids["delivery_id"] = (await api.get("/webhook-deliveries")).json()["items"][0]["id"]
    export_id = await ask_export(world, household.household_id, household.member_id, household.actor)
    return ids | {"export_id": public("exp", export_id)}


def told(answer: httpx.Response) -> tuple[int, dict[str, Any]]:
    body = answer.json() if answer.content else {}
    body.pop("request_id", None)
    return answer.status_code, body


async def test_another_households_ids_are_missing_ones_in_every_path(world: World, household: Family, theirs: dict[str, str]) -> None:
    before = await household.rows()
    paths = sorted({(r.path, m) for r in application(world).routes for h in getattr(r, "route_handlers", []) for m in h.http_methods})
    named = [(p.removeprefix("/api/v1"), m) for p, m in paths if p.startswith("/api/v1/") and "{" in p and m not in {"HEAD", "OPTIONS"}]
    assert len(named) > 20
    stranger = await found(world)
    async with program(world, stranger) as api:
        for declared, method in named:
            parameter = PARAMETER.findall(declared)[0]
            # What stands beneath somebody else's thing is never looked at.
            path = PARAMETER.sub(lambda m, first=parameter: m[0] if m[1] == first else NOBODYS, declared)
            body = None if method in {"GET", "DELETE"} else BODIES.get(PARAMETER.sub(r"{\1}", declared), {})
            foreign = await api.request(method, PARAMETER.sub(theirs[parameter], path), json=body)
            missing = await api.request(method, PARAMETER.sub(f"{PREFIXES[parameter]}_{NOBODYS}", path), json=body)
            assert told(foreign) == told(missing), (method, path)
            assert foreign.status_code == 404, (method, path, foreign.text)
    assert await household.rows() == before


async def test_another_households_ids_find_nothing_in_queries_and_bodies(world: World, theirs: dict[str, str]) -> None:
    stranger = await found(world)
    async with program(world, stranger) as api:
        wallet = (await api.post("/accounts", json={"name": "Wallet", "kind": "cash"})).json()["id"]
        row = {"account_id": wallet, "date": "2026-11-20", "amount": "-1.00", "merchant": "Zorblax"}
        mine = (await api.post("/transactions", json=row)).json()["id"]
        limit = {"period": "month", "limit": "5.00", "from": "2026-11-01"}
        asked: list[tuple[str, str, Any, str]] = [
            ("GET", "/transactions?account={}", None, "account_id"),
            ("GET", "/transactions?category={}", None, "category_id"),
            ("GET", "/syncs?connection={}", None, "connection_id"),
            ("POST", "/transactions", {**row, "account_id": "{}"}, "account_id"),
            ("POST", "/transactions", {**row, "category_id": "{}"}, "category_id"),
            ("PATCH", f"/transactions/{mine}", {"category_id": "{}"}, "category_id"),
            (
                "PUT",
                f"/transactions/{mine}/splits",
                {"splits": [{"amount": "-0.40", "category_id": "{}"}, {"amount": "-0.60", "category_id": "{}"}]},
                "category_id",
            ),
            ("PATCH", "/transactions", {"ids": ["{}"], "change": {"note": "mine"}}, "transaction_id"),
            ("POST", "/budgets", {**limit, "category_id": "{}"}, "category_id"),
            ("POST", "/link-sessions", {"provider": "paper", "connection_id": "{}"}, "connection_id"),
        ]
        for method, path, body, parameter in asked:
            answers = []
            for key in (theirs[parameter], f"{PREFIXES[parameter]}_{NOBODYS}"):
                filled = httpx.Response(200, json=body).text.replace("{}", key) if body is not None else None
                headers = {"content-type": "application/json"} if filled else {}
                answers.append(await api.request(method, path.format(key), content=filled, headers=headers))
            assert told(answers[0]) == told(answers[1]), (method, path, answers[0].text, answers[1].text)
            assert answers[0].status_code in {404, 422} or answers[0].json().get("items") == [], (method, path, answers[0].text)
    async with program(world, stranger) as api:
        assert [r["note"] for r in (await api.get("/transactions")).json()["items"]] in ([None], [""])
