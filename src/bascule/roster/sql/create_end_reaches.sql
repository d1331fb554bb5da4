-- Which reaches were given for this reason and still hold? They end at this instant.
-- Who closes a case need not hold its reaches and so cannot see them: the function runs as a role
-- that may end reaches and do nothing else to them. Ending one takes access away, never gives it.
create function roster_end_reaches(the_reason text, the_now timestamptz) returns integer
language plpgsql volatile security definer
set search_path = public, pg_temp
as $$
declare ended integer;
begin
  update roster_reach set ends_at = greatest(the_now, starts_at)
  where because = the_reason and (ends_at is null or ends_at > the_now);
  get diagnostics ended = row_count;
  return ended;
end
$$;
