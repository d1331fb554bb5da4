-- Which events lie before the last 180 school days? They live on in the daily totals alone.
delete from roster_attendanceevent where day < (select roster_attendance_since((%(at)s)::date))
