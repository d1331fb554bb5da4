-- Which staged sessions are part of one that is neither held nor about to be?
update stage.resolved_session part
set fault = 'unknown-parent-session'
where part.fault is null and part.parent_id is not null
  and not exists (select from directory_academicsession held where held.id = part.parent_id)
  and not exists (
    select from stage.resolved_session coming
    where coming.id = part.parent_id and coming.fault is null and not coming.ends
  )
