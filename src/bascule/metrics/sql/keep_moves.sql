-- Which moves of a school year are gone, which are new, and which have another count?
delete from metrics_monthlymoves known
where school_year = %(school_year)s
  and not exists (
    select from months_found found
    where found.organization_id = known.organization_id and found.month = known.month
  );
insert into metrics_monthlymoves (organization_id, school_year, month, arrived, "left")
select organization_id, school_year, month, arrived, left_ from months_found
on conflict (organization_id, month) do update
set school_year = excluded.school_year, arrived = excluded.arrived, "left" = excluded."left"
where (metrics_monthlymoves.school_year, metrics_monthlymoves.arrived, metrics_monthlymoves."left")
  is distinct from (excluded.school_year, excluded.arrived, excluded."left");

delete from metrics_flowcount known
where school_year = %(school_year)s
  and not exists (
    select from flow_found found
    where found.sender_id = known.sender_id and found.receiver_id = known.receiver_id
  );
insert into metrics_flowcount (school_year, sender_id, receiver_id, moves)
select school_year, sender_id, receiver_id, moves from flow_found
on conflict (school_year, sender_id, receiver_id) do update
set moves = excluded.moves
where metrics_flowcount.moves <> excluded.moves
