-- Which moves by month and from where to where does the night find?
create temp table months_found (
  organization_id bigint, school_year int, month date, arrived int, left_ int
) on commit drop;
create temp table flow_found (school_year int, sender_id bigint, receiver_id bigint, moves int)
on commit drop
