-- At which school is the student of an open case now? Told to the case by whoever moves the student.
-- To ask 60,000 students for it took a board a second; a closed case keeps the school it ended at.
create function cases_keep_school() returns trigger
language plpgsql set search_path = public, pg_temp
as $$
begin
  if new.closed_at is null or tg_op = 'INSERT' then
    new.school_id := coalesce(
      (select school_id from roster_student where id = new.student_id), new.school_id
    );
  end if;
  return new;
end $$;
create trigger keep_school before insert or update on cases_casefile
for each row execute function cases_keep_school();
create function cases_follow_students() returns trigger
language plpgsql set search_path = public, pg_temp
as $$
begin
  update cases_casefile held set school_id = came.school_id
  from came
  where held.student_id = came.id and held.closed_at is null
    and held.school_id is distinct from came.school_id;
  return null;
end $$;
create trigger keep_schools_of_cases after update on roster_student
referencing new table as came for each statement execute function cases_follow_students()
