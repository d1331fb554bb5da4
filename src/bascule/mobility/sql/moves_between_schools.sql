-- Which students changed schools within a school year, and how many instructional days lay between?
-- From the last day enrolled at the old school to the first day present at the new one; whoever was
-- not present yet counts up to the day before %(day)s.
with stint as (
  select id, student_id, school_id, starts_on, ends_on,
         lag(school_id) over chain as from_school_id, lag(ends_on) over chain as left_on
  from roster_stint
  where school_year = %(year)s and starts_on < %(day)s
  window chain as (partition by student_id order by starts_on)
),
move as (
  select stint.*, (
    select min(session.day) from directory_calendarday session
    where session.organization_id is null and session.day >= stint.starts_on
      and session.day < %(day)s and (stint.ends_on is null or session.day <= stint.ends_on)
      and not exists (
        select from roster_attendanceevent absence
        where absence.student_id = stint.student_id and absence.school_id = stint.school_id
          and absence.day = session.day and absence.ended_at is null
          and absence.kind in ('absent_unexcused', 'absent_excused')
      )
  ) as present_on
  from stint
  where from_school_id <> school_id and starts_on between %(first)s and %(last)s
)
select student_id, from_school_id, school_id, left_on, starts_on, present_on, (
  select count(*) from directory_calendarday session
  where session.organization_id is null and session.day > left_on
    and session.day < coalesce(present_on, least(ends_on + 1, %(day)s))
) as days
from move
order by days desc, starts_on desc, id
