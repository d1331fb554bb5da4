-- Which organizations do positions answer for on a day, and is each one a school or above schools?
with named as (
  select organization_id as id from directory_position where id = any (%(positions)s)
  union
  select organization_id from directory_remit
  where position_id = any (%(positions)s)
    and starts_on <= %(day)s and (ends_on is null or ends_on >= %(day)s)
)
select id, true as is_named, exists (
         select from directory_organization where id = named.id and kind = 'school'
       ) as is_school
from named
union all
select member.id, false, true
from directory_membership membership
join directory_organization member on member.id = membership.member_id and member.kind = 'school'
where membership.parent_id in (select id from named)
  and membership.starts_on <= %(day)s
  and (membership.ends_on is null or membership.ends_on >= %(day)s)
