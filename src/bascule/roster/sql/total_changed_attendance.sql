-- How many students of a school had an event of a kind, on the days of which changes came?
with touched as (
  select distinct school_id, day from stage.resolved_attendance_event where school_id is not null
),
gone as (
  update roster_attendanceday known set ended_at = %(at)s, changed_at = %(at)s
  from touched
  where known.source = %(source)s and known.school_id = touched.school_id
    and known.day = touched.day and known.ended_at is null
    and not exists (
      select from roster_attendanceevent event
      where event.source = known.source and event.school_id = known.school_id
        and event.day = known.day and event.kind = known.kind and event.ended_at is null
    )
)
insert into roster_attendanceday as known (school_id, day, kind, students, source, changed_at)
select event.school_id, event.day, event.kind, count(distinct event.student_id), %(source)s, %(at)s
from roster_attendanceevent event
join touched using (school_id, day)
where event.source = %(source)s and event.ended_at is null
group by 1, 2, 3
on conflict (school_id, day, kind, source) do update
set students = excluded.students, changed_at = excluded.changed_at, ended_at = null
where known.students <> excluded.students or known.ended_at is not null
