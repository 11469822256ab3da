-- migrate:up
-- squawk-ignore-file require-lock-timeout, require-statement-timeout, ban-drop-column, adding-not-nullable-field, constraint-missing-not-valid -- before the first release: there is nobody to wait for

-- Where a view leads: 0 the list of transactions, 1 Trends, whose views are cards on Overview.
alter table saved_view add column place smallint not null default 0 check (place in (0, 1));

-- migrate:down
alter table saved_view drop column place;
