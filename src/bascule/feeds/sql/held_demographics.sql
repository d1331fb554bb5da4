-- What is held of the birth, sex and race of students?
select about.source_key as key, about.ended_at is not null as ends,
       about.source_key as student_key, about.birth_on::text as birth_on, about.sex,
       about.is_american_indian::text as american_indian_or_alaska_native,
       about.is_asian::text as asian, about.is_black::text as black_or_african_american,
       about.is_pacific_islander::text as native_hawaiian_or_other_pacific_islander,
       about.is_white::text as white, about.is_of_two_or_more_races::text as two_or_more_races,
       about.is_hispanic::text as hispanic_or_latino, about.birth_country, about.birth_state,
       about.birth_city, about.residence_status
from roster_demographics about
join roster_student student
  on student.id = about.student_id and student.family_name <> ''
where about.source = %(source)s
  and (%(since)s::timestamptz is null and about.ended_at is null and student.ended_at is null
       or about.changed_at > %(since)s)
order by about.source_key
