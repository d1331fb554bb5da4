-- Which claims of different schools share a day?
select claim.student_id, claim.id, claim.school_id, claim.starts_on, claim.ends_on
from roster_overlappingstudent overlapping
join roster_enrollmentclaim claim on claim.student_id = overlapping.student_id
where claim.known_until is null
  and exists (
    select from roster_enrollmentclaim other
    where other.student_id = claim.student_id and other.known_until is null
      and other.school_id <> claim.school_id
      and daterange(other.starts_on, other.ends_on, '[]')
          && daterange(claim.starts_on, claim.ends_on, '[]')
  )
