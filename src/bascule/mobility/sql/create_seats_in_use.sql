-- How many seats of these lines are offered, and how many taken, at this instant?
-- Who offers a seat does not see whom the others are held for: the function counts, names nobody
-- and runs as a role that may only read. An offer that ran out holds nothing, nor does a
-- case that goes on in another one.
create function mobility_seats_in_use(the_lines bigint[], the_now timestamptz)
returns table (line_id bigint, offered integer, taken integer)
language sql stable security definer rows 50
set search_path = public, pg_temp
as $$
  select hold.line_id,
         count(*) filter (where hold.accepted_at is null)::integer,
         count(*) filter (where hold.accepted_at is not null)::integer
  from mobility_seathold hold
  join cases_casefile file on file.id = hold.case_id
  where hold.line_id = any (the_lines) and hold.ended_at is null
    and (hold.until_at is null or hold.until_at >= the_now)
    and file.absorbed_by_id is null
  group by hold.line_id
$$;
