-- Which entries and withdrawals are known or newly told, of every student and school that the
-- delta names? Known ones have line 0. An end without a code on the eve of the next entry was
-- inferred from that entry and is no withdrawal: it is inferred again.
with touched as (
  select distinct student_key, school_key from stage.enrollment_event
),
known as (
  select touched.student_key, touched.school_key, claim.starts_on, claim.ends_on,
         claim.entry_code, claim.exit_code, claim.grade,
         lead(claim.starts_on) over (partition by claim.student_id, claim.school_id
                                     order by claim.starts_on) as next_on
  from touched
  join roster_named_student student
    on student.source = %(source)s and student.source_key = touched.student_key
  join directory_organization school
    on school.source = %(source)s and school.source_key = touched.school_key
  join roster_enrollmentclaim claim
    on claim.student_id = student.id and claim.school_id = school.id
   and claim.source = %(source)s and claim.known_until is null
   and claim.source_key = concat_ws('|', touched.student_key, touched.school_key, claim.starts_on)
)
select line, student_key, school_key, event, day_on, code, reason, grade
from stage.enrollment_event
union all
select 0, student_key, school_key, 'E', starts_on::text, entry_code, '', grade from known
union all
select 0, student_key, school_key, 'W', ends_on::text, exit_code, '', grade from known
where ends_on is not null and not (exit_code = '' and next_on is not distinct from ends_on + 1)
