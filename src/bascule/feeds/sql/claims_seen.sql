-- Which known claims are in question, and which of them did the package name, well or badly?
-- In question: all but those of students whose lines are as they were. None named may be ended;
-- a rejected row's key that ends in `|` names every claim whose key begins with it.
create unlogged table stage.claim_left as
select claim.id, claim.source_key
from roster_student student
join roster_enrollmentclaim claim on claim.student_id = student.id
where claim.source = %(source)s and claim.known_until is null
  and not exists (
    select from stage.student_unchanged unchanged where unchanged.student_id = student.id
  );
analyze stage.claim_left;
create unlogged table stage.claim_seen as
select known.source_key
from stage.claim_left known
join stage.enrollment_claim staged on staged.key = known.source_key
union
select known.source_key
from stage.claim_left known
cross join lateral (
  values (known.source_key), (split_part(known.source_key, '|', 1) || '|'),
         (split_part(known.source_key, '|', 1) || '|' || split_part(known.source_key, '|', 2) || '|')
) as piece (key)
join stage.rejected named on named.target = 'enrollment_claim' and named.key = piece.key
