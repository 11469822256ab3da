"""Channels and webhooks at a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conftest import Inside


def test_a_channel_is_made_paused_resumed_listed_and_removed(farthing: Inside) -> None:
    email = farthing.member()
    assert farthing("channels", "list", email).out.strip() == "no channels: alerts stay in Farthing"
    said = ("--name", "My phone", "--quiet", "22:00", "07:00", "--not", "refund")
    made = farthing("channels", "add", email, "ntfys://ntfy.sh/ada-farthing", *said, "--json").json
    assert (made["service"], made["quiet_from"], made["quiet_to"], made["muted"]) == ("ntfys", "22:00", "07:00", ["refund"])
    assert farthing("channels", "pause", email, made["id"], "--json").json == {"id": made["id"], "paused": True}
    (paused,) = farthing("channels", "list", email, "--json").json["items"]
    assert (paused["paused"], paused["name"], paused["quiet_from"], paused["muted"]) == (True, "My phone", "22:00", ["refund"])
    assert farthing("channels", "resume", email, made["id"]).code == 0
    assert "My phone" in farthing("channels", "list", email).out
    assert farthing("channels", "remove", email, made["id"]).code == 0
    assert farthing("channels", "list", email, "--json").json["items"] == []


def test_a_channel_that_cannot_be_is_refused_in_words(farthing: Inside) -> None:
    email = farthing.member()
    indoors = farthing("channels", "add", email, "json://127.0.0.1:9/")
    assert (indoors.code, "a machine that we do not speak to" in indoors.err) == (1, True)
    assert "bad_channel_url" in farthing("channels", "add", email, "nonsense").err
    assert "bad_digest" in farthing("channels", "add", email, "ntfys://ntfy.sh/x", "--digest", "hourly").err
    for verb in ("test", "pause", "resume", "remove"):
        assert (farthing("channels", verb, email, "chn_1").code, farthing("channels", verb, email).code) == (1, 2)


def test_a_program_is_added_with_its_secret_tried_paused_and_removed(farthing: Inside) -> None:
    email = farthing.member()
    assert farthing("webhooks", "list", email).out.strip() == "no endpoints"
    made = farthing("webhooks", "add", email, "https://example.org/farthing", "--json").json
    assert made["secret"].startswith("whsec_")
    assert farthing("webhooks", "pause", email, made["id"], "--json").json["paused"] is True
    assert "paused" in farthing("webhooks", "list", email).out
    assert farthing("webhooks", "resume", email, made["id"]).code == 0
    assert farthing("webhooks", "test", email, made["id"]).out.strip() == f"{made['id']}: a test is on its way"
    assert farthing("webhooks", "resend", email, "--json").json == {"sent_again": 0}
    assert made["secret"] not in farthing("webhooks", "list", email, "--json").out
    assert farthing("webhooks", "remove", email, made["id"]).code == 0
    assert farthing("webhooks", "list", email, "--json").json["items"] == []


def test_a_program_that_cannot_be_reached_is_refused_in_words(farthing: Inside) -> None:
    email = farthing.member()
    assert "a machine that we do not speak to" in farthing("webhooks", "add", email, "https://127.0.0.1/x").err
    assert "only https" in farthing("webhooks", "add", email, "http://example.org/x").err
    assert farthing("webhooks", "resend", email, "whd_1").code == 1
    for verb in ("test", "pause", "resume", "remove"):
        assert (farthing("webhooks", verb, email, "whk_1").code, farthing("webhooks", verb, email).code) == (1, 2)


def test_lines_of_alerts_are_said_drawn_and_taken_away(farthing: Inside) -> None:
    email = farthing.member()
    assert "not told for its size" in farthing("lines", email).out
    assert farthing("lines", email, "--low", "250", "--json").json == {"large": None, "low_balance": "250.00", "currency": "USD"}
    assert "below 250.00 USD" in farthing("lines", email, "--large", "500").out
    assert farthing("lines", email, "--large", "", "--low", "", "--json").json["low_balance"] is None
    assert "bad_line" in farthing("lines", email, "--large", "-5").err
