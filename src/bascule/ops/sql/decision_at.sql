-- Which hash has the decision of this number, or without one the newest?
select number, encode(hash, 'hex')
from access_decision
where %(number)s::bigint is null or number = %(number)s::bigint
order by number desc
limit 1
