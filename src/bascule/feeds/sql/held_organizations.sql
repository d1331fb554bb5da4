-- Which organizations are held, each with the one above it today?
select place.source_key as key, place.ended_at is not null as ends, place.name,
       coalesce(nullif(place.reported_kind, ''), case place.kind
         when 'office' then 'department' when 'agency' then 'ext:agency'
         when 'partner' then 'ext:partner' else place.kind end) as kind,
       place.identifier, parent.source_key as parent_key
from directory_organization place
left join directory_membership above on above.member_id = place.id and above.ends_on is null
left join directory_organization parent
  on parent.id = above.parent_id and parent.source = %(source)s and parent.ended_at is null
where place.source = %(source)s
  and (%(since)s::timestamptz is null and place.ended_at is null or place.changed_at > %(since)s)
order by place.source_key
