-- migrate:up
-- squawk-ignore-file require-lock-timeout, require-statement-timeout, ban-drop-constraint, ban-drop-column, constraint-missing-not-valid, adding-serial-primary-key-field -- before the first release: there is nobody to wait for

-- What the owner said of a payee is kept by account and size of the amount, because one shop can be two things. 0: not known.
alter table memory add column account_id int not null default 0;
alter table memory add column band smallint not null default 0;
alter table memory drop constraint memory_pkey;
alter table memory add primary key (household_id, payee_id, category_id, account_id, band);

-- migrate:down
delete from memory as m using memory as k
where m.household_id = k.household_id and m.payee_id = k.payee_id and m.category_id = k.category_id
  and (m.account_id, m.band) > (k.account_id, k.band);
alter table memory drop constraint memory_pkey;
alter table memory drop column band;
alter table memory drop column account_id;
alter table memory add primary key (household_id, payee_id, category_id);
