-- Which students do two schools claim on one day that is not long past?
select student.id, first.school_id, second.school_id,
       greatest(first.starts_on, second.starts_on),
       nullif(least(coalesce(first.ends_on, 'infinity'), coalesce(second.ends_on, 'infinity')),
              'infinity'::date),
       first.starts_on, first.ends_on, second.starts_on, second.ends_on
from roster_student student
join roster_enrollmentclaim first on first.student_id = student.id and first.known_until is null
join roster_enrollmentclaim second on second.student_id = student.id and second.known_until is null
 and second.school_id <> first.school_id
 and (second.starts_on, second.id) > (first.starts_on, first.id)
 and daterange(first.starts_on, first.ends_on, '[]')
     && daterange(second.starts_on, second.ends_on, '[]')
where coalesce(first.ends_on, 'infinity') >= %(since)s
  and coalesce(second.ends_on, 'infinity') >= %(since)s
  and second.starts_on <= %(as_of)s
order by student.id, first.starts_on, second.starts_on
