-- Bank links, checked. Each statement is named after its one caller; none writes.

-- name: cursors(household_id, count)
-- Links with a place in the stream and no look that succeeded. Rows: none, if all is well. Index: connection_pkey.
select connection_id
from connection
where household_id = :household_id and cursor_sealed is not null and last_success_at is null
order by connection_id
limit :count;

-- name: links(household_id, count)
-- Accounts of links that are not there. Rows: none, if all is well. Index: account_pkey, connection_pkey.
select a.account_id, a.connection_id
from account as a
left join connection as c on c.household_id = a.household_id and c.connection_id = a.connection_id
where a.household_id = :household_id and a.connection_id is not null and c.connection_id is null
order by a.account_id
limit :count;
