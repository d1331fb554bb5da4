-- Which organizations are staged, in our words? A blank cell leaves what is known.
-- The source's own word is kept where ours says less. A charter of the Options network is an Options
-- school as well: who runs it and what it is for are two things (domain/mobility.md 1.1).
create unlogged table stage.resolved_organization as
select staged.file, staged.line, staged.key as source_key, staged.ends, ours.kind,
       nullif(staged.kind, ours.kind) as reported_kind, staged.name, staged.short_name,
       staged.identifier, staged.governance, staged.grades, staged.address,
       case when abs(staged.latitude::numeric) <= 90
            then staged.latitude::numeric(9, 6) end as latitude,
       case when abs(staged.longitude::numeric) <= 180
            then staged.longitude::numeric(9, 6) end as longitude,
       case when staged.kind = 'school' and (
              staged.governance = 'options'
              or exists (
                select from stage.organization network
                where network.key = staged.parent_key and network.governance = 'options'
              )
            ) then true end as is_options,
       null::text as fault, null::text as fault_value
from stage.organization staged
cross join lateral (
  select case when staged.kind in ('district', 'network', 'school', 'agency', 'partner')
              then staged.kind
              when staged.kind in ('ext:agency', 'ext:partner') then substr(staged.kind, 5)
              when staged.kind = 'local' then 'network' else 'office' end as kind
) ours
