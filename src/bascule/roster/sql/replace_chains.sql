-- Which stints of the changed students are no longer theirs, and which are new? The rest stays.
analyze chain_now;
delete from roster_stint known
where student_id in (select student_id from changed_student)
  and not exists (
    select from chain_now now
    where now.student_id = known.student_id and now.starts_on = known.starts_on
      and (now.school_id, now.school_year, now.ends_on, now.entry_code, now.exit_code, now.grade,
           now.claim_id)
          is not distinct from
          (known.school_id, known.school_year, known.ends_on, known.entry_code, known.exit_code,
           known.grade, known.claim_id)
  );
insert into roster_stint
  (student_id, school_id, school_year, starts_on, ends_on, entry_code, exit_code, grade, claim_id)
select student_id, school_id, school_year, starts_on, ends_on, entry_code, exit_code, grade, claim_id
from chain_now now
where not exists (
  select from roster_stint known
  where known.student_id = now.student_id and known.starts_on = now.starts_on
)
order by student_id, starts_on
