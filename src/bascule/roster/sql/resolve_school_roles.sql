-- Who holds which role where? Students' and guardians' roles are told apart from adults' by word.
create unlogged table stage.resolved_school_role as
with sided as (
  select staged.*,
         staged.role = 'student' as of_student,
         staged.role in ('guardian', 'parent', 'relative') as of_guardian
  from stage.school_role staged
)
select staged.file, staged.line, staged.key as source_key, staged.ends,
       student.id as student_id, student.reported_for, guardian.id as guardian_id,
       person.id as person_id,
       place.id as organization_id, staged.role, staged.is_primary::boolean as is_primary,
       staged.starts_on::date as starts_on, staged.ends_on::date as ends_on,
       case when place.id is null then 'unknown-organization'
            when coalesce(student.id, guardian.id, person.id) is null then 'unknown-user'
            when staged.ends_on < staged.starts_on then 'end-before-start' end as fault,
       case when place.id is null then staged.org_key else staged.person_key end as fault_value
from sided staged
left join roster_named_student student
  on staged.of_student and student.source = %(source)s and student.source_key = staged.person_key
left join roster_guardian guardian
  on staged.of_guardian and guardian.source = %(source)s
 and guardian.source_key = staged.person_key
left join directory_person person
  on not staged.of_student and not staged.of_guardian and person.source = %(source)s
 and person.source_key = staged.person_key
left join directory_organization place
  on place.source = %(source)s and place.source_key = staged.org_key
