-- Which organizations did a run move to another parent? They are where they were.
select set_config('bascule.restoring', 'on', true);
delete from directory_membership known
where known.changed_at = %(run)s
  and not exists (
    select from access_earlierrow earlier
    where earlier.table_name = 'directory_membership' and earlier.replaced_at = %(run)s
      and earlier.row_id = known.id
  );
update directory_membership known
set ends_on = was.ends_on, changed_at = was.changed_at
from access_earlierrow earlier
cross join lateral jsonb_populate_record(null::directory_membership, earlier.was) was
where earlier.table_name = 'directory_membership' and earlier.replaced_at = %(run)s
  and earlier.row_id = known.id and known.changed_at = %(run)s;
select set_config('bascule.restoring', 'off', true)
