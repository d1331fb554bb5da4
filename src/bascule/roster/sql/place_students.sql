-- Where is each changed student now, or where was the latest stint?
update roster_student student
set school_id = latest.school_id, entered_on = latest.starts_on, left_on = latest.ends_on,
    exit_code = coalesce(latest.exit_code, ''),
    grade = coalesce(nullif(latest.grade, ''), student.grade)
from (
  select distinct on (changed.student_id) changed.student_id, stint.school_id, stint.starts_on,
         stint.ends_on, stint.exit_code, stint.grade
  from changed_student changed
  left join roster_stint stint on stint.student_id = changed.student_id
  order by changed.student_id, stint.starts_on desc
) latest
where latest.student_id = student.id
  and (student.school_id, student.entered_on, student.left_on, student.exit_code)
      is distinct from
      (latest.school_id, latest.starts_on, latest.ends_on, coalesce(latest.exit_code, ''))
