-- Which of these cases can bear the scope of the student with whom they now are?
-- Of open ones of a kind at most one, the oldest, and none where such a case is open already.
update cases_casefile held set scope_key = %(scope)s
where held.id = any (%(cases)s)
  and (held.closed_at is not null or not exists (
    select from cases_casefile known
    where known.workflow = held.workflow and known.tier = held.tier and known.closed_at is null
      and (known.scope_key = %(scope)s and known.id <> held.id
           or known.id = any (%(cases)s) and known.id < held.id)
  ))
