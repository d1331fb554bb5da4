-- Which organizations moved to another parent? What was known ends the day before.
update directory_membership known
set ends_on = greatest(%(day)s::date - 1, known.starts_on), changed_at = %(at)s
from stage.organization staged
join directory_organization member
  on member.source = %(source)s and member.source_key = staged.key
join directory_organization parent
  on parent.source = %(source)s and parent.source_key = staged.parent_key
where known.member_id = member.id and known.ends_on is null and known.parent_id <> parent.id
  and known.starts_on < %(day)s
  and not coalesce(member.fed_by = any (%(above)s::text[]), false)
