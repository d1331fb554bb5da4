-- Which known claims are in question, and which of them did the package name, well or badly?
-- In question: all but those of students whose lines are as they were; none, where the package does
-- not speak of everybody. None named may be ended;
-- a rejected row's key that ends in `|` names every claim whose key begins with it.
analyze stage.student_in_question;
create unlogged table stage.claim_left as
select claim.id, claim.source_key
from stage.student_in_question student
join roster_enrollmentclaim claim using (student_id)
where claim.source = %(source)s and claim.known_until is null;
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
