-- Rows that are watched. Each statement is named after its one caller.

-- name: recent(household_id, first, count)
-- The newest rows that count. Rows: at most three thousand. Index: transaction_date.
select transaction_id, payee_id, account_id, category_id, date, amount, currency, home_amount, split
from transaction
where household_id = :household_id and date >= :first and status < 3 and discarded = 0 and not hidden
order by date desc
limit :count;

-- name: some(household_id, transaction_ids)
-- Rows by id, those that still count. Rows: those asked for. Index: transaction_pkey.
select transaction_id, payee_id, account_id, category_id, date, amount, currency, home_amount, split
from transaction
where household_id = :household_id and transaction_id = any(:transaction_ids::bigint[]) and status < 3 and discarded = 0 and not hidden;
