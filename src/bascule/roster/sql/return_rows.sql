-- Which rows of {table} came with the alias and are still with who keeps them? They go back.
update {table} held set student_id = %(student)s
from roster_aliasrow came
where came.alias_id = %(alias)s and came.table_name = '{table}' and came.row_id = held.id
  and held.student_id = %(keeper)s
returning held.id
