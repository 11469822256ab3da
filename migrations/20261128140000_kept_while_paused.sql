-- migrate:up
-- squawk-ignore-file require-lock-timeout, require-statement-timeout, ban-drop-column, constraint-missing-not-valid, adding-field-with-default -- small
alter table webhook_endpoint add column dropped int not null default 0;

-- migrate:down
alter table webhook_endpoint drop column dropped;
