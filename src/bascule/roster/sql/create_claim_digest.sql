-- From which lines of the source were a student's claims derived, that night after night are read?
-- A digest is worth something only while the claims are those that were derived from its lines:
-- whatever changes a claim, by whatever way, takes the student's digest away.
create table roster_claimdigest (
  source varchar(40) not null,
  student_key varchar(255) not null,
  digest varchar(40) not null,
  claims int not null,
  primary key (source, student_key)
);
create function roster_forget_digests() returns trigger
language plpgsql set search_path = public, pg_temp
as $$
begin
  delete from roster_claimdigest kept
  using (select distinct student_id from touched) changed, roster_student student
  where student.id = changed.student_id
    and kept.source = student.source and kept.student_key = student.source_key;
  return null;
end $$;
create trigger forget_digest_of_new after insert on roster_enrollmentclaim
referencing new table as touched for each statement execute function roster_forget_digests();
create trigger forget_digest_of_old after delete on roster_enrollmentclaim
referencing old table as touched for each statement execute function roster_forget_digests();
create trigger forget_digest_of_changed after update on roster_enrollmentclaim
referencing new table as touched for each statement execute function roster_forget_digests();
create trigger forget_digest_of_moved after update on roster_enrollmentclaim
referencing old table as touched for each statement execute function roster_forget_digests()
