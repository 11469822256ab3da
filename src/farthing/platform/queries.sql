-- What the platform itself asks of a database. Each statement is named after its one caller.

-- name: open_is_cluster()$
-- Whether this is a Citus cluster, which refuses some shapes. Rows: 1. Index: none (a catalogue of a few rows).
select exists (select 1 from pg_extension where extname = 'citus');
