-- Which tables hold a student and are not under forced row-level security?
select distinct relname from pg_class
join pg_attribute on attrelid = pg_class.oid and not attisdropped
where relnamespace = 'public'::regnamespace and relkind = 'r'
  and (attname = 'student_id' or relname = 'roster_student')
  and not (relrowsecurity and relforcerowsecurity)
order by 1
