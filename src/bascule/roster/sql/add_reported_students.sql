-- Which students are named by an enrollment and by nothing else? They exist, under their number.
insert into roster_student
  (uuid, number, given_name, middle_name, family_name, sort_name, gender, grade, state_id,
   exit_code, source, source_key)
select gen_random_uuid(), named.student_key, '', '', '', '', '', '', '', '', %(source)s,
       named.student_key
from (select distinct student_key from stage.enrollment_claim) named
where not exists (
  select from roster_student known
  where known.source = %(source)s and known.source_key = named.student_key
)
