-- Which rows of {table} go with the student who becomes an alias? All but those that must stay.
with moved as (
  update {table} held set student_id = %(keeper)s
  where held.student_id = %(student)s and not ({stays})
  returning id
)
insert into roster_aliasrow (alias_id, table_name, row_id)
select %(alias)s, '{table}', id from moved
returning row_id
