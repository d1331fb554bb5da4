-- Where does the request of the family stand whose link was entered, and what may it be told?
-- One row, or none where the case is not for it any more. What is not selected here the role of
-- families cannot read: no note, no reason, no answer of the staff, nothing restricted.
create function mobility_family_page()
returns table (
  student uuid, given_name text, workflow text, state text, revision integer, owner_id bigint,
  opened_at timestamptz, due_at timestamptz, closed_at timestamptz,
  old_school text, new_school text, until_at timestamptz, intake_on date, first_day_on date,
  last_day_on date, answer text
)
language sql stable security definer rows 1
set search_path = public, pg_temp
as $$
  select student.uuid, coalesce(nullif(student.preferred_given_name, ''), student.given_name),
         file.workflow, file.state, file.revision, file.owner_id, file.opened_at, file.due_at,
         file.closed_at, coalesce(left_school.name, school.name), seat_school.name, hold.until_at,
         hold.intake_on, coalesce(handover.first_day_on, hold.first_day_on), handover.last_day_on,
         (
           select said.answer from mobility_familyanswer said
           where said.case_id = file.id and said.revision = file.revision
           order by said.at desc, said.id desc limit 1
         )
  from cases_casefile file
  join roster_student student on student.id = file.student_id
  left join directory_organization school on school.id = student.school_id
  left join mobility_seathold hold on hold.case_id = file.id and hold.ended_at is null
  left join mobility_seatline line on line.id = hold.line_id
  left join mobility_optionsprogram program on program.id = line.program_id
  left join directory_organization seat_school on seat_school.id = program.school_id
  left join mobility_handover handover
    on handover.case_id = file.id and handover.taken_back_at is null
  left join directory_organization left_school on left_school.id = handover.from_school_id
$$;
