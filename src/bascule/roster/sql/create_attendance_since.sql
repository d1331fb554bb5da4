-- From which day on are single events of attendance kept? The last 180 school days up to a day.
-- A calendar that is shorter keeps all of them.
create function roster_attendance_since(the_day date) returns date language sql stable
set search_path = public, pg_temp
as $$
  select coalesce((
    select day from directory_calendarday
    where organization_id is null and day <= the_day
    order by day desc offset 179 limit 1
  ), '-infinity'::date)
$$
