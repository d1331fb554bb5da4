-- Who is on duty for every position on a day, and why?
select position_id, person_id, because, until
from directory_duty_roster(%s)
order by position_id
