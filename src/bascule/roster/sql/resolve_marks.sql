-- Which marks are staged, of whom and at which school?
create unlogged table stage.resolved_mark as
select staged.file, staged.line, staged.key as source_key, staged.ends,
       student.id as student_id, student.reported_for,
       school.id as school_id, staged.school_year::int as school_year, staged.term, staged.course,
       staged.mark, case when staged.credits_attempted::numeric <= 999
                         then staged.credits_attempted::numeric end as credits_attempted,
       case when staged.credits_earned::numeric <= 999
            then staged.credits_earned::numeric end as credits_earned,
       case when greatest(staged.credits_attempted::numeric, staged.credits_earned::numeric) > 999
            then 'too-many-credits'
            when student.id is null then 'unknown-student'
            when school.id is null then 'unknown-school' end as fault,
       case when student.id is null then staged.student_key else staged.school_key end
         as fault_value
from stage.mark staged
left join roster_named_student student
  on student.source = %(source)s and student.source_key = staged.student_key
left join directory_organization school
  on school.source = %(source)s and school.source_key = staged.school_key
 and school.kind = 'school'
