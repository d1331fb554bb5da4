-- For which positions does a person answer on a day: those held, then those covered for others?
with held as (
  select position_id, max(coalesce(ends_on, 'infinity')) as ends_on
  from directory_assignment
  where person_id = %(person)s
    and starts_on <= %(day)s and (ends_on is null or ends_on >= %(day)s)
  group by position_id
)
select position.role, position.id, position.organization_id, position.title,
       nullif(held.ends_on, 'infinity')
from directory_position position
left join held on held.position_id = position.id
where held.position_id is not null
   or position.id in (select position_id from directory_on_duty_for(%(person)s, %(day)s))
order by held.position_id is null, position.id
