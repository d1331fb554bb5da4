-- Which flags of this rule are no longer true?
update mobility_flag known
set cleared_at = %(at)s
where known.rule = %(rule)s and known.cleared_at is null
  and not exists (
    select from flag_found found
    where found.student_id = known.student_id and found.school_id = known.school_id
      and found.began_on = known.began_on
  )
