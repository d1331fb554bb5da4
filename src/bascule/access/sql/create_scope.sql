-- Which person acts, on which day, and which schools does that person reach?
create function bascule_actor() returns bigint language sql stable
as $$ select current_setting('bascule.actor')::bigint $$;

create function bascule_today() returns date language sql stable
as $$ select coalesce(nullif(current_setting('bascule.today', true), '')::date, current_date) $$;

create function bascule_now() returns timestamptz language sql stable
as $$ select coalesce(nullif(current_setting('bascule.now', true), '')::timestamptz, now()) $$;

create function bascule_person() returns bigint language sql stable
as $$ select person_id from access_user where id = bascule_actor() and is_active $$;

create function bascule_positions() returns table (id bigint, role text, organization_id bigint)
language sql stable
as $$
  select position.id, position.role, position.organization_id
  from directory_position position
  where position.id in (
    select position_id from directory_assignment
    where person_id = bascule_person()
      and starts_on <= bascule_today() and (ends_on is null or ends_on >= bascule_today())
    union
    select position_id from directory_duty_roster(bascule_today())
    where person_id = bascule_person()
  )
$$;

create function bascule_is_district_wide() returns boolean language sql stable
as $$
  select exists (
    select from bascule_positions() held
    join access_declared_role role on role.key = held.role
    where role.reach = 'district'
  )
$$;

create function bascule_sees_restricted() returns boolean language sql stable
as $$
  select exists (
    select from bascule_positions() held
    join access_declared_role role on role.key = held.role
    where role.sees_restricted
  )
$$;

create function bascule_may(the_permission text) returns boolean language sql stable
as $$
  select exists (
    select from bascule_positions() held
    join access_declared_role role on role.key = held.role
    where the_permission = any (role.permissions)
  )
$$;

create function bascule_organization_ids() returns bigint[] language sql stable
as $$
  select coalesce(array_agg(distinct id), '{}') from (
    select held.organization_id as id
    from bascule_positions() held
    join access_declared_role role on role.key = held.role and role.reach = 'organization'
    union
    select remit.organization_id
    from bascule_positions() held
    join access_declared_role role on role.key = held.role and role.reach = 'organization'
    join directory_remit remit on remit.position_id = held.id
    where remit.starts_on <= bascule_today()
      and (remit.ends_on is null or remit.ends_on >= bascule_today())
  ) scope
$$;

create function bascule_school_ids() returns bigint[] language sql stable
as $$
  select coalesce(array_agg(school.id), '{}')
  from directory_organization school
  where school.kind = 'school'
    and (
      school.id = any (bascule_organization_ids())
      or school.id in (
        select member_id from directory_membership
        where parent_id = any (bascule_organization_ids())
          and starts_on <= bascule_today() and (ends_on is null or ends_on >= bascule_today())
      )
    )
$$;
