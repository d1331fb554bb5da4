-- Who has a place in which section? A student by that role, everybody else as an adult.
create unlogged table stage.resolved_section_enrollment as
select staged.file, staged.line, staged.key as source_key, staged.ends, section.id as section_id,
       student.id as student_id, student.reported_for, person.id as person_id, staged.role,
       staged.is_primary::boolean as is_primary, staged.starts_on::date as starts_on,
       staged.ends_on::date as ends_on,
       case when section.id is null then 'unknown-section'
            when coalesce(student.id, person.id) is null then 'unknown-user'
            when staged.ends_on < staged.starts_on then 'end-before-start' end as fault,
       case when section.id is null then staged.section_key else staged.person_key end
         as fault_value
from stage.section_enrollment staged
left join roster_section section
  on section.source = %(source)s and section.source_key = staged.section_key
left join roster_named_student student
  on staged.role = 'student' and student.source = %(source)s
 and student.source_key = staged.person_key
left join directory_person person
  on staged.role <> 'student' and person.source = %(source)s
 and person.source_key = staged.person_key
