-- Who belongs to which program, from when to when?
create unlogged table stage.resolved_program_spell as
select staged.file, staged.line, staged.key as source_key, staged.ends,
       student.id as student_id, student.reported_for,
       staged.program, staged.starts_on::date as starts_on, staged.ends_on::date as ends_on,
       case when student.id is null then 'unknown-student'
            when staged.ends_on < staged.starts_on then 'end-before-start' end as fault,
       staged.student_key as fault_value
from stage.program_spell staged
left join roster_named_student student
  on student.source = %(source)s and student.source_key = staged.student_key
