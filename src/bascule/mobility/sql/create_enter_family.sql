-- Which family acts, and who else is it? Nobody: no person, no position, no school, no permission.
-- It acts under the negative of its link's id, which is no account's.
create function mobility_enter_family(the_link bigint, the_day date, the_now timestamptz)
returns void language plpgsql stable
set search_path = public, pg_temp
as $$
begin
  perform bascule_enter(-the_link, the_day, the_now);
  perform set_config('bascule.family', the_link::text, true);
end
$$;

create function mobility_family() returns bigint language sql stable
as $$ select nullif(current_setting('bascule.family', true), '')::bigint $$;
