-- For which positions is nobody named on which of these days, and who answers instead?
select roster.position_id, day, roster.because, roster.person_id
from unnest(%(days)s::date[]) as day
cross join lateral directory_duty_roster(day) as roster
where roster.position_id = any (%(positions)s::bigint[])
  and not roster.because = any (%(named)s::text[])
order by roster.position_id, day
