-- Is a calendar still the one that was read before? A hash of its days; null for one without days.
select md5(string_agg(day::text, ',' order by day))
from directory_calendarday
where organization_id is not distinct from %(school)s
