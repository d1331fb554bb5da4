-- Which staged claims name a school we know, typed and with our own ids?
create unlogged table stage.claim as
select staged.key as source_key, student.id as student_id, student.reported_for,
       school.id as school_id,
       staged.starts_on::date as starts_on, staged.ends_on::date as ends_on,
       coalesce(staged.entry_code, '') as entry_code, coalesce(staged.exit_code, '') as exit_code,
       coalesce(staged.grade, '') as grade, staged.ends
from stage.enrollment_claim staged
join roster_named_student student
  on student.source = %(source)s and student.source_key = staged.student_key
join directory_organization school
  on school.source = %(source)s and school.source_key = staged.school_key
 and school.kind = 'school'
where staged.starts_on is not null
