-- Which adults are staged? What we have no use for is kept as reported, for whoever asks it back.
create unlogged table stage.resolved_staff as
select staged.file, staged.line, staged.key as source_key, staged.ends, staged.given_name,
       staged.family_name, staged.email, staged.phone,
       nullif(jsonb_strip_nulls(jsonb_build_object(
         'middle_name', staged.middle_name, 'preferred_given_name', staged.preferred_given_name,
         'preferred_middle_name', staged.preferred_middle_name,
         'preferred_family_name', staged.preferred_family_name, 'username', nullif(staged.username, staged.key),
         'sms', staged.sms, 'identifier', staged.identifier, 'user_ids', staged.user_ids,
         'enabled', nullif(staged.enabled, 'true'), 'primary_org_key', staged.primary_org_key,
         'pronouns', staged.pronouns, 'state_identifier', staged.state_identifier
       )), '{}') as also_reported,
       null::text as fault, null::text as fault_value
from stage.staff staged
