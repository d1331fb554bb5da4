-- What is staged of the birth, sex and race of students? Null is "not reported", never false.
create unlogged table stage.resolved_demographics as
select staged.file, staged.line, staged.student_key as source_key, staged.ends,
       student.id as student_id, staged.birth_on::date as birth_on, staged.sex,
       staged.american_indian_or_alaska_native::boolean as is_american_indian,
       staged.asian::boolean as is_asian, staged.black_or_african_american::boolean as is_black,
       staged.native_hawaiian_or_other_pacific_islander::boolean as is_pacific_islander,
       staged.white::boolean as is_white,
       staged.two_or_more_races::boolean as is_of_two_or_more_races,
       staged.hispanic_or_latino::boolean as is_hispanic, staged.birth_country,
       staged.birth_state, staged.birth_city, staged.residence_status,
       case when student.id is null then 'unknown-student' end as fault,
       staged.student_key as fault_value
from stage.demographics staged
left join roster_student student
  on student.source = %(source)s and student.source_key = staged.student_key
