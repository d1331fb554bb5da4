-- Who holds or covers a position that reaches a school on a day, and is it for the whole district?
with answering as (
  select position_id, person_id, false as covers
  from directory_assignment
  where starts_on <= %(day)s and (ends_on is null or ends_on >= %(day)s)
  union
  select position_id, person_id, true
  from directory_duty_roster(%(day)s)
  where because <> 'holder' and person_id is not null
),
above as (
  select %(school)s::bigint as id
  union
  select parent_id from directory_membership
  where member_id = %(school)s
    and starts_on <= %(day)s and (ends_on is null or ends_on >= %(day)s)
)
select position.title, answering.person_id, answering.covers,
       position.role = any (%(district_roles)s) as is_district
from answering
join directory_position position on position.id = answering.position_id
where position.role = any (%(district_roles)s)
   or (position.role = any (%(school_roles)s)
       and (position.organization_id in (select id from above)
            or exists (
              select from directory_remit remit
              where remit.position_id = position.id
                and remit.organization_id in (select id from above)
                and remit.starts_on <= %(day)s
                and (remit.ends_on is null or remit.ends_on >= %(day)s)
            )))
order by is_district, position.title, answering.covers, answering.person_id
