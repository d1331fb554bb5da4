-- How do the staged students and their demographics reach the roster?
-- Feed-owned fields only; where the enrollment stands is derived from the chain of stints.
insert into roster_student as known
  (uuid, number, given_name, middle_name, family_name, sort_name, birth_on, gender, grade,
   state_id, exit_code, source, source_key)
select gen_random_uuid(), coalesce(nullif(staged.identifier, ''), staged.key), staged.given_name,
       coalesce(staged.middle_name, ''), staged.family_name,
       roster_sort_key(concat_ws(' ', staged.family_name, staged.given_name, staged.middle_name)),
       about.birth_on::date, coalesce(about.sex, ''), coalesce(staged.grade, ''),
       coalesce(staged.state_identifier, ''), '', %(source)s, staged.key
from stage.student staged
left join stage.demographics about on about.student_key = staged.key
where not staged.ends
on conflict (source, source_key) do update
set number = excluded.number, given_name = excluded.given_name,
    middle_name = excluded.middle_name, family_name = excluded.family_name,
    sort_name = excluded.sort_name, birth_on = coalesce(excluded.birth_on, known.birth_on),
    gender = coalesce(nullif(excluded.gender, ''), known.gender), state_id = excluded.state_id,
    ended_at = null
where (known.number, known.given_name, known.middle_name, known.family_name, known.state_id)
      is distinct from (excluded.number, excluded.given_name, excluded.middle_name,
                        excluded.family_name, excluded.state_id)
   or (excluded.birth_on is not null and excluded.birth_on is distinct from known.birth_on)
   or (excluded.gender <> '' and excluded.gender <> known.gender)
   or known.ended_at is not null
returning (xmax = 0) as is_new
