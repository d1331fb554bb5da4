-- Who answers for which student now? A user's row names all of them, in a delta too.
select link.source_key as key, false as ends, student.source_key as student_key,
       guardian.source_key as guardian_key
from roster_guardianship link
join roster_student student
  on student.id = coalesce(link.reported_for, link.student_id) and student.ended_at is null
join roster_guardian guardian on guardian.id = link.guardian_id and guardian.ended_at is null
where link.source = %(source)s and link.ended_at is null
order by link.source_key
