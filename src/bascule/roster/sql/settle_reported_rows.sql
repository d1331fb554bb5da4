-- Which reported rows of {table} are not with the student who keeps them? They go there.
-- A row is reported for the student that its source names; an alias's rows are its keeper's.
-- An array, so that the few rows come from the index, however many students the planner expects.
with reported as (
  select id, reported_for as named_id from {table} where reported_for is not null
  union all
  select id, student_id from {table}
  where reported_for is null
    and student_id = any (array(select student_id from roster_alias where undone_at is null))
),
meant as (
  select reported.id, held.student_id as was_with,
         coalesce(alias.keeper_id, reported.named_id) as student_id,
         case when alias.keeper_id is not null then reported.named_id end as reported_for
  from reported
  join {table} held using (id)
  left join roster_alias alias
    on alias.student_id = reported.named_id and alias.undone_at is null
),
moved as (
  update {table} held set student_id = meant.student_id, reported_for = meant.reported_for
  from meant
  where meant.id = held.id
    and (held.student_id, held.reported_for)
        is distinct from (meant.student_id, meant.reported_for)
  returning meant.was_with, meant.student_id
)
select was_with from moved union select student_id from moved
