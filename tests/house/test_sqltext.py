"""The checks on the text of statements notice what they are there for, and leave good statements alone."""

from __future__ import annotations

import pytest

from house import sqltext

GOOD = [
    "select n from budget where household_id = :household_id",
    "select b.n from budget as b join alert as a using (household_id, budget_id) where b.household_id = :household_id",
    "insert into tag (household_id, tag_id) values (:household_id, :tag_id) on conflict do nothing",
    "insert into tag (household_id, tag_id) select :household_id, t.id from unnest(:ids::bigint[]) as t(id) on conflict do nothing",
    "update line as l set state = c.state from unnest(:refs::uuid[]) as c(ref) where l.household_id = :household_id and l.ref = c.ref",
    "select n from (select n from line where household_id = :household_id union select n from tag where household_id = :household_id) as x",
    "with gone as (delete from tag where household_id = :household_id returning tag_id) select count(*) from gone",
    "select household_id from session where token_hash = :token_hash",
    "select coalesce(max(n), (select min(k) from split where household_id = :household_id)) from line where household_id = :household_id",
    "update budget set name = 'NEW NAME (of a household)' where household_id = :household_id",
]
BAD = [
    (sqltext.unscoped, "select n from budget"),
    (sqltext.unscoped, "select n from budget where household_id = 7"),
    (sqltext.unscoped, "select n from budget where budget_id = :budget_id and b.household_id = a.household_id"),
    (sqltext.unscoped, "select n from line where household_id = :household_id union all select n from batch where batch_id = :batch_id"),
    (sqltext.unscoped, "select n from line where household_id = :household_id and ref in (select ref from line where state = 2)"),
    (
        sqltext.unscoped,
        "select n from line where household_id = :household_id and ref in (select f(ref, (1 + 2)) from line where state = 2)",
    ),
    (sqltext.unscoped, "with x as (select n from line) select n from budget where household_id = :household_id"),
    (sqltext.unscoped, "insert into tag (household_id, tag_id) values (1, 2)"),
    (sqltext.unscoped, "insert into tag (tag_id) values (:tag_id)"),
    (sqltext.unscoped, "update transaction set amount = 1 where transaction_id = :id"),
    (sqltext.unscoped, "delete from alert using budget where alert.budget_id = budget.budget_id"),
    (sqltext.unsafe_on_citus, "insert into tag (household_id) values (:household_id) on conflict (household_id) do update set at = now()"),
    (sqltext.unsafe_on_citus, "select set_config('app.household', :id, true)"),
    (sqltext.unsafe_on_citus, "insert into tag (household_id) select :household_id from unnest(:ids::bigint[]) as t(id)"),
    (sqltext.unsafe_on_citus, "with x as (insert into tag (a) select t.a from unnest(:a::int[]) as t(a) on conflict do nothing) select 1"),
    (sqltext.untidy, "SELECT n from budget"),
    (sqltext.untidy, "select * from budget"),
    (sqltext.untidy, "select b.* from budget as b"),
    (sqltext.untidy, "update budget set at = now()"),
    (sqltext.untidy, "select n from budget where starts <= current_date"),
]


@pytest.mark.parametrize("text", GOOD)
def test_a_good_statement_passes(text: str) -> None:
    assert [fault for check in sqltext.CHECKS for fault in check(text)] == []


@pytest.mark.parametrize(("check", "text"), BAD)
def test_a_bad_statement_is_noticed(check, text: str) -> None:  # type: ignore[no-untyped-def]
    assert check(text)
