-- How do the found changes reach the claims? Old versions are closed, new versions added.
update roster_enrollmentclaim claim
set known_until = %(at)s
from claim_change change
where change.known_id = claim.id and change.change in ('changed', 'ended');
insert into roster_enrollmentclaim
  (student_id, reported_for, school_id, starts_on, ends_on, entry_code, exit_code, grade, source, source_key,
   known_from)
select staged.student_id, staged.reported_for, staged.school_id, staged.starts_on, staged.ends_on, staged.entry_code,
       staged.exit_code, staged.grade, %(source)s, staged.source_key, %(at)s
from stage.claim staged
join claim_change change using (source_key)
where change.change in ('new', 'changed') and not staged.ends
