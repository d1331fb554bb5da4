-- How many students are in the list of somebody who sees the whole district?
select coalesce(sum(students), 0)::bigint from roster_schooltotal
