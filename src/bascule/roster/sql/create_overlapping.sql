-- Whose claims share a day? Kept with the chains, so that nobody looks through all claims for it.
create table roster_overlappingstudent (
  student_id bigint primary key references roster_student (id)
);
-- Filled once for a roster that is there already; the owner sees its rows for this alone.
alter table roster_enrollmentclaim no force row level security;
insert into roster_overlappingstudent
select distinct student_id
from (
  select student_id, starts_on,
         max(coalesce(ends_on, 'infinity')) over (
           partition by student_id order by starts_on, ends_on, id
           rows between unbounded preceding and 1 preceding
         ) as covered_until
  from roster_enrollmentclaim
  where known_until is null
) claim
where starts_on <= covered_until;
alter table roster_enrollmentclaim force row level security
