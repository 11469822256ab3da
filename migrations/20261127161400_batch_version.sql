-- migrate:up
-- squawk-ignore-file require-lock-timeout, require-statement-timeout, ban-drop-column -- before the first release: there is nobody to wait for

-- The household's version after a batch: the order in which batches happened, which their ids and times do not tell.
alter table batch add column version bigint;

-- migrate:down
alter table batch drop column version;
