-- How do millions of first rows come in without a check for each one by itself?
-- While the claims and stints (or the students) hold nothing yet, the foreign keys of both, the rule
-- of one stint a day and the indexes of all three are laid aside, and built again over all rows at
-- once, in the loader's own transaction: nobody ever sees the tables without them. What was laid
-- aside is written down where only the owner writes; the loader cannot choose what is made.
create table roster_laidaside (
  id bigint generated always as identity primary key,
  made_by text not null
);
create function roster_lay_aside(the_first text) returns boolean
language plpgsql security definer set search_path = public, pg_temp
as $$
declare
  each record;
begin
  -- By size and not by looking: the owner sees no row of these tables.
  if pg_relation_size('roster_enrollmentclaim') + pg_relation_size('roster_stint') > 0
     or the_first = 'students' and pg_relation_size('roster_student') > 0 then
    return false;
  end if;
  set constraints all immediate;  -- a table with checks still waiting cannot be altered
  delete from roster_laidaside;
  for each in
    select conrelid::regclass as held_by, conname, contype, pg_get_constraintdef(oid) as text
    from pg_constraint
    where conrelid in ('roster_enrollmentclaim'::regclass, 'roster_stint'::regclass)
      and contype in ('x', 'f')
    order by contype desc, conname
  loop
    insert into roster_laidaside (made_by)
    values (format('alter table %s add constraint %I %s', each.held_by, each.conname, each.text));
    execute format('alter table %s drop constraint %I', each.held_by, each.conname);
  end loop;
  for each in
    select indexrelid::regclass as name, pg_get_indexdef(indexrelid) as text
    from pg_index
    where not indisprimary and (
      indrelid in ('roster_enrollmentclaim'::regclass, 'roster_stint'::regclass)
      or indrelid = 'roster_student'::regclass and not indisunique
    )
  loop
    insert into roster_laidaside (made_by) values (each.text);
    execute format('drop index %s', each.name);
  end loop;
  alter table roster_enrollmentclaim disable trigger user;
  return true;
end $$;
create function roster_take_up() returns void
language plpgsql security definer set search_path = public, pg_temp
as $$
declare
  each record;
begin
  set constraints all immediate;
  -- The owner is bound by row-level security too and would check nothing; both tables are locked.
  alter table roster_student no force row level security;
  alter table roster_enrollmentclaim no force row level security;
  alter table roster_stint no force row level security;
  for each in select made_by from roster_laidaside order by made_by not like 'CREATE%', id loop
    execute each.made_by;
  end loop;
  alter table roster_student force row level security;
  alter table roster_enrollmentclaim force row level security;
  alter table roster_stint force row level security;
  alter table roster_enrollmentclaim enable trigger user;
  delete from roster_laidaside;
  -- Autovacuum waits for our locks: a planner who takes the tables for empty joins row by row.
  analyze roster_student, roster_enrollmentclaim, roster_stint;
end $$;
revoke all on function roster_lay_aside(text), roster_take_up() from public
