-- migrate:up
-- squawk-ignore-file require-lock-timeout, require-statement-timeout, ban-drop-column, constraint-missing-not-valid, adding-field-with-default -- small
alter table household add column said_versions bigint not null default 0;

-- migrate:down
alter table household drop column said_versions;
