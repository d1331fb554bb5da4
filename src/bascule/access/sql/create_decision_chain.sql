-- How is a decision tied to the one before it, so that a change or a hole shows?
alter table access_decision
  add column number bigint,
  add column previous_hash bytea,
  add column hash bytea;
create unique index decision_number on access_decision (number);

create function access_chain_decision() returns trigger
language plpgsql security definer
set search_path = public, pg_temp
as $$
begin
  -- One writer at a time, until its transaction ends: a chain has no forks.
  perform pg_advisory_xact_lock(hashtext('bascule.decision'));
  select coalesce(max(number), 0) + 1 into new.number from access_decision;
  select hash into new.previous_hash from access_decision where number = new.number - 1;
  new.hash := sha256(convert_to(
    concat_ws('|', new.number, new.id, new.at at time zone 'UTC', new.user_id, new.verb, new.kind,
              new.uuid, new.particulars::text, encode(new.previous_hash, 'hex')), 'UTF8'));
  return new;
end
$$;
create trigger chain_decision before insert on access_decision
  for each row execute function access_chain_decision();
