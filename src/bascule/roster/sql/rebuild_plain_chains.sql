-- What is the chain of a changed student whose claims share no day? The claims themselves.
insert into chain_now
  (student_id, school_id, school_year, starts_on, ends_on, entry_code, exit_code, grade, claim_id)
select student_id, school_id,
       extract(year from starts_on)::int + (extract(month from starts_on) >= 7)::int,
       starts_on, ends_on, entry_code, exit_code, grade, id
from roster_enrollmentclaim
where known_until is null
  and student_id in (select student_id from changed_student)
  and student_id not in (select student_id from overlapping_student)
order by student_id, starts_on
