-- migrate:up
-- squawk-ignore-file require-lock-timeout, require-statement-timeout, ban-drop-column, constraint-missing-not-valid, adding-field-with-default -- small
alter table household add column recent_versions bigint not null default 0;
alter table household add column recent_since date;

-- migrate:down
alter table household drop column recent_since;
alter table household drop column recent_versions;
