-- Which courses are held? Subjects and their codes go out only where they pair.
select course.source_key as key, course.ended_at is not null as ends, course.title, course.code,
       course.grades, place.source_key as org_key, year.source_key as school_year_key,
       paired.subjects, paired.subject_codes
from roster_course course
join directory_organization place on place.id = course.organization_id
left join directory_academicsession year
  on year.id = course.session_id and year.kind = 'school_year' and year.ended_at is null
left join lateral (
  select course.subjects, course.subject_codes
  where cardinality(string_to_array(course.subjects, ','))
        = cardinality(string_to_array(course.subject_codes, ','))
) paired on true
where course.source = %(source)s
  and (%(since)s::timestamptz is null and course.ended_at is null and place.ended_at is null
       or course.changed_at > %(since)s)
order by course.source_key
