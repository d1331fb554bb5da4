-- Which organizations did the run of this day move to another parent? They are where they were.
with moved as (
  delete from directory_membership known
  using directory_organization member
  where member.id = known.member_id and member.source = %(source)s and known.starts_on = %(day)s
  returning known.member_id
)
update directory_membership earlier set ends_on = null
from moved
where earlier.member_id = moved.member_id and earlier.ends_on = %(eve)s
