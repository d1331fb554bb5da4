-- Which parents are new? The first known parent holds for the past too, a later one from today.
insert into directory_membership (member_id, parent_id, starts_on, changed_at)
select member.id, parent.id,
       case when exists (select from directory_membership had where had.member_id = member.id)
            then %(day)s::date else date '2000-07-01' end,
       %(at)s
from stage.organization staged
join directory_organization member
  on member.source = %(source)s and member.source_key = staged.key
join directory_organization parent
  on parent.source = %(source)s and parent.source_key = staged.parent_key
where not exists (
  select from directory_membership known where known.member_id = member.id and known.ends_on is null
)
