-- What did the school promise the family whose link was entered, when it accepted the student?
-- One row, or none where nothing is promised (any more) or the case is not for the family.
create function mobility_family_promise()
returns table (first_week text, advocate text, finish_in date)
language sql stable security definer rows 1
set search_path = public, pg_temp
as $$
  select hold.first_week, hold.advocate, hold.finish_in
  from cases_casefile file
  join mobility_seathold hold on hold.case_id = file.id and hold.ended_at is null
  where hold.advocate <> ''
$$;
