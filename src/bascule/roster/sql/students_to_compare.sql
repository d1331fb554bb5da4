-- Which students are compared for look-alikes, and who of them is new since the last look?
-- An enrollment that lasts counts up to the day of the look. Aliases are no students of their own.
with span as (
  select student_id, min(starts_on) as first_on,
         max(coalesce(ends_on, %(day)s::date)) as last_on
  from roster_stint group by student_id
),
touched as (
  select distinct student_id from roster_enrollmentclaim
  where known_from > %(since)s or known_until > %(since)s
)
select student.id, student.given_name, student.family_name, student.birth_on,
       nullif(student.gender, ''), nullif(student.state_id, ''),
       span.first_on, greatest(span.first_on, span.last_on),
       %(since)s::timestamptz is null or student.changed_at > %(since)s or touched.student_id is not null
from roster_student student
left join span on span.student_id = student.id
left join touched on touched.student_id = student.id
where student.family_name <> '' and student.birth_on is not null
  and not exists (
    select from roster_alias alias where alias.student_id = student.id and alias.undone_at is null
  )
