-- migrate:up
-- squawk-ignore-file require-lock-timeout, require-statement-timeout, require-concurrent-index-creation, require-concurrent-index-deletion, ban-drop-column -- before the first release: there is nobody to wait for

-- Of a refund: how much of it belongs to the purchase. And what spoke for the two.
alter table pair_decision add column amount bigint;
alter table pair_decision add column sealed bytea;

-- Money that came, by payee: refunds that wait for their purchase. One row in twelve.
create index transaction_inflow on transaction (household_id, payee_id, date) where amount > 0;

-- migrate:down
drop index transaction_inflow;
alter table pair_decision drop column sealed;
alter table pair_decision drop column amount;
