-- How many promises of each program were judged since this day, and how many of them kept?
-- Who chooses a program does not see whom it promised what: the function counts, names nobody and
-- runs as a role that may only read. A program with fewer judged than the fewest is not told.
create function mobility_kept_promises(the_since date, the_fewest integer)
returns table (program_id bigint, judged integer, kept integer)
language sql stable security definer rows 50
set search_path = public, pg_temp
as $$
  select line.program_id, count(*)::integer, count(*) filter (where hold.promise_kept)::integer
  from mobility_seathold hold
  join mobility_seatline line on line.id = hold.line_id
  where hold.promise_judged_on >= the_since
  group by line.program_id
  having count(*) >= the_fewest
$$;
