-- Which pairs were found that nobody knew of, or otherwise than before? Judged ones stay judged.
insert into roster_lookalike as known
  (uuid, first_id, second_id, version, weight, reasons, found_at)
select gen_random_uuid(), found.one, found.other, %(version)s, found.weight, found.reasons, %(at)s
from pair_found found
on conflict (first_id, second_id) do update
set version = excluded.version, weight = excluded.weight, reasons = excluded.reasons,
    found_at = case when known.cleared_at is null then known.found_at else excluded.found_at end,
    cleared_at = null
where (known.version, known.weight, known.reasons) is distinct from
      (excluded.version, excluded.weight, excluded.reasons)
   or known.cleared_at is not null
returning (xmax = 0) as is_new
