-- migrate:up
-- squawk-ignore-file require-lock-timeout, require-statement-timeout, ban-drop-column, constraint-missing-not-valid, adding-field-with-default -- small
alter table household add column figures_version bigint not null default 0;
update household set figures_version = version;

-- migrate:down
alter table household drop column figures_version;
