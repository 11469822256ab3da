"""What may be typed into the query box, and what it means."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from farthing.core.errors import Rejected
from farthing.flows.list_filter import PARAMETERS
from farthing.flows.query_language import read_query


@pytest.mark.parametrize(
    ("typed", "means"),
    [
        ("safeway >20 cat:groceries -tag:work 2026-05",
         {"q": "safeway", "over": "20", "category": "groceries", "no_tag": "work", "period": "2026-05"}),
        ('"two words" three', {"q": "two words three"}),
        ('acc:"Joint checking" =42.17', {"account": "Joint checking", "size": "42.17"}),
        ("20..50 2026", {"between": "20..50", "period": "2026"}),
        ("cat:food cat:travel -cat:coffee", {"category": "food,travel", "no_category": "coffee"}),
        ("is:pending is:Split", {"status": "pending,split"}),
        (">=5 <=9,99", {"least": "5", "most": "9,99"}),
        ("from:2026-01-02 to:2026-03-04", {"from": "2026-01-02", "to": "2026-03-04"}),
        ("http://shop 1999x 2026-13 -5", {"q": "http://shop 1999x 2026-13 -5"}),
        (">20 >20 acc:a acc:b", {"over": "20", "account": "a,b"}),
        ("is:in is:OUT source:Memory,none", {"status": "in,out", "source": "memory,none"}),
        (r"/uber.*(trip|e ats)/ >20", {"pattern": "uber.*(trip|e ats)", "over": "20"}),
        (r'/a\/b "c/ 24/7 /usr/bin', {"pattern": 'a/b "c', "q": "24/7 /usr/bin"}),
        ('merchant:="Card factory" merchant:card', {"merchant_is": "Card factory", "merchant": "card"}),
        ("merchant:=Card", {"merchant_is": "Card"}),
        ('"xyz:foo" xyz1:foo', {"q": "xyz:foo xyz1:foo"}),
        ("", {}),
    ],
)  # fmt: skip
def test_words_sizes_and_names_are_told_apart(typed: str, means: dict[str, str]) -> None:
    assert read_query(typed) == means


@pytest.mark.parametrize(
    "typed",
    [
        "-safeway",
        "is:nice",
        "cat:",
        "-acc:Savings",
        "x" * 301,
        ">20 >30",
        "=5 =6",
        "1..2 3..4",
        "2025 2026",
        "from:2026-01-01 from:2026-02-01",
        "merchant:A merchant:B",
        "/a/ /b/",
        "xyz:foo",
        "-xyz:foo",
        "cat:=food",
        "merchant:=",
        "merchant:=A merchant:=B",
    ],
)
def test_what_cannot_be_meant_is_refused_in_words(typed: str) -> None:
    with pytest.raises(Rejected) as refusal:
        read_query(typed)
    assert refusal.value.field == "query"


def test_a_key_that_there_is_not_is_told_those_that_there_are() -> None:
    with pytest.raises(Rejected, match=r'there is no xyz: .*merchant: and source:.* write "xyz:..."'):
        read_query("coffee xyz:foo")


@given(st.text(max_size=80))
def test_anything_typed_is_read_or_refused_and_names_only_parameters_of_the_list(typed: str) -> None:
    with contextlib.suppress(Rejected):
        assert set(read_query(typed)) <= set(PARAMETERS)
