-- Who is named, without a role in the package, and known to us under no kind?
select staged.file, staged.line, staged.key
from stage.person staged
where not staged.ends
  and not exists (select from stage.student known where known.key = staged.key)
  and not exists (select from stage.staff known where known.key = staged.key)
  and not exists (select from stage.guardian known where known.key = staged.key)
order by staged.line
