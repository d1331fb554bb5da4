-- Which guardians are staged? What we have no use for is kept as reported.
create unlogged table stage.resolved_guardian as
select staged.file, staged.line, staged.key as source_key, staged.ends, staged.given_name,
       staged.family_name, staged.email, staged.phone, staged.sms,
       nullif(jsonb_strip_nulls(jsonb_build_object(
         'middle_name', staged.middle_name, 'preferred_given_name', staged.preferred_given_name,
         'preferred_middle_name', staged.preferred_middle_name,
         'preferred_family_name', staged.preferred_family_name, 'username', nullif(staged.username, staged.key),
         'identifier', staged.identifier, 'user_ids', staged.user_ids,
         'enabled', nullif(staged.enabled, 'true'), 'primary_org_key', staged.primary_org_key,
         'pronouns', staged.pronouns, 'state_identifier', staged.state_identifier
       )), '{}') as also_reported,
       null::text as fault, null::text as fault_value
from stage.guardian staged
