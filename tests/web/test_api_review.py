"""/api/v1/review: what is asked, grouped; answers that may be repeated and not contradicted; merging by hand."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from farthing.core.ids import public
from farthing.flows.world import World
from web.visit import program
from world import Bank, Family, found


async def ask_one(bank: Bank) -> None:
    await bank("2026-10-01 -9.99 GRULTZ x1")
    await bank.file("2026-10-02 -9.99 FLUMBO")


async def the_question(api: httpx.AsyncClient) -> dict[str, Any]:
    answer = (await api.get("/review")).json()
    assert answer["open"] == 1
    (group,) = answer["groups"]
    assert (group["kind"], group["title"], group["count"]) == ("same", "Possible duplicates", 1)
    question: dict[str, Any] = group["items"][0]
    return question


async def test_nothing_is_asked_of_an_empty_household(api: httpx.AsyncClient) -> None:
    assert (await api.get("/review")).json() == {"items": [], "next_cursor": None, "open": 0, "groups": []}


async def test_what_needs_an_eye_comes_by_merchant_with_most_money_in_most_doubt_first(
    api: httpx.AsyncClient, household: Family, bank: Bank
) -> None:
    await bank("2026-11-10 -60.00 BLORP g1", "2026-11-11 -41.00 ZORBLAX u1", "2026-11-12 -43.00 ZORBLAX u2", "2026-11-14 -9.00 SNORK s1")
    await household.guessed("pharmacy", "g1")
    await household.guessed("coffee", "s1", confidence=950)
    said = (await api.get("/review")).json()
    assert [(m["kind"], m["merchant"], len(m["ids"])) for m in said["items"]] == [("unknown", "Zorblax", 2), ("check", "Blorp", 1)]
    assert said["items"][0]["ids"][0] == said["items"][0]["transaction"]["id"]
    first = (await api.get("/review", params={"limit": "1"})).json()
    second = (await api.get("/review", params={"limit": "1", "cursor": first["next_cursor"]})).json()
    assert (first["items"] + second["items"], second["next_cursor"]) == (said["items"], None)


async def test_a_question_shows_both_rows_where_they_come_from_and_why(api: httpx.AsyncClient, bank: Bank) -> None:
    await ask_one(bank)
    question = await the_question(api)
    assert [question[side]["amount"] for side in ("left", "right")] == ["-9.99", "-9.99"]
    assert [question[f"{side}_from"]["kind"] for side in ("left", "right")] == ["bank", "file"]
    assert question["why"] == "Same amount one day apart, one from Paper Bank and one from your file of 22 Nov."
    assert question["evidence"] == ["another merchant", "same amount", "one day apart"]
    assert question["answers"] == ["merge", "keep_apart"]
    assert question["batch_id"].startswith("bat_")


async def test_a_question_about_a_transfer_says_what_was_weighed(api: httpx.AsyncClient, bank: Bank) -> None:
    await bank("2026-11-02 -500.00 TRANSFER 0042 x1", "2026-11-06 500.00 DEPOSIT in savings x2")
    (group,) = (await api.get("/review")).json()["groups"]
    assert group["kind"] == "transfer"
    assert group["items"][0]["evidence"] == ["equal amounts", "4 days apart", "one reads as a transfer"]
    described = (await api.get("http://localhost/api/openapi.json")).json()["components"]["schemas"]["QuestionObject"]["properties"]
    assert described["evidence"]["items"] == {"type": "string"}
    assert described["evidence"]["description"] == "What was weighed, reason by reason, as the page shows it."


async def test_an_answer_may_be_repeated_and_not_contradicted(api: httpx.AsyncClient, bank: Bank) -> None:
    await ask_one(bank)
    question = await the_question(api)
    path = f"/review/{question['id']}"
    first = (await api.post(path, json={"answer": "merge"})).json()
    assert (first["answered"], first["transaction"]["id"], first["dropped"]) == (1, question["left"]["id"], [])
    again = (await api.post(path, json={"answer": "merge"})).json()
    assert (again["answered"], again["batch_id"]) == (0, first["batch_id"])
    refused = await api.post(path, json={"answer": "keep_apart"})
    assert (refused.status_code, refused.json()["code"]) == (409, "already_answered")
    assert (await api.get("/review")).json()["open"] == 0
    assert (await api.get("/transactions")).json()["totals"]["count"] == 1
    undone = await api.post(f"/undo/{first['batch_id']}")
    assert undone.status_code == 200, undone.text
    assert (await api.get("/review")).json()["open"] == 1
    assert (await api.get("/transactions")).json()["totals"]["count"] == 2


async def test_two_rows_kept_apart_are_not_asked_about_again(api: httpx.AsyncClient, bank: Bank) -> None:
    await ask_one(bank)
    question = await the_question(api)
    said = (await api.post(f"/review/{question['id']}", json={"answer": "keep_apart"})).json()
    assert (said["answered"], said["transaction"]) == (1, None)
    await ask_one(bank)
    assert (await api.get("/review")).json()["open"] == 0
    assert (await api.get("/transactions")).json()["totals"]["count"] == 2
    history = (await api.get(f"/transactions/{question['left']['id']}/history")).json()
    assert "apart" in str(history)


async def test_all_of_one_file_is_one_answer_and_one_batch(api: httpx.AsyncClient, bank: Bank) -> None:
    await bank("2026-10-01 -9.99 GRULTZ x1", "2026-10-01 -8.99 GRULTZ x2")
    batch_id, _ = await bank.file("2026-10-02 -9.99 FLUMBO", "2026-10-02 -8.99 FLUMBO")
    said = (await api.post("/review", json={"batch_id": public("bat", batch_id), "answer": "merge"})).json()
    assert (said["answered"], said["left_open"]) == (2, 0)
    await api.post(f"/undo/{said['batch_id']}")
    assert (await api.get("/review")).json()["open"] == 2
    nothing = await api.post("/review", json={"batch_id": public("bat", 12345), "answer": "merge"})
    assert nothing.status_code == 404


async def test_merging_by_hand_names_what_did_not_go_along(api: httpx.AsyncClient, bank: Bank, household: Family) -> None:
    await bank("2026-10-01 -9.99 GRULTZ x1", "2026-10-03 -9.99 FLUMBO x2")
    kept, other = [public("txn", await household.id_of(x)) for x in ("x1", "x2")]
    await api.patch(f"/transactions/{kept}", json={"note": "mine"})
    await api.patch(f"/transactions/{other}", json={"note": "theirs", "tags": ["work"]})
    merged = await api.post(f"/transactions/{kept}/merge", json={"other_id": other})
    body = merged.json()
    assert (body["transaction"]["id"], body["transaction"]["tags"], body["dropped"]) == (kept, ["work"], ["note"])
    assert merged.headers["etag"] == f'"{body["transaction"]["version"]}"'
    lost = await api.patch(f"/transactions/{other}", json={"note": "lost"})
    assert (lost.status_code, lost.json()["code"]) == (409, "merged")
    again = await api.post(f"/transactions/{kept}/merge", json={"other_id": other})
    assert (again.status_code, again.json()["code"]) == (409, "already_merged")


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/review/sug_zzz", {"answer": "merge"}, 404), ("/review/txn_1", {"answer": "merge"}, 404), ("/review/sug_1", {}, 422),
        ("/review/sug_1", {"answer": "maybe"}, 422), ("/review", {"batch_id": "bat_1"}, 422), ("/transactions/txn_1/merge", {}, 422),
        ("/transactions/txn_1/merge", {"other_id": "txn_1"}, 422), ("/transactions/txn_1/merge", {"other_id": "txn_2"}, 404),
    ],
)  # fmt: skip
async def test_bad_input_has_a_code_and_never_breaks(api: httpx.AsyncClient, path: str, body: dict[str, Any], status: int) -> None:
    answer = await api.post(path, json=body)
    assert answer.status_code == status, answer.text
    assert answer.json()["code"]


async def test_a_strangers_question_does_not_exist(api: httpx.AsyncClient, bank: Bank, world: World) -> None:
    await ask_one(bank)
    question = await the_question(api)
    async with program(world, await found(world)) as stranger:
        assert (await stranger.get("/review")).json()["open"] == 0
        assert (await stranger.post(f"/review/{question['id']}", json={"answer": "merge"})).status_code == 404
        path = f"/transactions/{question['left']['id']}/merge"
        assert (await stranger.post(path, json={"other_id": question["right"]["id"]})).status_code == 404
    async with program(world, bank.family, scope="read") as reader:
        assert (await reader.post(f"/review/{question['id']}", json={"answer": "merge"})).status_code == 403


async def test_answers_are_on_record(api: httpx.AsyncClient, bank: Bank) -> None:
    await ask_one(bank)
    question = await the_question(api)
    said = (await api.post(f"/review/{question['id']}", json={"answer": "keep_apart"})).json()
    await api.post(f"/undo/{said['batch_id']}")
    await api.post(f"/review/{question['id']}", json={"answer": "merge"})
    kinds = [e["kind"] for e in (await api.get("/audit")).json()["items"]]
    assert {"review.answered", "batch.undone", "transaction.merged"} <= set(kinds)
