-- migrate:up
-- squawk-ignore-file require-lock-timeout, require-statement-timeout, require-concurrent-index-creation, require-concurrent-index-deletion -- before the first release: there is nobody to wait for

-- An index by weight cost 56 bytes of every row. What Review asks about are the newest doubtful rows, weighed when they are read.
drop index transaction_waiting;
create index transaction_doubtful on transaction (household_id, date)
where confidence < 900 and not reviewed and not hidden and not split and discarded = 0 and status < 3;

-- migrate:down
drop index transaction_doubtful;
create index transaction_waiting on transaction (
  household_id,
  (case when confidence >= 900 then 2 when category_id = 0 then 1 else 0 end),
  (abs(coalesce(home_amount, amount)::float8) * (1000 - confidence)) desc
) where not reviewed and not hidden and not split and discarded = 0 and status < 3;
