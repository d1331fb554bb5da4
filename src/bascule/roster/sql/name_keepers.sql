-- Who keeps the rows of each alias now? Whoever stands at the end of the chain of aliases.
with recursive chain as (
  select id, survivor_id as keeper_id from roster_alias where undone_at is null
  union
  select chain.id, above.survivor_id
  from chain
  join roster_alias above on above.student_id = chain.keeper_id and above.undone_at is null
)
update roster_alias alias set keeper_id = chain.keeper_id
from chain
where chain.id = alias.id and alias.keeper_id <> chain.keeper_id
  and not exists (
    select from roster_alias above
    where above.student_id = chain.keeper_id and above.undone_at is null
  )
