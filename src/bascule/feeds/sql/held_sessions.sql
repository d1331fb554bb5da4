-- Which academic sessions are held?
select session.source_key as key, session.ended_at is not null as ends, session.title,
       session.kind, session.starts_on::text as starts_on, session.ends_on::text as ends_on,
       session.school_year::text as school_year, parent.source_key as parent_key
from directory_academicsession session
left join directory_academicsession parent
  on parent.id = session.parent_id and parent.ended_at is null
where session.source = %(source)s
  and (%(since)s::timestamptz is null and session.ended_at is null
       or session.changed_at > %(since)s)
order by session.source_key
