-- From which lines were the claims of each student derived, who were read anew and kept whole?
-- Students with two records are read every night.
-- A claim that no longer holds, or a staged row that could not be taken over, leaves none.
insert into roster_claimdigest (source, student_key, digest, claims)
select %(source)s, reported.student_key, reported.digest, count(claim.id)
from stage.line_digest reported
join roster_student student
  on student.source = %(source)s and student.source_key = reported.student_key
left join roster_enrollmentclaim claim
  on claim.student_id = student.id and claim.source = %(source)s and claim.known_until is null
where not exists (
    select from stage.enrollment_claim staged
    where staged.student_key = reported.student_key
      and not exists (select from stage.claim taken where taken.source_key = staged.key)
  )
  and student.id not in (
    select student_id from roster_alias where undone_at is null
    union select keeper_id from roster_alias where undone_at is null
  )
group by reported.student_key, reported.digest
on conflict (source, student_key) do update
set digest = excluded.digest, claims = excluded.claims
