"""Rules asked about rows: which hold, which decide, which never can, and what no rule may do."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import re2
from hypothesis import given
from hypothesis import strategies as st

from farthing.categorize.ruling import pattern
from farthing.categorize.ruling.engine import ALIKE_MAX, WORDLESS_MAX, Ruleset, accept, folded_texts
from farthing.categorize.ruling.model import RULES_MAX, Field, Rule, Seen, Then, When
from farthing.categorize.ruling.overlap import covers, shadowed
from farthing.categorize.ruling.pattern import compile_pattern, words_of
from farthing.core.errors import Refused, Rejected
from farthing.core.ids import CategoryId

AT = dt.datetime(2026, 11, 22, tzinfo=dt.UTC)
FEES, RENT = CategoryId(70), CategoryId(20)
TAXI = Seen("UBER *TRIP 88-2 HELP.UBER.COM", "UBER TRIP", "Uber", account_id=1, amount=-1_250, date=dt.date(2026, 11, 3))


def rule(number: int, when: When, then: Then | None = None, **more: Any) -> Rule:
    return Rule(number, f"rule {number}", when, then or Then(category_id=FEES), AT, position=number, **more)


def holds(when: When, seen: Seen = TAXI) -> bool:
    return Ruleset([rule(1, when)]).judge(seen) is not None


@pytest.mark.parametrize(
    ("when", "does"),
    [
        (When(text="uber"), True),
        (When(text="uber *trip"), True),
        (When(text="88-2"), True),
        (When(text="lyft"), False),
        (When(merchant="UBER"), True),
        (When(merchant="trip"), False),
        (When(merchant="ube"), True),
        (When(merchant_is="UBER "), True),
        (When(merchant_is="ube"), False),
        (When(pattern=r"uber.*\d{2}-\d"), True),
        (When(pattern=r"^uber$"), True),
        (When(pattern=r"^trip"), False),
        (When(text="uber", accounts=(2, 1)), True),
        (When(text="uber", accounts=(2,)), False),
        (When(size_min=1_250, size_max=1_250), True),
        (When(text="uber", size_min=1_251), False),
        (When(text="uber", amount_max=-1), True),
        (When(text="uber", amount_min=1), False),
        (When(first=dt.date(2026, 11, 3), last=dt.date(2026, 11, 3)), True),
        (When(text="uber", last=dt.date(2026, 11, 2)), False),
        (When(text="uber", sources=(0, 8)), True),
        (When(text="uber", sources=(3,)), False),
        (When(text="uber", tags=("work",)), False),
        (When(text="uber", untagged=("work",)), True),
    ],
)
def test_all_that_a_rule_asks_for_must_be_so(when: When, does: bool) -> None:
    assert holds(when) is does


@pytest.mark.parametrize("word", ["مقهى", "קפה", "☕ 🥐", "STRASSE", "straße", "ΣΊΣΥΦΟΣ", "İstanbul"])
def test_right_to_left_emoji_and_folded_letters_are_words_like_any(word: str) -> None:
    seen = Seen(f"POS {word} 12", word, word.title(), 1, -1, dt.date(2026, 1, 1))
    assert holds(When(text=word), seen)
    assert holds(When(pattern=word), seen)


def test_empty_and_very_long_texts_are_read_in_a_blink() -> None:
    assert not holds(When(text="uber"), Seen("", "", "", 1, -1, dt.date(2026, 1, 1)))
    long = Seen("x" * 10_000 + " UBER", "X", "X", 1, -1, dt.date(2026, 1, 1))
    assert holds(When(text="x uber"), long)
    assert holds(When(pattern="(x+x+)+ uber$"), long)


@pytest.mark.parametrize("hostile", ["(a+)+$", "(a|aa)+$", "(x+x+)+y", ".*.*.*.*.*.*.*.*b", "(a?){30}a{30}b$", "([a-z]+)*=" * 8])
def test_a_hostile_pattern_takes_no_longer_than_the_text(hostile: str) -> None:
    assert not holds(When(pattern=hostile, text="zz"), Seen("zz" + "a" * 10_000 + "!", "", "", 1, -1, dt.date(2026, 1, 1)))


@pytest.mark.parametrize("large", ["(.{0,30}){0,20}x", "(.?){300}z", r"\pL{9}", "(?:.{20}|.{19}|.{18}){9}q"])
def test_a_pattern_that_would_outgrow_its_memory_on_every_row_is_refused(large: str) -> None:
    with pytest.raises(Rejected):
        compile_pattern(large)


@pytest.mark.parametrize("bad", ["[", "(", "a{9999}", "(?=x)", r"\1", "*", "x" * 201, "", "a\x00b", "(" * 190 + "a" + ")" * 5, r"\p{Nope}"])
def test_what_is_no_pattern_is_refused_in_words(bad: str) -> None:
    with pytest.raises(Rejected) as refusal:
        compile_pattern(bad)
    assert (refusal.value.code, refusal.value.field) == ("bad_pattern", "when")


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        ("uber.*trip", ("uber",)),
        (r"^amazon\s+mkt", ("amazon",)),
        ("(uber|lyft) eats", ("eats",)),
        ("uber|lyft ride", ("uber", "lyft ride")),
        ("big  green| shop +", ("green", "shop")),
        ("uber|x", ()),
        (r"\d+ [a-z]{3}", ()),
        ("shell?", ("shel",)),
        ("shell+s", ("shell",)),
        (r"\Quber\E", ()),
        ("[)]uber(a[)]b)", ("uber",)),
        (r"\x{41}cafe{2}ab", ("caf",)),
    ],
)
def test_a_pattern_is_found_by_words_that_it_cannot_do_without(pattern: str, words: tuple[str, ...]) -> None:
    assert words_of(pattern) == words


@given(st.data())
def test_whatever_a_pattern_matches_holds_one_of_its_words(data: st.DataObject) -> None:
    piece = st.sampled_from(
        ["abc", "AbD", "a", "x?", "(abc)", "[abc]", "(a|bcd)", "k+", ".", r"\d", "bcd*", "s{2}", "|", "(?i)", " ", "b c"]
    )
    pattern = "".join(data.draw(st.lists(piece, min_size=1, max_size=6)))
    try:
        compiled = compile_pattern(pattern)
    except Rejected:
        return
    text = data.draw(st.text(alphabet="abcdABCDkK\u212as\u017fx1 ", max_size=14))
    if isinstance(compiled, re2._Regexp) and compiled.search(text) and (words := words_of(pattern)):
        assert any(w in folded_texts(Seen(text, "", "", 1, 0, AT.date())) for w in words)


def test_the_first_rule_that_holds_decides_a_field_and_tags_come_together() -> None:
    rules = Ruleset(
        [
            rule(1, When(text="trip"), Then(category_id=RENT, tags=("ride",))),
            rule(2, When(text="uber"), Then(category_id=FEES, note="late", tags=("city",))),
            rule(3, When(tags=("city",)), Then(hidden=True)),
            rule(4, When(text="uber"), Then(note="never"), enabled=False),
        ]
    )
    judged = rules.judge(TAXI)
    assert judged is not None
    assert {f: r.rule_id for f, r in judged.deciding.items()} == {Field.CATEGORY: 1, Field.NOTE: 2, Field.HIDDEN: 3}
    assert [r.rule_id for r in judged.tagging] == [1, 2]
    assert sorted(judged.rules) == [1, 2, 3]
    assert [r.rule_id for r in rules.holding(TAXI)] == [1, 2, 3]


@given(st.lists(st.tuples(st.sampled_from(["uber", "trip", "88-2", "lyft", ""]), st.integers(0, 2_000)), max_size=12))
def test_many_rules_decide_as_each_one_asked_in_turn_would(wanted: list[tuple[str, int]]) -> None:
    every = [rule(n, When(text=text, size_min=size)) for n, (text, size) in enumerate(wanted, 1)]
    judged = Ruleset(every).judge(TAXI)
    first = next((r for r in every if r.when.text in folded_texts(TAXI) and (r.when.size_min or 0) <= 1_250), None)
    assert (judged.deciding[Field.CATEGORY] if judged else None) == first


def test_ten_thousand_rules_are_held_and_asked_at_once() -> None:
    every = [rule(n, When(text=f"shop{n:05}"), Then(category_id=CategoryId(n))) for n in range(1, RULES_MAX + 1)]
    judged = Ruleset(every).judge(Seen("POS SHOP07777 X", "", "", 1, -1, AT.date()))
    assert judged is not None
    assert judged.deciding[Field.CATEGORY].rule_id == 7_777
    with pytest.raises(Refused) as refusal:
        accept(rule(0, When(text="one more")), every)
    assert refusal.value.code == "too_many_rules"


def test_rules_that_every_row_must_be_asked_about_are_few() -> None:
    wordless = [rule(n, When(size_min=n)) for n in range(WORDLESS_MAX)]
    accept(rule(0, When(text="uber")), wordless)
    with pytest.raises(Rejected) as refusal:
        accept(rule(0, When(pattern=r"^\d+$")), wordless)
    assert refusal.value.code == "too_many_without_words"
    alike = [rule(n, When(text="card", size_min=n)) for n in range(ALIKE_MAX)]
    with pytest.raises(Rejected) as refusal:
        accept(rule(0, When(text="Card")), alike)
    assert refusal.value.code == "too_many_alike"


def test_a_rule_behind_one_that_takes_all_of_its_rows_is_told() -> None:
    rules = [
        rule(1, When(text="uber")),
        rule(2, When(text="uber *trip", size_min=500)),
        rule(3, When(text="uber"), Then(category_id=FEES, note="x")),
        rule(4, When(text="trip")),
        rule(5, When(merchant="Uber"), Then(category_id=RENT)),
    ]
    assert {i: o.rule_id for i, o in shadowed(rules).items()} == {2: 1, 5: 1}


def test_rules_with_long_texts_are_set_beside_each_other_by_their_words() -> None:
    held = [rule(n, When(text=f"{n:03} {'abcdefgh ' * 30}")) for n in range(1, 301)]
    assert {i: o.rule_id for i, o in shadowed([*held, rule(301, When(text="x " + held[9].when.text))]).items()} == {301: 10}


_WHENS = st.builds(
    When,
    text=st.sampled_from(["", "uber", "uber *trip", "trip"]),
    merchant=st.sampled_from(["", "uber"]),
    accounts=st.sampled_from([(), (1,), (1, 2), (2,)]),
    size_min=st.sampled_from([None, 1_000, 2_000]),
    amount_max=st.sampled_from([None, -1, 0]),
    first=st.sampled_from([None, dt.date(2026, 11, 1), dt.date(2026, 11, 4)]),
    tags=st.sampled_from([(), ("work",), ("work", "home")]),
    untagged=st.sampled_from([(), ("home",)]),
)


@given(_WHENS, _WHENS, st.sampled_from([-1_250, 1_250, -3_000]), st.sampled_from([(), ("work",), ("home",)]))
def test_what_covers_another_holds_wherever_that_does(wide: When, narrow: When, amount: int, tags: tuple[str, ...]) -> None:
    seen = Seen(TAXI.text, TAXI.key, TAXI.merchant, 1, amount, TAXI.date, 0, frozenset(tags))
    if covers(wide, narrow) and holds(narrow, seen):
        assert holds(wide, seen)


def test_a_merchant_with_a_quote_in_its_name_is_met_by_the_name_that_can_be_typed() -> None:
    joes = Seen('JOE"S DINER 12', 'JOE"S DINER', 'Joe"s Diner', account_id=1, amount=-500, date=dt.date(2026, 11, 3))
    assert holds(When(merchant_is="Joe s Diner"), joes)
    assert holds(When(text="joe s"), joes)


def test_an_exact_merchant_covers_and_is_covered_as_what_it_is() -> None:
    exact, part = When(merchant_is="Card Factory"), When(merchant="card")
    assert covers(part, exact)
    assert covers(When(text="factory"), exact)
    assert covers(exact, When(merchant_is="card  factory", size_min=5))
    assert not covers(exact, part)
    assert not covers(When(merchant="factory shop"), exact)


_PATTERNS = [
    r"trip",
    r"^uber$",
    r"uber.*\d{2}-\d",
    r"trip$",
    r"com\b",
    r"^88",
    r"(?i)HELP",
    r"uber\z",
    r"[^a]b",
    r"x?y?",
    r"lyft",
    r"r$",
    r"\bT",
]


@given(
    st.lists(st.sampled_from(_PATTERNS), min_size=8, max_size=20), st.sampled_from([TAXI, Seen("ümlaut 1", "", "Über", 1, -1, AT.date())])
)
def test_expressions_that_are_asked_together_find_what_each_alone_finds(patterns: list[str], seen: Seen) -> None:
    together = Ruleset([rule(n, When(pattern=p)) for n, p in enumerate(patterns, 1)]).holding(seen)
    alone = [n for n, p in enumerate(patterns, 1) if holds(When(pattern=p), seen)]
    assert [r.rule_id for r in together] == alone


def test_many_expressions_of_one_word_are_asked_in_one_go() -> None:
    every = [rule(n, When(pattern=rf"uber.*trip.*x{n}y")) for n in range(1, ALIKE_MAX + 1)]
    ruleset, asked = Ruleset(every), Seen("UBER *TRIP X7Y", "UBER TRIP", "Uber", 1, -1, AT.date())
    assert [r.rule_id for r in ruleset.holding(asked)] == [7]
    assert ruleset.may_hold(folded_texts(asked), asked) == [6], "the others were not asked"


def test_of_several_words_a_rule_is_found_by_the_one_that_fewest_share() -> None:
    every = [rule(n, When(pattern=rf"card.*(uber|lyft).*shop{n:03}")) for n in range(1, ALIKE_MAX + 1)]
    asked = Seen("CARD UBER SHOP007 SHOP009", "", "", 1, -1, AT.date())
    assert list(Ruleset(every).may_hold(folded_texts(asked), asked)) == [6, 8], "the word that all share leads to none of the others"
    assert [r.rule_id for r in Ruleset(every).holding(asked)] == [7, 9]
    accept(rule(0, When(pattern="card.*shop999")), every)


def test_of_a_text_and_a_merchant_a_rule_is_found_by_what_fewest_share() -> None:
    every = [rule(n, When(text="card purchase", merchant=f"shop{n:03}")) for n in range(1, ALIKE_MAX + 1)]
    asked = Seen("CARD PURCHASE 88", "SHOP007", "Shop007", 1, -1, AT.date())
    assert list(Ruleset(every).may_hold(folded_texts(asked), asked)) == [6], "the text that all share leads to none of the others"
    accept(rule(0, When(text="card purchase", merchant="shop999")), every)


@given(
    st.lists(st.sampled_from(("card.*uber", "uber.*trip", "card|trip", "card.*1234", "trip.*x+", "uber", r"\d")), min_size=1, max_size=12)
)
def test_whichever_words_rules_are_found_by_each_finds_what_it_does_alone(patterns: list[str]) -> None:
    for text in ("CARD UBER", "UBER TRIP X", "TRIP 1234 CARD", "9"):
        seen = Seen(text, "", "", 1, -1, AT.date())
        together = [r.rule_id for r in Ruleset([rule(n, When(pattern=p)) for n, p in enumerate(patterns)]).holding(seen)]
        assert together == [n for n, p in enumerate(patterns) if holds(When(pattern=p), seen)]


def test_expressions_that_cost_a_row_too_much_together_are_refused() -> None:
    heavy = [rule(n, When(pattern=rf"uber(.{{0,10}}){{0,9}}[q{n}]")) for n in range(1, 30)]
    accept(rule(0, When(pattern="uber.*x")), heavy[:28])
    with pytest.raises(Rejected) as refusal:
        accept(rule(0, When(pattern="uber(.{0,10}){0,9}z")), heavy)
    assert refusal.value.code == "too_large_together"
    accept(rule(0, When(pattern="lyft(.{0,10}){0,9}z")), heavy)


def test_where_a_set_cannot_be_asked_each_of_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pattern, "SET_MEMORY_MAX", 1_000)
    every = [rule(n, When(pattern=rf"uber.*trip.*{n}")) for n in range(1, 101)]
    assert [r.rule_id for r in Ruleset(every).holding(TAXI)] == [2, 8, 88]
