-- Which cases went on in another that is about somebody else now? They are open again, as they were,
-- unless such a case of their student has been opened since.
with opened as (
  update cases_casefile held
  set closed_at = null, absorbed_by_id = null
  from cases_casefile older, cases_casefile was
  where older.id = held.absorbed_by_id and older.student_id <> held.student_id and was.id = held.id
    and not exists (
      select from cases_casefile known
      where known.workflow = held.workflow and known.tier = held.tier
        and known.closed_at is null and known.scope_key = held.scope_key
    )
  returning held.uuid, was.closed_at
)
update roster_reach reach set ends_at = null
from opened
where reach.because = 'case ' || opened.uuid
  and reach.ends_at = greatest(opened.closed_at, reach.starts_at)
