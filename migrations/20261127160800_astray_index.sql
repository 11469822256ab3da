-- migrate:up
-- squawk-ignore-file require-lock-timeout, require-statement-timeout, require-concurrent-index-creation, require-concurrent-index-deletion -- before the first release: there is nobody to wait for

-- Rows whose days lie far apart, mostly because their owner moved one: few, and what looks for rows by another day finds them here.
create index transaction_astray on transaction (household_id, account_id)
  where not (abs(coalesce(posted_date, bank_date) - date) <= 30 and abs(bank_date - date) <= 30);

-- migrate:down
drop index transaction_astray;
