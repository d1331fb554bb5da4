-- Who has chosen to be mailed, and has not been since the turn of what they chose came?
-- The sweep sees the choices of all, and names the persons only; each is then mailed as themselves.
create function cases_users_to_mail(
  the_now timestamptz, the_morning timestamptz, the_monday timestamptz
)
returns table (user_id bigint)
language sql stable security definer
set search_path = public, pg_temp
as $$
  select distinct choice.user_id
  from cases_mailchoice choice
  where choice.told_until < case choice.how
    when 'instant' then the_now
    when 'daily' then the_morning
    when 'weekly' then the_monday
  end
$$;
