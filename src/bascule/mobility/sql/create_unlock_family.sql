-- Is this the birth date of the student whom this secret is about, and is there a try left?
-- No row for a link that has ended, is locked or never was. The row of the link is locked while it
-- is asked, so that tries at once are counted one by one. Runs as the role of families.
create function mobility_unlock_family(
  the_digest text, the_birth date, the_now timestamptz, the_most integer
) returns table (link_id bigint, is_right boolean)
language plpgsql volatile security definer
set search_path = public, pg_temp
as $$
declare
  the_link bigint;
  born date;
  held boolean;
begin
  select link.id into the_link from mobility_familylink link
  where link.digest = the_digest and link.revoked_at is null and link.expires_at > the_now
    and link.tries < the_most
  for update;
  if not found then
    return;
  end if;
  perform set_config('bascule.family', the_link::text, true),
          set_config('bascule.now', the_now::text, true);
  select student.birth_on into born
  from cases_casefile file join roster_student student on student.id = file.student_id;
  held := found;
  perform set_config('bascule.family', '', true);
  if not held then
    return;
  end if;
  is_right := coalesce(born = the_birth, false);
  update mobility_familylink link set tries = case when is_right then 0 else link.tries + 1 end
  where link.id = the_link;
  link_id := the_link;
  return next;
end
$$;
