-- Votes on merchants: a household's own, and how many households voted for what. Each named after its one caller.

-- name: votes_of(household_id)
-- The household's own votes. Rows: at most 500. Index: vote_pkey.
select merchant_key, category_id
from vote
where household_id = :household_id;

-- name: cast_lock()$
-- One household counts at a time, so that two never wait for each other.
select pg_advisory_xact_lock(7064651);

-- name: cast_gone(household_id, keys)!
-- Votes that are withdrawn or changed. Rows: those. Index: vote_pkey.
delete from vote
where household_id = :household_id and merchant_key = any(:keys::uuid[]);

-- name: cast_new(household_id, keys, category_ids)!
-- New votes. Rows: those. Index: vote_pkey.
insert into vote (household_id, merchant_key, category_id)
select :household_id, v.merchant_key, v.category_id
from unnest(:keys::uuid[], :category_ids::int[]) as v(merchant_key, category_id)
on conflict do nothing;

-- name: cast_less(keys, category_ids)!
-- One household less each. Rows: votes. Index: merchant_vote_pkey.
update merchant_vote as m
set households = m.households - 1
from unnest(:keys::uuid[], :category_ids::int[]) as v(merchant_key, category_id)
where m.merchant_key = v.merchant_key and m.category_id = v.category_id;

-- name: cast_none(keys)!
-- What nobody votes for any more goes. Rows: votes. Index: merchant_vote_pkey.
delete from merchant_vote
where merchant_key = any(:keys::uuid[]) and households < 1;

-- name: cast_more(keys, category_ids)!
-- One household more each. Rows: votes. Index: merchant_vote_pkey.
insert into merchant_vote (merchant_key, category_id, households)
select v.merchant_key, v.category_id, 1
from unnest(:keys::uuid[], :category_ids::int[]) as v(merchant_key, category_id)
on conflict (merchant_key, category_id) do update
set households = merchant_vote.households + 1;

-- name: polled(households_min, majority)
-- Merchants on which enough households agree, and how many voted on each. Rows: those merchants, once a day; reads the whole table.
select v.merchant_key, v.category_id, v.households, v.total
from (
  select merchant_key, category_id, households, (sum(households) over (partition by merchant_key))::int as total
  from merchant_vote
) as v
where v.households >= :households_min and v.households * 100 >= v.total * :majority;
