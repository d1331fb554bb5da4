-- Which stints does the snapshot hold? All, or those of some ids.
select id, student_id, school_id, school_year, starts_on, ends_on, entry_code,
       nullif(exit_code, ''), grade
from roster_stint
where true
