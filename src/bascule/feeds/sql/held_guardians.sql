-- Which guardians are held? An account of which no name is known goes by its key.
select guardian.source_key as key, guardian.ended_at is not null as ends, guardian.given_name,
       guardian.family_name, guardian.email, guardian.phone, guardian.sms,
       also ->> 'middle_name' as middle_name,
       also ->> 'preferred_given_name' as preferred_given_name,
       also ->> 'preferred_middle_name' as preferred_middle_name,
       also ->> 'preferred_family_name' as preferred_family_name,
       coalesce(also ->> 'username', guardian.source_key) as username,
       also ->> 'identifier' as identifier, also ->> 'user_ids' as user_ids,
       coalesce(also ->> 'enabled', 'true') as enabled, held_role.org_key as primary_org_key,
       also ->> 'pronouns' as pronouns, also ->> 'state_identifier' as state_identifier
from roster_guardian guardian
cross join lateral (select guardian.also_reported as also) reported
left join lateral (
  select also ->> 'primary_org_key' as org_key
  from roster_schoolrole role
  join directory_organization place on place.id = role.organization_id
  where role.guardian_id = guardian.id and role.ended_at is null and place.ended_at is null
    and place.source_key = also ->> 'primary_org_key'
  limit 1
) held_role on true
where guardian.source = %(source)s
  and (%(since)s::timestamptz is null and guardian.ended_at is null
       or guardian.changed_at > %(since)s)
order by guardian.source_key
