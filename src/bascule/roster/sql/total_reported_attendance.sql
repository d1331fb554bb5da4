-- How many students of a school had an event of a kind on a day, as the whole file tells?
with told as (
  select school.id as school_id, staged.day_on::date as day, staged.kind,
         count(distinct staged.student_key) as students
  from stage.attendance_event staged
  join directory_organization school
    on school.source = %(source)s and school.source_key = staged.school_key
   and school.kind = 'school'
  group by 1, 2, 3
),
span as materialized (select min(day) as first, max(day) as last from told),
gone as (
  update roster_attendanceday known set ended_at = %(at)s, changed_at = %(at)s
  from span
  where known.source = %(source)s and known.day between span.first and span.last
    and known.ended_at is null
    and not exists (
      select from told where told.school_id = known.school_id and told.day = known.day
        and told.kind = known.kind
    )
)
insert into roster_attendanceday as known (school_id, day, kind, students, source, changed_at)
select school_id, day, kind, students, %(source)s, %(at)s from told
on conflict (school_id, day, kind, source) do update
set students = excluded.students, changed_at = excluded.changed_at, ended_at = null
where known.students <> excluded.students or known.ended_at is not null
