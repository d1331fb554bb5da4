-- Which language does the holder of this secret read, if the link is good at this instant?
-- Null for a link that has ended, is locked or never was: nothing tells which. Runs as the role of
-- families, under its own policies, before anybody is known.
create function mobility_family_door(the_digest text, the_now timestamptz, the_most integer)
returns text
language plpgsql stable security definer
set search_path = public, pg_temp
as $$
declare
  the_link bigint;
  spoken text;
begin
  select id, language into the_link, spoken from mobility_familylink
  where digest = the_digest and revoked_at is null and expires_at > the_now and tries < the_most;
  if not found then
    return null;
  end if;
  perform set_config('bascule.family', the_link::text, true),
          set_config('bascule.now', the_now::text, true);
  if not exists (select from cases_casefile) then
    spoken := null;
  end if;
  perform set_config('bascule.family', '', true);
  return spoken;
end
$$;
