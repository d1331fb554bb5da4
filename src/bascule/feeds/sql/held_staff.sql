-- Which adults are held? An account of which no name is known goes by its key.
select person.source_key as key, person.ended_at is not null as ends, person.given_name,
       person.family_name, person.email, person.phone,
       also ->> 'middle_name' as middle_name,
       also ->> 'preferred_given_name' as preferred_given_name,
       also ->> 'preferred_middle_name' as preferred_middle_name,
       also ->> 'preferred_family_name' as preferred_family_name,
       coalesce(also ->> 'username', person.source_key) as username, also ->> 'sms' as sms,
       also ->> 'identifier' as identifier, also ->> 'user_ids' as user_ids,
       coalesce(also ->> 'enabled', 'true') as enabled, held_role.org_key as primary_org_key,
       also ->> 'pronouns' as pronouns, also ->> 'state_identifier' as state_identifier
from directory_person person
cross join lateral (select person.also_reported as also) reported
left join lateral (
  select also ->> 'primary_org_key' as org_key
  from roster_schoolrole role
  join directory_organization place on place.id = role.organization_id
  where role.person_id = person.id and role.ended_at is null and place.ended_at is null
    and place.source_key = also ->> 'primary_org_key'
  limit 1
) held_role on true
where person.source = %(source)s
  and (%(since)s::timestamptz is null and person.ended_at is null or person.changed_at > %(since)s)
order by person.source_key
