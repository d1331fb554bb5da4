-- Which reported claims are new, corrected or gone, against what was known until now?
-- Reads stage.claim (source_key, student_id, reported_for, school_id, starts_on, ends_on, entry_code, exit_code,
-- grade, ends), stage.claim_left (id, source_key: the known claims in question) and
-- stage.claim_seen (source_key: everything the source named, good or not).
create temp table claim_change on commit drop as
select staged.source_key, known.id as known_id,
       case
         when staged.ends then 'ended'
         when known.id is null then 'new'
         when (known.student_id, known.reported_for, known.school_id, known.starts_on, known.ends_on, known.entry_code,
               known.exit_code, known.grade)
              is distinct from
              (staged.student_id, staged.reported_for, staged.school_id, staged.starts_on, staged.ends_on,
               staged.entry_code, staged.exit_code, staged.grade) then 'changed'
         else 'unchanged'
       end as change,
       coalesce(known.school_id, staged.school_id) as school_id,
       coalesce(known.student_id, staged.student_id) as student_id
from stage.claim staged
left join roster_enrollmentclaim known
  on known.source = %(source)s and known.source_key = staged.source_key
 and known.known_until is null
union all
select known.source_key, known.id, 'ended', known.school_id, known.student_id
from stage.claim_left unnamed
join roster_enrollmentclaim known using (id)
where %(complete)s
  and not exists (select from stage.claim_seen seen where seen.source_key = unnamed.source_key)
