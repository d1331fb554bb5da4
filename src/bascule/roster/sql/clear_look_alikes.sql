-- Which open proposals does the rule find no more, of those pairs that it looked at?
update roster_lookalike known set cleared_at = %(at)s
where known.cleared_at is null
  and not exists (select from roster_judgment said where said.pair_id = known.id)
  and not exists (
    select from pair_found found
    where found.one = known.first_id and found.other = known.second_id
  )
  and (%(whole)s or known.first_id = any (%(looked_at)s) or known.second_id = any (%(looked_at)s))
