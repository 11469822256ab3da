-- The forecast and the rows it is drawn from. Each statement is named after its one caller.

-- name: rows_moved(household_id, currency, since, count)
-- What moved since a day, parts where split, the newest first. Rows: at most `count` of each. Index: transaction_date, transaction_split.
(select t.transaction_id, t.date, t.account_id, t.category_id, t.amount, case when t.currency = :currency then t.amount else t.home_amount end as home,
    t.currency, t.hidden, t.status = 1 as pending
  from transaction as t
  where t.household_id = :household_id and t.date >= :since and not t.split and t.status < 3 and t.discarded = 0
  order by t.date desc
  limit :count)
union all
(select t.transaction_id, t.date, t.account_id, p.category_id, p.amount, case when t.currency = :currency then p.amount else p.home_amount end,
    t.currency, t.hidden, t.status = 1
  from transaction as t
  join split as p on p.household_id = t.household_id and p.transaction_id = t.transaction_id
  where t.household_id = :household_id and t.date >= :since and t.split and t.status < 3 and t.discarded = 0
  order by t.date desc
  limit :count);

-- name: kept_forecast(household_id)
-- The household's forecast. Rows: one. Index: forecast_pkey.
select day, version, made_at, sealed
from forecast
where household_id = :household_id;

-- name: write_forecast(household_id, version, made_at, day, sealed)!
-- The household's forecast, in place of the one before. Rows: one. Index: forecast_pkey.
insert into forecast (household_id, version, made_at, day, sealed)
values (:household_id, :version, :made_at, :day, :sealed)
on conflict (household_id) do update
set version = excluded.version, made_at = excluded.made_at, day = excluded.day, sealed = excluded.sealed;
