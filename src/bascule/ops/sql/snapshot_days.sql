-- Which days is the district in session?
select day, extract(year from day)::int + (extract(month from day) >= 7)::int
from directory_calendarday
where organization_id is null
