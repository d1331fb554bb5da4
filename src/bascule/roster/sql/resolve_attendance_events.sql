-- Which staged events lie in the days of which we keep single events, and whose are they?
create unlogged table stage.resolved_attendance_event as
select staged.file, staged.line, staged.key as source_key, staged.ends,
       student.id as student_id, student.reported_for,
       school.id as school_id, staged.day_on::date as day, staged.kind, staged.reason,
       case when student.id is null then 'unknown-student'
            when school.id is null then 'unknown-school' end as fault,
       case when student.id is null then staged.student_key else staged.school_key end
         as fault_value
from stage.attendance_event staged
left join roster_named_student student
  on student.source = %(source)s and student.source_key = staged.student_key
left join directory_organization school
  on school.source = %(source)s and school.source_key = staged.school_key
 and school.kind = 'school'
where not staged.same and staged.day_on::date >= (select roster_attendance_since((%(at)s)::date))
