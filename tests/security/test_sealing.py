"""What sealing promises: it opens where it was sealed, and nowhere else."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from farthing.security import sealing
from farthing.security.sealing import COLUMNS, OVERHEAD_BYTES, ClassKeys, KeyClass, KeyClosed, SealBroken, Sealer

places = st.sampled_from(sorted(COLUMNS))
rows = st.one_of(st.integers(0, 2**63 - 1), st.text("0123456789/-", min_size=1))
ROOTS = {c: {v: bytes([c.value, v % 256]) * 16 for v in (1, 2, 300)} for c in KeyClass}


def sealer(household: int = 7, *, current: int = 1, versions: tuple[int, ...] = (1,), classes: Iterable[KeyClass] = KeyClass) -> Sealer:
    return Sealer(household, {c: ClassKeys({v: ROOTS[c][v] for v in versions}, current) for c in classes})


@given(place=places, row=rows, plain=st.binary(max_size=400))
def test_what_was_sealed_opens_again(place: tuple[str, str], row: int | str, plain: bytes) -> None:
    sealed = sealer().seal(*place, row, plain)
    assert len(sealed) == len(plain) + OVERHEAD_BYTES
    assert sealer().open(*place, row, sealed) == plain


@given(place=places, row=rows, other=rows)
def test_a_value_moved_to_another_row_does_not_open(place: tuple[str, str], row: int | str, other: int | str) -> None:
    assume(str(row) != str(other))
    with pytest.raises(SealBroken):
        sealer().open(*place, other, sealer().seal(*place, row, b"rent"))


@given(place=places, other=places)
def test_a_value_moved_to_another_column_does_not_open(place: tuple[str, str], other: tuple[str, str]) -> None:
    assume(place != other)
    with pytest.raises(SealBroken):
        sealer().open(*other, 1, sealer().seal(*place, 1, b"rent"))


@given(place=places)
def test_a_value_moved_to_another_household_does_not_open_even_under_equal_keys(place: tuple[str, str]) -> None:
    with pytest.raises(SealBroken):
        sealer(8).open(*place, 1, sealer(7).seal(*place, 1, b"rent"))


@given(st.data(), st.binary(max_size=60))
def test_a_flipped_bit_anywhere_breaks_the_seal(data: st.DataObject, plain: bytes) -> None:
    sealed = bytearray(sealer().seal("payee", "sealed", 1, plain))
    bit = data.draw(st.integers(0, len(sealed) * 8 - 1))
    sealed[bit // 8] ^= 1 << bit % 8
    with pytest.raises(SealBroken):
        sealer().open("payee", "sealed", 1, bytes(sealed))


HEAD = b"\x01\x00\x01"


@pytest.mark.parametrize("junk", [b"", b"\x01", HEAD + bytes(11), HEAD + bytes(12), b"\x02" + bytes(40), b"\x01\x00\x09" + bytes(40)])
def test_what_is_no_sealed_value_is_named_broken(junk: bytes) -> None:
    with pytest.raises(SealBroken):
        sealer().open("payee", "sealed", 1, junk)


def test_values_of_every_key_version_open_side_by_side() -> None:
    old = sealer().seal("payee", "sealed", 1, b"old")
    rotated = sealer(versions=(1, 2, 300), current=300)
    new = rotated.seal("payee", "sealed", 1, b"new")

    assert sealing.version_of(old) == 1
    assert sealing.version_of(new) == 300
    assert [rotated.open("payee", "sealed", 1, s) for s in (old, new)] == [b"old", b"new"]
    with pytest.raises(SealBroken):
        sealer().open("payee", "sealed", 1, new)


def test_two_seals_of_one_value_share_nothing() -> None:
    seals = {sealer().seal("payee", "sealed", 1, b"rent") for _ in range(500)}
    assert len({s[3:15] for s in seals}) == 500


def test_a_process_without_the_token_class_cannot_open_a_token() -> None:
    web = sealer(classes=(KeyClass.CONTENT, KeyClass.INDEX, KeyClass.AUDIT))
    sealed = sealer().seal("connection", "token_sealed", 1, b"access-token")
    with pytest.raises(KeyClosed):
        web.open("connection", "token_sealed", 1, sealed)
    with pytest.raises(KeyClosed):
        web.seal("connection", "cursor_sealed", 1, b"x")


def test_a_column_that_nobody_registered_cannot_be_sealed() -> None:
    with pytest.raises(KeyError):
        sealer().seal("payee", "name", 1, b"x")


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.text() | st.binary(max_size=9),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
        max_leaves=12,
    )
)
def test_values_survive_sealing(value: object) -> None:
    assert sealer().open_value("budget", "sealed", 9, sealer().seal_value("budget", "sealed", 9, value)) == value


def test_values_sealed_together_open_one_by_one_and_each_at_its_own_row_alone() -> None:
    rows, values = list(range(1, 501)), [f"rent {n}" for n in range(1, 501)]

    sealed = sealer().seal_values("transaction", "sealed", rows, values)

    assert [sealer().open_value("transaction", "sealed", row, one) for row, one in zip(rows, sealed, strict=True)] == values
    assert len({one[3:15] for one in sealed}) == 500
    with pytest.raises(SealBroken):
        sealer().open_value("transaction", "sealed", 2, sealed[0])


def test_nothing_opens_to_nothing() -> None:
    assert sealer().open_value("budget", "sealed", 9, None) is None
    instant = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
    assert sealer().open_value("budget", "sealed", 9, sealer().seal_value("budget", "sealed", 9, instant)) == instant


@given(st.binary(), st.binary())
def test_an_index_is_equal_exactly_for_equal_texts(a: bytes, b: bytes) -> None:
    assert (sealer().index("payee", a) == sealer().index("payee", b)) is (a == b)
    assert len(sealer().index("payee", a)) == 16
    assert -(2**63) <= sealer().index64("payee", a) < 2**63


def test_an_index_differs_between_households_with_other_keys_and_between_purposes() -> None:
    other = Sealer(8, {KeyClass.INDEX: ClassKeys({1: bytes(32)}, 1)})
    assert len({sealer().index("payee", b"x"), sealer().index("line", b"x"), other.index("payee", b"x")}) == 3


def test_an_index_outlives_a_rotation() -> None:
    assert sealer().index("payee", b"x") == sealer(versions=(1, 2), current=2).index("payee", b"x")


def test_a_sealer_prints_no_key() -> None:
    text = repr(sealer())
    assert "household 7" in text
    assert not any(repr(key)[2:10] in text for keys in ROOTS.values() for key in keys.values())
