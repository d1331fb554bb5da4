-- Which sessions are staged, with the session that each is part of?
-- A new one gets its id here, so that its parts can name it before it is inserted.
create unlogged table stage.resolved_session as
with numbered as (
  select staged.*, known.id as known_id,
         coalesce(known.id, nextval(pg_get_serial_sequence('directory_academicsession', 'id')))
           as id
  from stage.session staged
  left join directory_academicsession known
    on known.source = %(source)s and known.source_key = staged.key
)
select staged.file, staged.line, staged.key as source_key, staged.ends, staged.id, staged.title,
       staged.kind, staged.school_year::int as school_year, staged.starts_on::date as starts_on,
       staged.ends_on::date as ends_on, coalesce(parent.id, older.id) as parent_id,
       case when staged.parent_key is not null and coalesce(parent.id, older.id) is null
            then 'unknown-parent-session'
            when staged.ends_on < staged.starts_on then 'end-before-start' end as fault,
       staged.parent_key as fault_value
from numbered staged
left join numbered parent on parent.key = staged.parent_key
left join directory_academicsession older
  on older.source = %(source)s and older.source_key = staged.parent_key
