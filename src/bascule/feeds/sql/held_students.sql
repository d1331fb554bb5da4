-- Which students are held by name? Who is known from older enrollments alone has none to give.
-- A student's row also carries the guardians, so it changes with them.
select student.source_key as key, student.ended_at is not null as ends, student.given_name,
       student.family_name, student.middle_name, student.preferred_given_name,
       student.preferred_family_name, student.state_id as state_identifier, student.grade,
       also ->> 'preferred_middle_name' as preferred_middle_name,
       coalesce(also ->> 'username', student.source_key) as username, also ->> 'email' as email,
       also ->> 'phone' as phone, also ->> 'sms' as sms, also ->> 'identifier' as identifier,
       also ->> 'user_ids' as user_ids, coalesce(also ->> 'enabled', 'true') as enabled,
       held_role.org_key as primary_org_key, also ->> 'pronouns' as pronouns
from roster_student student
cross join lateral (select student.also_reported as also) reported
left join lateral (
  select also ->> 'primary_org_key' as org_key
  from roster_schoolrole role
  join directory_organization place on place.id = role.organization_id
  where (role.student_id = student.id and role.reported_for is null or role.reported_for = student.id)
    and role.ended_at is null and place.ended_at is null
    and place.source_key = also ->> 'primary_org_key'
  limit 1
) held_role on true
where student.source = %(source)s and student.family_name <> ''
  and (%(since)s::timestamptz is null and student.ended_at is null
       or student.changed_at > %(since)s
       or exists (select from roster_guardianship link
                  where (link.student_id = student.id and link.reported_for is null
                         or link.reported_for = student.id)
                    and link.changed_at > %(since)s))
order by student.source_key
