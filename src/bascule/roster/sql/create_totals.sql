-- How many students does each school have in the list? Told by whoever changes them, to the row.
-- Counting 700,000 rows under row-level security is most of what a district's first page costs.
create table roster_schooltotal (
  school_id bigint primary key,  -- 0: students who never had a school
  students bigint not null
);
create function roster_keep_totals() returns trigger
language plpgsql set search_path = public, pg_temp
as $$
declare
  came text := 'select coalesce(school_id, 0) as school, count(*) as n from came group by 1';
  went text := 'select coalesce(school_id, 0), -count(*) from went group by 1';
begin
  execute format(
    'insert into roster_schooltotal (school_id, students)
     select school, sum(n) from (%s) moved group by school having sum(n) <> 0
     on conflict (school_id) do update
     set students = roster_schooltotal.students + excluded.students',
    case tg_op when 'INSERT' then came when 'DELETE' then
      'select coalesce(school_id, 0) as school, -count(*) as n from went group by 1'
    else came || ' union all ' || went end);
  delete from roster_schooltotal where students = 0;
  return null;
end $$;
create trigger keep_totals_of_new after insert on roster_student
referencing new table as came for each statement execute function roster_keep_totals();
create trigger keep_totals_of_old after delete on roster_student
referencing old table as went for each statement execute function roster_keep_totals();
create trigger keep_totals_of_moved after update on roster_student
referencing old table as went new table as came
for each statement execute function roster_keep_totals()
