-- What waits for the owner's eye, and how much of what came did not have to.

-- name: waiting(household_id, newest, count)
-- Rows that nobody has looked at: guesses (0) and rows not sorted (1) among the `newest` doubtful ones, sure ones (2) among the `newest` of all;
-- at most `count` of each kind, by money x uncertainty, in arrays: to hand thousands over one by one costs more than to find them. Rows: 3.
-- Index: transaction_doubtful, transaction_date.
select w.kind, array_agg(w.transaction_id) as transaction_ids, array_agg(w.payee_id) as payee_ids, array_agg(w.category_id) as category_ids,
  array_agg(w.amount) as amounts, array_agg(w.weight) as weights
from (
  select x.kind, x.transaction_id, x.payee_id, x.category_id, x.amount, x.weight,
    row_number() over (partition by x.kind order by x.weight desc, x.transaction_id desc) as place
  from (
    select case when u.confidence >= 900 then 2 when u.category_id = 0 then 1 else 0 end as kind, u.transaction_id, u.payee_id, u.category_id,
      u.amount, abs(coalesce(u.home_amount, u.amount)::float8) * (1000 - u.confidence) as weight
    from (
      (
        select d.transaction_id, d.payee_id, d.category_id, d.amount, d.home_amount, d.confidence
        from transaction as d
        where d.household_id = :household_id and d.confidence < 900 and not d.reviewed and not d.hidden and not d.split and d.discarded = 0
          and d.status < 3
        order by d.date desc
        limit :newest
      )
      union all
      (
        select s.transaction_id, s.payee_id, s.category_id, s.amount, s.home_amount, s.confidence
        from (
          select t.transaction_id, t.payee_id, t.category_id, t.amount, t.home_amount, t.confidence, t.reviewed, t.hidden, t.split, t.discarded,
            t.status
          from transaction as t
          where t.household_id = :household_id
          order by t.date desc
          limit :newest
        ) as s
        where s.confidence >= 900 and not s.reviewed and not s.hidden and not s.split and s.discarded = 0 and s.status < 3
      )
    ) as u
  ) as x
  order by x.kind, x.weight desc, x.transaction_id desc
) as w
where w.place <= :count
group by w.kind
order by w.kind;

-- name: sorted_since(household_id, since)^
-- Of the rows since a day: how many, and how many stand where Farthing put them. Rows: 1. Index: transaction_date.
select count(*)::int as rows, count(*) filter (where category_source > 1)::int as ours
from transaction
where household_id = :household_id and date >= :since and status < 3 and discarded = 0 and not hidden;
