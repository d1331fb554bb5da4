-- Which of our serving roles could pass row-level security by, or own a table?
select rolname from pg_roles
where rolname in ('bascule_app', 'bascule_ledger', 'bascule_loader', 'bascule_worker', 'bascule_sweep', 'bascule_family')
  and (rolsuper or rolbypassrls or exists (
    select from pg_class where relowner = pg_roles.oid and relnamespace = 'public'::regnamespace
  ))
order by 1
