-- Which of the changed students have claims that share a day? (A running maximum, not `lag`.)
create temp table overlapping_student on commit drop as
select distinct student_id
from (
  select student_id, starts_on,
         max(coalesce(ends_on, 'infinity')) over (
           partition by student_id order by starts_on, ends_on, id
           rows between unbounded preceding and 1 preceding
         ) as covered_until
  from roster_enrollmentclaim
  where known_until is null and student_id in (select student_id from changed_student)
) claim
where starts_on <= covered_until
