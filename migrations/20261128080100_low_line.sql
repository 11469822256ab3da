-- migrate:up
-- squawk-ignore-file require-lock-timeout, require-statement-timeout, ban-drop-column, constraint-missing-not-valid, adding-field-with-default -- small
alter table alert_line add column low_minor bigint check (low_minor > 0);

-- migrate:down
alter table alert_line drop column low_minor;
