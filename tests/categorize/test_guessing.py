"""The guess by letters: what it looks at, what it makes of names it never saw, and what happens when its file is not there."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import structlog.testing
import zstandard
from hypothesis import assume, given
from hypothesis import strategies as st

from farthing.categorize import Facts, Names, decide
from farthing.categorize.decide import LETTERS_FROM, likeliest
from farthing.categorize.guessing import model as of_model
from farthing.categorize.guessing.features import CONTEXTS, PLACES, bags_of, context_of, laid_out, words_beside
from farthing.categorize.guessing.model import Damaged, Model, load, load_from, pack, unpack
from farthing.categorize.taxonomy import by_id
from farthing.categorize.weighing.voices import heard
from farthing.categorize.weighing.weigh import Scales, bent, weigh
from farthing.categorize.weighing.weights import weights
from farthing.ledger.model import Source

SLUGS = ("coffee", "fuel", "pay")


def small() -> Model:
    dice = np.random.default_rng(1)
    weights = dice.normal(size=(PLACES, 3)).astype(np.float32)
    return unpack(pack("test", SLUGS, weights, np.zeros((CONTEXTS, 3), dtype=np.float32)))


def test_a_model_comes_back_from_its_file_nearly_as_it_went_in() -> None:
    made = small()
    assert made.version == "test"
    assert {by_id(c).slug for c in made.category_ids} == set(SLUGS)  # type: ignore[union-attr]
    assert len(made.groups) == 3


@pytest.mark.parametrize("texts", [["A"], ["", "BLUE BOTTLE"], ["ÉÈ CAFÉ", "薬局", "X" * 500], ["BLUE BOTTLE"] * 3])
def test_each_text_of_a_batch_scores_as_it_does_alone(texts: list[str]) -> None:
    model = small()
    given = [(t, "POS") for t in texts]
    together = model.of_texts(given)
    assert together.shape == (len(texts), 3)
    for row, one in enumerate(given):
        assert np.allclose(together[row], model.of_texts([one])[0], atol=1e-5)


def test_few_texts_score_to_the_last_bit_as_they_do_among_many() -> None:
    model = load()
    assert model
    given = [(f"{'X' * (n % 7)} BAKERY {n}", "POS DEBIT" if n % 3 else "") for n in range(of_model.FEW + 10)]
    assert np.array_equal(model.of_texts(given), np.vstack([model.of_texts([one]) for one in given]))


def test_every_place_is_within_the_table() -> None:
    table, counts = laid_out(bags_of([("BLUE BOTTLE", "POS"), ("", "")]), 2)
    assert int(table.min()) >= 0
    assert int(table.max()) <= PLACES
    assert counts.tolist() == [int((row < PLACES).sum()) for row in table]


def test_words_beside_the_name_are_those_that_cleaning_took() -> None:
    assert words_beside("ACME", "DIRECT DEBIT ACME 1234 LTD") == "DIRECT DEBIT LTD"


def test_contexts_tell_size_direction_and_kind_apart() -> None:
    told = {context_of(a, u, k) for a in (-100, 100, -1_000_000) for u in ("USD", "ZAR") for k in ("card", "checking")}
    assert len(told) >= 8
    assert all(0 <= c < CONTEXTS for c in told)
    assert context_of(-(10**17), "JPY", "card") < CONTEXTS


@pytest.mark.parametrize("text", ["QXZORA DENTISTRY", "MORVENS DENTALCARE", "GRUMBLE TRATTORIA", "ZYKOPIZZA", "THISTLE VETERINARY HOSP"])
def test_names_it_never_saw_are_read_by_their_letters(text: str) -> None:
    expected = "food" if "TRAT" in text or "PIZZA" in text else "pets" if "VET" in text else "health"
    model = load()
    assert model
    best = model.category_ids[int((model.of_texts([(text, "")]) + model.of_contexts([context_of(-6000, "USD", "card")])).argmax())]
    assert by_id(best).group == expected  # type: ignore[union-attr]


def test_without_the_file_everybody_else_is_still_heard(tmp_path: Path) -> None:
    with structlog.testing.capture_logs() as logs:
        scales = Scales({}, load_from(tmp_path / "gone"), weights())
    rows = [Facts(1, "STARBUCKS", "STARBUCKS 1", -500, "USD"), Facts(2, "QXZ VORTEX", "QXZ VORTEX", -500, "USD")]
    known, unknown = weigh([(f, heard(f, Names())) for f in rows], scales)
    assert by_id(known[0].category_id).slug == "coffee"  # type: ignore[union-attr]
    assert known[0].chance > 0.8
    assert unknown[0].chance < 0.5
    assert "no model" in logs[0]["event"]


@pytest.mark.parametrize("spoil", ["cut", "noise", "other", "flipped", "empty"])
def test_a_damaged_file_is_noticed(spoil: str, tmp_path: Path) -> None:
    whole = pack("test", SLUGS, np.ones((PLACES, 3), dtype=np.float32), np.zeros((CONTEXTS, 3), dtype=np.float32))
    raw = bytearray(zstandard.ZstdDecompressor().decompress(whole))
    raw[len(raw) // 2] ^= 255
    content = {
        "cut": whole[: len(whole) // 2],
        "noise": b"\x00\xff" * 400,
        "other": zstandard.ZstdCompressor().compress(b"not a model"),
        "flipped": zstandard.ZstdCompressor().compress(bytes(raw)),
        "empty": b"",
    }[spoil]
    with pytest.raises(Damaged):
        unpack(content)
    file = tmp_path / "guesses.bin"
    file.write_bytes(content)
    assert load_from(file) is None


def test_the_model_of_this_version_is_there_and_small() -> None:
    model = load()
    assert model
    assert model.weights.nbytes < 20_000_000
    file = Path(of_model.__file__).parents[1] / of_model.FILE
    assert file.stat().st_size < 5_000_000


def test_what_letters_alone_would_have_said_as_well_is_believed_more() -> None:
    heavy = weights()
    for kind in ("phrase", "merchant", "trade", "quarrel", "refund"):
        assert bent(0.9, heavy.curve(kind, backed=True)) > bent(0.9, heavy.curve(kind, backed=False))


def test_more_evidence_is_never_believed_less_within_a_kind_of_backing() -> None:
    heavy = weights()
    voices = ("phrase", "merchant", "trade", "agreed", "quarrel")
    assert len({heavy.curve(k, backed=True).slope for k in voices}) == 1


def test_an_employer_named_for_its_trade_is_not_a_refund() -> None:
    (pay,) = decide([Facts(1, "MADISON SCHOOLS", "DIRECT CREDIT MADISON SCHOOLS", 210_000, "USD")], {})
    assert by_id(pay.category_id).group in {"income", "uncategorised"}  # type: ignore[union-attr]


_SYLLABLES = st.builds(
    "".join,
    st.tuples(
        st.sampled_from([*"BCDFGHJKLMNPRSTVWZ", "BR", "CH", "DR", "GR", "KL", "SCH", "SH", "TR", "ZD"]),
        st.sampled_from([*"AEIOUY", "AI", "OU", "EE"]),
        st.sampled_from(["", "", "N", "R", "LTZ", "X", "RK", "SKI"]),
    ),
)
_NONSENSE = st.lists(st.lists(_SYLLABLES, min_size=1, max_size=3).map("".join), min_size=1, max_size=3).map(" ".join)


@given(
    _NONSENSE,
    st.integers(-(10**8), 10**8),
    st.sampled_from(["USD", "EUR", "GBP", "INR", "JPY", "BRL"]),
    st.sampled_from(["checking", "card"]),
)
def test_words_that_nobody_knows_are_never_sorted_by_their_letters(text: str, amount: int, currency: str, kind: str) -> None:
    names = Names()
    facts, model = Facts(1, names.key(text), text, amount, currency, kind), load()
    assume(model and not model.tells(facts.key) and not heard(facts, names))
    (label,), ((best, *_),) = decide([facts], {}), likeliest([facts], {})
    assert best.confidence < LETTERS_FROM
    assert (label.category_id, label.source) == (0, Source.NONE)


@pytest.mark.parametrize(("text", "amount"), [("GRULTZ", -100), ("ZORBLAXI", -450), ("KVEDRINKA", -3_000), ("TAMISHIRO", -1_200)])
def test_an_amount_alone_makes_nobody_a_category(text: str, amount: int) -> None:
    assert likeliest([Facts(1, text, text, amount, "USD")], {})[0][0].confidence < LETTERS_FROM


def test_a_word_is_known_whole_or_grown_together_with_another() -> None:
    model = load()
    assert model
    assert model.tells("MORVENS DENTISTRY")
    assert model.tells("DORFRESTAURANT")
    assert not model.tells("GRULTZ")
