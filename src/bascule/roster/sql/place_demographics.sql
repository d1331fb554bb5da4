-- Which students' birth date and sex are no longer what was reported of them?
update roster_student student
set birth_on = about.birth_on, gender = about.sex
from roster_demographics about
where about.student_id = student.id and about.source = %(source)s and (about.changed_at = %(at)s or %(at)s::timestamptz is null)
  and (student.birth_on, student.gender) is distinct from (about.birth_on, about.sex)
