-- Which roles does Bascule need? Run once by a superuser; the private cluster does it by itself.
-- Nothing here can log in as the owner: the migrator becomes it, and serves nobody.
do $$
declare
  wanted record;
begin
  for wanted in
    select * from (values
      ('bascule_owner', 'nologin'), ('bascule_search', 'nologin'), ('bascule_sweep', 'nologin'),
      ('bascule_family', 'nologin'),
      ('bascule_migrator', 'login'), ('bascule_loader', 'login'), ('bascule_app', 'login'),
      ('bascule_ledger', 'login'), ('bascule_worker', 'login')
    ) as role (name, may_login)
  loop
    if not exists (select from pg_roles where rolname = wanted.name) then
      execute format('create role %I %s nosuperuser nocreatedb nocreaterole nobypassrls noreplication',
                     wanted.name, wanted.may_login);
    end if;
  end loop;
end $$;
-- The owner may hand functions to these three roles, and does not inherit what they see.
alter role bascule_owner noinherit;
grant bascule_search, bascule_sweep, bascule_family to bascule_owner;
grant bascule_owner to bascule_migrator;
alter role bascule_migrator set role = 'bascule_owner';
alter role bascule_app set statement_timeout = '10s';
alter role bascule_ledger set statement_timeout = '2s';
