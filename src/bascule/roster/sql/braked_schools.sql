-- Which schools would lose more than 10 and more than 10 percent, by vanishing or by closing?
-- Closing with a code that a school year ends with, in its last days, is what June looks like.
with losing as materialized (
  select change.school_id,
         count(*) filter (where change.change = 'ended') as vanishing,
         count(*) filter (where change.change = 'changed' and claim.ends_on is null
                            and staged.ends_on is not null
                            and not (staged.exit_code = any (%(year_end_codes)s)
                                     and extract(month from staged.ends_on) in (5, 6))
                         ) as closing
  from claim_change change
  join roster_enrollmentclaim claim on claim.id = change.known_id
  left join stage.claim staged on staged.source_key = change.source_key
  where change.change in ('ended', 'changed')
  group by change.school_id
),
known as (
  select school_id, count(*) as claims, count(*) filter (where ends_on is null) as open_claims
  from roster_enrollmentclaim
  where source = %(source)s and known_until is null
    and school_id in (
      select school_id from losing where vanishing > %(more_than)s or closing > %(more_than)s
    )
  group by school_id
)
select losing.school_id, losing.vanishing, known.claims, losing.closing, known.open_claims
from losing join known using (school_id)
where (vanishing > %(more_than)s and vanishing > %(share)s * claims)
   or (closing > %(more_than)s and closing > %(share)s * open_claims)
order by 1
