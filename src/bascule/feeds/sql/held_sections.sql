-- Which sections are held, at schools, of courses and in sessions that go out too?
select section.source_key as key, section.ended_at is not null as ends, section.title,
       section.code, section.kind, course.source_key as course_key,
       school.source_key as school_key, section.session_keys, section.grades, section.location,
       section.periods, paired.subjects, paired.subject_codes
from roster_section section
join roster_course course on course.id = section.course_id
join directory_organization school on school.id = section.school_id and school.kind = 'school'
left join lateral (
  select section.subjects, section.subject_codes
  where cardinality(string_to_array(section.subjects, ','))
        = cardinality(string_to_array(section.subject_codes, ','))
) paired on true
where section.source = %(source)s
  and (%(since)s::timestamptz is null and section.ended_at is null and course.ended_at is null
       and school.ended_at is null
       or section.changed_at > %(since)s)
order by section.source_key
