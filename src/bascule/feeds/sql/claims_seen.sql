-- Which claims did the package name, well or badly? None of them may be ended.
create unlogged table stage.claim_seen as
select key as source_key from stage.enrollment_claim
union
select known.source_key
from stage.rejected named
join roster_enrollmentclaim known
  on known.source = %(source)s and known.known_until is null
 and (known.source_key = named.key or (named.key like '%%|' and known.source_key ^@ named.key))
where named.target = 'enrollment_claim'
