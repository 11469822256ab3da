"""The model at a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from conftest import Inside


def test_versions_are_told_trained_kept_and_given_back(farthing: Inside) -> None:
    told = farthing("model", "status", "--json").json
    assert [(v["version"], v["state"]) for v in told["versions"]] == [(1, "in force")]
    assert farthing("model", "train", "--json").json["outcome"] == "too few"
    assert "too few" in farthing("model", "status").out
    assert farthing("model", "promote", "1", "--json").json["pinned"] is True
    assert "nights promote what is better" in farthing("model", "promote").out
    refused = farthing("model", "rollback")
    assert (refused.code, "none to go back to" in refused.err) == (1, True)
    assert "no such version" in farthing("model", "promote", "7").err
