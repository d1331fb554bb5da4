-- At which decisions does the chain of hashes not hold?
select number
from (
  select decision.*, lag(hash) over (order by number) as hash_before,
         lag(number) over (order by number) as number_before
  from access_decision decision
) decision
where previous_hash is distinct from hash_before
   or number <> coalesce(number_before, 0) + 1
   or hash <> sha256(convert_to(
        concat_ws('|', number, id, at at time zone 'UTC', user_id, verb, kind, uuid,
                  particulars::text, encode(previous_hash, 'hex')), 'UTF8'))
order by 1
