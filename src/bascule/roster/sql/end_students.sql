-- Which students does the package no longer report? They end; they never vanish.
-- A student who lives on only in older enrollments was never reported by name: not ended by it.
update roster_student known
set ended_at = %(at)s
where known.source = %(source)s and known.ended_at is null and known.family_name <> ''
  and (
    exists (select from stage.student staged where staged.key = known.source_key and staged.ends)
    or (%(complete)s
        and not exists (select from stage.student staged where staged.key = known.source_key)
        and not exists (select from stage.rejected named
                        where named.target = 'student' and named.key = known.source_key))
  )
