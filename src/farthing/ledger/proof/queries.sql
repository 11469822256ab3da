-- What moved between two stated balances of an account, and the rows around a gap.

-- name: moved_since(household_id, account_ids, currencies, since)
-- What rows add up to by the days on which balances may count them, by `date` since a day an account. That day is never far from the others,
-- but where its owner moved it: those rows have an index of their own. The day is handed in as it is compared: behind row-level security an
-- index takes no arithmetic. Rows: accounts x days. Index: transaction_account, transaction_astray.
select a.account_id, coalesce(t.posted_date, t.bank_date) as posted, t.bank_date as happened, t.date as own, t.status = 1 as pending,
  sum(t.amount)::bigint as total
from unnest(:account_ids::int[], :currencies::text[], :since::date[]) as a(account_id, currency, since)
join transaction as t on t.household_id = :household_id and t.account_id = a.account_id and t.date >= a.since
where t.status < 3 and t.discarded = 0 and t.currency = a.currency
  and abs(coalesce(t.posted_date, t.bank_date) - t.date) <= 30 and abs(t.bank_date - t.date) <= 30
group by 1, 2, 3, 4, 5
union all
select a.account_id, coalesce(t.posted_date, t.bank_date), t.bank_date, t.date, t.status = 1, sum(t.amount)::bigint
from unnest(:account_ids::int[], :currencies::text[]) as a(account_id, currency)
join transaction as t on t.household_id = :household_id and t.account_id = a.account_id
where t.status < 3 and t.discarded = 0 and t.currency = a.currency
  and not (abs(coalesce(t.posted_date, t.bank_date) - t.date) <= 30 and abs(t.bank_date - t.date) <= 30)
group by 1, 2, 3, 4, 5;

-- name: rows_around(household_id, account_ids, firsts, lasts, since, till, count)
-- The rows of some spans of days, those out of all sums and those long pending too; `since` and `till` bound their `date`. Rows: those around gaps, `count` at most.
-- Index: transaction_account, transaction_astray.
select t.account_id, t.transaction_id, t.amount, coalesce(t.posted_date, t.bank_date) as posted, t.bank_date as happened, t.date as own,
  t.status, t.discarded, t.payee_id
from unnest(:account_ids::int[], :firsts::date[], :lasts::date[], :since::date[], :till::date[]) as a(account_id, first, last, since, till)
join transaction as t on t.household_id = :household_id and t.account_id = a.account_id and t.date >= a.since and t.date <= a.till
where abs(coalesce(t.posted_date, t.bank_date) - t.date) <= 30 and abs(t.bank_date - t.date) <= 30
  and (coalesce(t.posted_date, t.bank_date) between a.first and a.last or t.bank_date between a.first and a.last
    or t.date between a.first and a.last or t.status = 1)
union
select t.account_id, t.transaction_id, t.amount, coalesce(t.posted_date, t.bank_date), t.bank_date, t.date, t.status, t.discarded, t.payee_id
from unnest(:account_ids::int[], :firsts::date[], :lasts::date[]) as a(account_id, first, last)
join transaction as t on t.household_id = :household_id and t.account_id = a.account_id
where not (abs(coalesce(t.posted_date, t.bank_date) - t.date) <= 30 and abs(t.bank_date - t.date) <= 30)
  and (coalesce(t.posted_date, t.bank_date) between a.first and a.last or t.bank_date between a.first and a.last
    or t.date between a.first and a.last)
order by 1, 2
limit :count;
