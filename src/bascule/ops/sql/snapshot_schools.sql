-- Which schools, and which network does each belong to on a day?
select school.id, school.source_key, school.name, school.kind, school.is_options, network.id,
       network.name
from directory_organization school
left join directory_membership membership
  on membership.member_id = school.id
 and membership.starts_on <= %(as_of)s
 and (membership.ends_on is null or membership.ends_on >= %(as_of)s)
left join directory_organization network on network.id = membership.parent_id
where school.kind = 'school'
