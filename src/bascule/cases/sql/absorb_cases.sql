-- Which open cases are about a student who has an older one of the kind and tier? They go on in it.
-- Their reaches end with them; the clock stays, for the case may be opened again.
with absorbed as (
  update cases_casefile later
  set closed_at = %(at)s, absorbed_by_id = older.id
  from cases_casefile older
  where later.closed_at is null
    and later.student_id in (select student_id from cases_casefile where id = any (%(cases)s))
    and older.id = (
      select first.id from cases_casefile first
      where first.student_id = later.student_id and first.workflow = later.workflow
        and first.tier = later.tier and first.closed_at is null
      order by first.opened_at, first.id limit 1
    )
    and older.id <> later.id
  returning later.uuid
)
update roster_reach reach set ends_at = greatest(%(at)s, reach.starts_at)
from absorbed
where reach.because = 'case ' || absorbed.uuid and reach.ends_at is null
