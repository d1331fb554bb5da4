-- What is the chain of a changed student whose claims share no day? The claims themselves.
insert into chain_now
  (student_id, school_id, school_year, starts_on, ends_on, entry_code, exit_code, grade, claim_id)
select claim.student_id, claim.school_id,
       extract(year from claim.starts_on)::int + (extract(month from claim.starts_on) >= 7)::int,
       claim.starts_on, claim.ends_on, claim.entry_code, claim.exit_code, claim.grade, claim.id
from changed_student changed
join roster_enrollmentclaim claim on claim.student_id = changed.student_id
where claim.known_until is null
  and not exists (
    select from overlapping_student overlapping
    where overlapping.student_id = changed.student_id
  )
order by claim.student_id, claim.starts_on
