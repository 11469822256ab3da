-- migrate:up
-- squawk-ignore-file require-lock-timeout, require-statement-timeout, require-concurrent-index-creation, require-concurrent-index-deletion -- before the first release: there is nobody to wait for

-- A day's rows share one entry, so that an index by account costs no more than the row's id did in this one.
drop index transaction_date;
create index transaction_date on transaction (household_id, date);
create index transaction_account on transaction (household_id, account_id, date);

-- The parts of split rows are summed apart from the whole ones, which are nearly all.
create index transaction_split on transaction (household_id, date) where split;

-- migrate:down
drop index transaction_split;
drop index transaction_account;
drop index transaction_date;
create index transaction_date on transaction (household_id, date, transaction_id);
