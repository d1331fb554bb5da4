-- Which flags of this rule are still true and read otherwise now, after a correction or a deadline?
update mobility_flag known
set because = found.because, figures = found.figures, version = found.version
from (
  select distinct on (student_id, school_id, began_on) * from flag_found
  order by student_id, school_id, began_on, because
) found
where known.rule = %(rule)s and known.cleared_at is null
  and known.student_id = found.student_id and known.school_id = found.school_id
  and known.began_on = found.began_on
  and (known.because, known.version) is distinct from (found.because, found.version)
