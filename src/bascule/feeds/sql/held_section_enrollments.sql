-- Who has a place in which section that goes out too?
select place.source_key as key, place.ended_at is not null as ends,
       section.source_key as section_key, school.source_key as school_key,
       coalesce(student.source_key, person.source_key) as person_key, place.role,
       place.is_primary::text as is_primary, place.starts_on::text as starts_on,
       place.ends_on::text as ends_on
from roster_sectionenrollment place
join roster_section section on section.id = place.section_id
join roster_course course on course.id = section.course_id
join directory_organization school on school.id = section.school_id and school.kind = 'school'
left join roster_student student
  on student.id = coalesce(place.reported_for, place.student_id)
left join directory_person person on person.id = place.person_id
where place.source = %(source)s
  and (%(since)s::timestamptz is null and place.ended_at is null and section.ended_at is null
       and course.ended_at is null and school.ended_at is null and student.ended_at is null
       and person.ended_at is null
       or place.changed_at > %(since)s)
order by place.source_key
