-- Which person acts, on which day, and what does that reach? Asked once a transaction.
-- `bascule_enter` computes the scope from the directory and keeps it in settings local to the
-- transaction; policies read those. A transaction that never entered raises on the first row.
create or replace function bascule_enter(the_user bigint, the_day date, the_now timestamptz) returns void
language plpgsql stable
set search_path = public, pg_temp
as $$
declare
  the_person bigint;
  the_positions bigint[];
  the_organizations bigint[];
  the_schools bigint[];
begin
  select person_id into the_person from access_user where id = the_user and is_active;

  select coalesce(array_agg(distinct held), '{}') into the_positions from (
    select position_id as held from directory_assignment
    where person_id = the_person
      and starts_on <= the_day and (ends_on is null or ends_on >= the_day)
    union
    select position_id from directory_on_duty_for(the_person, the_day)
  ) mine;

  select coalesce(array_agg(distinct scope.id), '{}') into the_organizations from (
    select position.organization_id as id
    from directory_position position
    join access_declared_role role on role.key = position.role and role.reach = 'organization'
    where position.id = any (the_positions)
    union
    select remit.organization_id
    from directory_remit remit
    join directory_position position on position.id = remit.position_id
    join access_declared_role role on role.key = position.role and role.reach = 'organization'
    where position.id = any (the_positions)
      and remit.starts_on <= the_day and (remit.ends_on is null or remit.ends_on >= the_day)
  ) scope;

  select coalesce(array_agg(school.id), '{}') into the_schools
  from directory_organization school
  where school.kind = 'school'
    and (school.id = any (the_organizations)
         or school.id in (
           select member_id from directory_membership
           where parent_id = any (the_organizations)
             and starts_on <= the_day and (ends_on is null or ends_on >= the_day)
         ));

  perform set_config('bascule.actor', the_user::text, true),
          set_config('bascule.now', the_now::text, true),
          set_config('bascule.family', '', true),  -- a family enters by its own function
          set_config('bascule.person', coalesce(the_person, 0)::text, true),
          set_config('bascule.positions', the_positions::text, true),
          set_config('bascule.elevated', access_elevated(the_user, the_now)::text, true),
          set_config('bascule.schools', the_schools::text, true),
          set_config('bascule.organizations', the_organizations::text, true),
          set_config('bascule.district_wide', (exists (
            select from directory_position position
            join access_declared_role role on role.key = position.role and role.reach = 'district'
            where position.id = any (the_positions)))::text, true),
          set_config('bascule.restricted', (exists (
            select from directory_position position
            join access_declared_role role on role.key = position.role and role.sees_restricted
            where position.id = any (the_positions)))::text, true),
          set_config('bascule.permissions', (
            select coalesce(array_agg(distinct permission), '{}')
            from directory_position position
            join access_declared_role role on role.key = position.role
            cross join unnest(role.permissions) permission
            where position.id = any (the_positions))::text, true);
end
$$;

create or replace function bascule_now() returns timestamptz language sql stable
as $$ select current_setting('bascule.now')::timestamptz $$;

create or replace function bascule_person() returns bigint language sql stable
as $$ select current_setting('bascule.person')::bigint $$;

create or replace function bascule_position_ids() returns bigint[] language sql stable
as $$ select current_setting('bascule.positions')::bigint[] $$;

create or replace function bascule_school_ids() returns bigint[] language sql stable
as $$ select current_setting('bascule.schools')::bigint[] $$;

create or replace function bascule_organization_ids() returns bigint[] language sql stable
as $$ select current_setting('bascule.organizations')::bigint[] $$;

create or replace function bascule_is_district_wide() returns boolean language sql stable
as $$ select current_setting('bascule.district_wide')::boolean $$;

create or replace function bascule_sees_restricted() returns boolean language sql stable
as $$ select current_setting('bascule.restricted')::boolean $$;

create or replace function bascule_may(the_permission text) returns boolean language sql stable
as $$ select the_permission = any (current_setting('bascule.permissions')::text[]) $$;

create or replace function bascule_elevated() returns uuid[] language sql stable
as $$ select current_setting('bascule.elevated')::uuid[] $$;
