-- migrate:up
-- squawk-ignore-file require-lock-timeout, require-statement-timeout, ban-drop-column -- before the first release: there is nobody to wait for

-- The category that one was made one with: rows that would come into it go there.
alter table category add column merged_into int;

-- migrate:down
alter table category drop column merged_into;
