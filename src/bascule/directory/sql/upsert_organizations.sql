-- How do the staged organizations reach the directory? A blank cell leaves what is known.
insert into directory_organization as known
  (uuid, kind, name, short_name, governance, is_options, grades, address, latitude, longitude,
   source, source_key)
select gen_random_uuid(),
       case when staged.kind in ('district', 'network', 'school', 'agency') then staged.kind
            when staged.kind = 'local' then 'network' else 'office' end,
       staged.name, coalesce(staged.short_name, ''), coalesce(staged.governance, ''),
       coalesce(staged.governance, '') = 'options' and staged.kind = 'school',
       coalesce(staged.grades, ''), coalesce(staged.address, ''), staged.latitude::numeric,
       staged.longitude::numeric, %(source)s, staged.key
from stage.organization staged
where not staged.ends
on conflict (source, source_key) do update
set kind = excluded.kind, name = excluded.name,
    short_name = coalesce(nullif(excluded.short_name, ''), known.short_name),
    governance = coalesce(nullif(excluded.governance, ''), known.governance),
    is_options = known.is_options or excluded.is_options,
    grades = coalesce(nullif(excluded.grades, ''), known.grades),
    address = coalesce(nullif(excluded.address, ''), known.address),
    latitude = coalesce(excluded.latitude, known.latitude),
    longitude = coalesce(excluded.longitude, known.longitude), ended_at = null
where known.ended_at is not null or known.kind <> excluded.kind or known.name <> excluded.name
   or (excluded.short_name <> '' and excluded.short_name <> known.short_name)
   or (excluded.governance <> '' and excluded.governance <> known.governance)
   or (excluded.grades <> '' and excluded.grades <> known.grades)
   or (excluded.address <> '' and excluded.address <> known.address)
returning (xmax = 0) as is_new
