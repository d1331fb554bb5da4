-- Which findings of this rule were not known yet?
insert into mobility_flag
  (student_id, school_id, rule, version, began_on, because, figures, found_at)
select student_id, school_id, %(rule)s, version, began_on, because, figures, %(at)s
from flag_found
order by student_id, school_id, began_on
on conflict (student_id, school_id, rule, began_on) where cleared_at is null do nothing
