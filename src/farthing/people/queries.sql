-- Households, members, logins, exports. Each statement is named after its one caller; the header says what, rows, index.

-- name: found(household_id, at, demo, currency, zone, locale, votes, sealed)!
-- A new household. Index: household_pkey.
insert into household (household_id, created_at, demo, currency, zone, locale, votes, sealed)
values (:household_id, :at, :demo, :currency, :zone, :locale, :votes, :sealed);

-- name: row_standing(household_id)^
-- The household's row. Rows: 0-1. Index: household_pkey.
select created_at, alive, demo, currency, zone, locale, votes, sealed
from household
where household_id = :household_id;

-- name: settle(household_id, currency, zone, locale, votes, sealed)!
-- Rewrite the household's settings. Index: household_pkey.
update household
set currency = :currency, zone = :zone, locale = :locale, votes = :votes, sealed = :sealed
where household_id = :household_id;

-- name: is_uncounted(household_id)$
-- Whether nothing is counted in the household's currency yet. Rows: 1. Index: transaction_pkey, budget_pkey.
select not exists (select 1 from transaction where household_id = :household_id)
  and not exists (select 1 from budget where household_id = :household_id);

-- name: close_household(household_id)!
-- Not alive any more: every writer stops at the household lock. Index: household_pkey.
update household
set alive = false
where household_id = :household_id;

-- name: join_member(household_id, member_id, at, password_hash, role, sealed)!
-- A new member. Index: member_pkey.
insert into member (household_id, member_id, created_at, password_changed_at, password_hash, role, sealed)
values (:household_id, :member_id, :at, :at, :password_hash, :role, :sealed);

-- name: own_login(email_index, household_id, member_id)!
-- The e-mail is this member's from now on; nothing happens when it is somebody's already. Finder. Index: login_pkey.
insert into login (email_index, household_id, member_id)
values (:email_index, :household_id, :member_id)
on conflict do nothing;

-- name: disown_logins(household_id, member_id, spared)!
-- The member's other e-mails are free again. Finder. Index: login_household.
delete from login
where household_id = :household_id and member_id = :member_id and email_index <> :spared;

-- name: find_login(email_index)^
-- Whose e-mail is this? Finder. Rows: 0-1. Index: login_pkey.
select household_id, member_id
from login
where email_index = :email_index;

-- name: every_household()
-- Households that somebody can sign in to; finder, whole table. Rows: households.
select distinct household_id
from login
order by household_id;

-- name: members(household_id)
-- Every member of the household, oldest first. Rows: few. Index: member_pkey.
select household_id, member_id, role, created_at, password_changed_at, password_hash, sealed
from member
where household_id = :household_id
order by member_id;

-- name: password_hash(household_id, member_id)$
-- A living member's password hash. Rows: 0-1. Index: member_pkey.
select m.password_hash
from member as m
join household as h on h.household_id = m.household_id
where m.household_id = :household_id and m.member_id = :member_id and h.household_id = :household_id and h.alive;

-- name: lock_member(household_id, member_id)^
-- One member, held until the unit ends, so that two changes of the sealed text do not lose one. Index: member_pkey.
select household_id, member_id, role, created_at, password_changed_at, password_hash, sealed
from member
where household_id = :household_id and member_id = :member_id
for no key update;

-- name: change_member(household_id, member_id, sealed)!
-- Rewrite what is sealed of a member. Index: member_pkey.
update member
set sealed = :sealed
where household_id = :household_id and member_id = :member_id;

-- name: set_password(household_id, member_id, at, password_hash, kept)!
-- A new password, where one is named only in its place. Index: member_pkey.
update member
set password_hash = :password_hash, password_changed_at = :at
where household_id = :household_id and member_id = :member_id and (:kept::text is null or password_hash = :kept::text);

-- name: rehash_password(household_id, member_id, kept, password_hash)!
-- The same password under today's cost, unless it changed meanwhile. Index: member_pkey.
update member
set password_hash = :password_hash
where household_id = :household_id and member_id = :member_id and password_hash = :kept;

-- name: name_token(household_id, token_id, sealed)!
-- What an API token is called. Index: api_token_name_pkey.
insert into api_token_name (household_id, token_id, sealed)
values (:household_id, :token_id, :sealed);

-- name: token_names(household_id)
-- What the household's API tokens are called. Rows: few. Index: api_token_name_pkey.
select token_id, sealed
from api_token_name
where household_id = :household_id;

-- name: forget_token_name(household_id, token_id)!
-- The token is gone, its name goes too. Index: api_token_name_pkey.
delete from api_token_name
where household_id = :household_id and token_id = :token_id;

-- name: ask_export(household_id, export_id, member_id, at, expires_at)!
-- An export that a worker is to make. Index: export_pkey.
insert into export (household_id, export_id, member_id, asked_at, expires_at)
values (:household_id, :export_id, :member_id, :at, :expires_at);

-- name: exports(household_id)
-- Exports that were asked for, newest first. Rows: few. Index: export_pkey.
select export_id, member_id, asked_at, ready_at, expires_at, size_bytes, failed
from export
where household_id = :household_id
order by export_id desc;

-- name: keep_part(household_id, export_id, part, sealed)!
-- One piece of an export. Index: export_part_pkey.
insert into export_part (household_id, export_id, part, sealed)
values (:household_id, :export_id, :part, :sealed);

-- name: parts_made(household_id, export_id)$
-- How many pieces of an export there are already. Rows: 1. Index: export_part_pkey.
select count(*)
from export_part
where household_id = :household_id and export_id = :export_id;

-- name: clear_parts(household_id, export_id)!
-- A worker starts over. Index: export_part_pkey.
delete from export_part
where household_id = :household_id and export_id = :export_id;

-- name: part(household_id, export_id, part)$
-- One piece of an export. Rows: 0-1. Index: export_part_pkey.
select sealed
from export_part
where household_id = :household_id and export_id = :export_id and part = :part;

-- name: end_export(household_id, export_id, ready_at, expires_at, size_bytes, failed)!
-- The export is ready, or failed. Index: export_pkey.
update export
set ready_at = :ready_at, expires_at = :expires_at, size_bytes = :size_bytes, failed = :failed
where household_id = :household_id and export_id = :export_id;

-- name: drop_exports_parts(household_id, at)!
-- Pieces of exports whose day is over. Index: export_pkey, export_part_pkey.
delete from export_part
where household_id = :household_id
  and export_id in (select export_id from export where household_id = :household_id and expires_at <= :at);

-- name: drop_exports(household_id, at)!
-- Exports whose day is over. Index: export_pkey.
delete from export
where household_id = :household_id and expires_at <= :at;

-- name: saved_views(household_id, place)
-- What the household has named, all of it or of one place. Rows: at most fifty and a few. Index: saved_view_pkey.
select view_id, created_at, version, sealed, place
from saved_view
where household_id = :household_id and place = coalesce(:place::smallint, place);

-- name: keep_view(household_id, view_id, at, sealed, place)!
-- A view, new or said anew; it stays where it is. Rows: 1. Index: saved_view_pkey.
insert into saved_view (household_id, view_id, created_at, sealed, place)
values (:household_id, :view_id, :at, :sealed, :place)
on conflict (household_id, view_id) do update
set sealed = excluded.sealed, version = saved_view.version + 1;

-- name: drop_view(household_id, view_id)!
-- A view that goes. Rows: 1. Index: saved_view_pkey.
delete from saved_view
where household_id = :household_id and view_id = :view_id;
