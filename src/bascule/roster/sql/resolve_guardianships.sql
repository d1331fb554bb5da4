-- Whose guardian is who? Either side may name the other; both speak of one link.
create unlogged table stage.resolved_guardian_link as
with sided as (
  select staged.file, staged.line, staged.ends, staged.relation,
         staged.student_key as one, staged.guardian_key as other,
         student.id is null and pupil.id is not null as is_turned
  from stage.guardian_link staged
  left join roster_named_student student
    on student.source = %(source)s and student.source_key = staged.student_key
  left join roster_named_student pupil
    on pupil.source = %(source)s and pupil.source_key = staged.guardian_key
),
named as (
  select distinct on (1, 2)
         case when is_turned then other else one end as student_key,
         case when is_turned then one else other end as guardian_key,
         file, line, ends, relation
  from sided
  order by 1, 2, is_turned, file, line
)
select named.file, named.line, named.student_key || '|' || named.guardian_key as source_key,
       named.ends, student.id as student_id, student.reported_for, guardian.id as guardian_id,
       named.relation as relation,
       case when student.id is null then 'unknown-student'
            when guardian.id is null then 'unknown-guardian' end as fault,
       case when student.id is null then named.student_key else named.guardian_key end
         as fault_value
from named
left join roster_named_student student
  on student.source = %(source)s and student.source_key = named.student_key
left join roster_guardian guardian
  on guardian.source = %(source)s and guardian.source_key = named.guardian_key
-- Somebody of whom nobody says what they are is told of once, with their own row.
where (student.id is not null or named.student_key not in (select key from stage.person))
  and (guardian.id is not null or named.guardian_key not in (select key from stage.person))
