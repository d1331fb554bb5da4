-- Which students are staged? A number that is not reported stays, or else is the source's key.
-- A new one gets birth date and sex at once. A grade that the chain of stints knows is the
-- chain's; a username that is the key, and an account that is enabled, go without saying.
create unlogged table stage.resolved_student as
select staged.file, staged.line, staged.key as source_key, staged.ends,
       coalesce(staged.identifier, known.number, staged.key) as number, staged.given_name,
       staged.middle_name, staged.family_name, staged.preferred_given_name,
       staged.preferred_family_name, staged.state_identifier as state_id,
       case when known.school_id is null and length(split_part(staged.grade, ',', 1)) <= 4
            then split_part(staged.grade, ',', 1) end as grade,
       nullif(jsonb_strip_nulls(jsonb_build_object(
         'preferred_middle_name', staged.preferred_middle_name, 'username', nullif(staged.username, staged.key),
         'email', staged.email, 'phone', staged.phone, 'sms', staged.sms,
         'identifier', staged.identifier, 'user_ids', staged.user_ids, 'enabled', nullif(staged.enabled, 'true'),
         'primary_org_key', staged.primary_org_key, 'pronouns', staged.pronouns
       )), '{}') as also_reported,
       about.birth_on::date as birth_on,
       case when length(about.sex) <= 20 then about.sex end as gender,
       null::text as fault, null::text as fault_value
from stage.student staged
left join roster_student known on known.source = %(source)s and known.source_key = staged.key
left join stage.demographics about on about.student_key = staged.key and not about.ends
