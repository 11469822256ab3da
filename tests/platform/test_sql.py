"""Conditions that statements share: written once, and only where somebody asks."""

from __future__ import annotations

import textwrap

import pytest

from farthing.platform.sql import Statement, assembled

FILE = textwrap.dedent("""\
    -- conditions: asked(r)
    -- What a list may ask.
    r.hidden = :hidden::boolean
    r.amount >= :low::bigint
    (r.payee_id = :payee_id or r.amount = :same)

    -- name: page(household_id, count, {asked})
    -- Some rows.
    select t.amount
    from transaction as t
    where t.household_id = :household_id {asked t}
    limit :count;
    """)


def tidy(text: str) -> str:
    return " ".join(text.split())


def test_a_statement_has_every_condition_under_its_own_alias() -> None:
    """Given conditions on `r`, when a statement says {asked t}, then they stand there on `t`, and their parameters in its name line."""
    text = tidy(assembled(FILE))

    assert "page(household_id, count, hidden, low, payee_id, same)" in text
    assert "where t.household_id = :household_id and t.hidden = :hidden::boolean and t.amount >= :low::bigint and (t.payee_id" in text
    assert "conditions" not in text
    assert "r." not in text


@pytest.mark.parametrize(
    ("given", "where", "parameters"),
    [
        ((), "where t.household_id = $1 limit $2", ("household_id", "count")),
        (("low",), "where t.household_id = $1 and t.amount >= $2::bigint limit $3", ("household_id", "low", "count")),
        (("payee_id",), "where t.household_id = $1 limit $2", ("household_id", "count")),
        (
            ("same", "payee_id"),
            "where t.household_id = $1 and (t.payee_id = $2 or t.amount = $3) limit $4",
            ("household_id", "payee_id", "same", "count"),
        ),
    ],
)
def test_a_condition_stands_where_all_its_parameters_are_given(given: tuple[str, ...], where: str, parameters: tuple[str, ...]) -> None:
    form = Statement("page", FILE).form(given)

    assert where in tidy(form.sql)
    assert form.parameters == parameters


def test_a_statement_lists_its_form_without_conditions_and_with_each_alone() -> None:
    """Whoever checks every statement checks what is sent, not only its longest form."""
    forms = [tidy(form.sql) for form in Statement("page", FILE).forms()]

    assert len(forms) == 4
    assert [sum(word in form for word in ("hidden", "amount >=", "payee_id")) for form in forms] == [0, 1, 1, 1]
