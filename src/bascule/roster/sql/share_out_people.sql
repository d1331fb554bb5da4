-- Whom do we know among the people whose role is not in the package? Each goes with their kind.
insert into stage.student select staged.* from stage.person staged
where exists (select from roster_student known
              where known.source = %(source)s and known.source_key = staged.key
                and known.family_name <> '');
insert into stage.staff
  (file, line, key, ends, given_name, family_name, middle_name, preferred_given_name,
   preferred_middle_name, preferred_family_name, username, email, phone, sms, identifier, user_ids,
   enabled, primary_org_key, pronouns, state_identifier)
select file, line, key, ends, given_name, family_name, middle_name, preferred_given_name,
       preferred_middle_name, preferred_family_name, username, email, phone, sms, identifier,
       user_ids, enabled, primary_org_key, pronouns, state_identifier
from stage.person staged
where exists (select from directory_person known
              where known.source = %(source)s and known.source_key = staged.key);
insert into stage.guardian
  (file, line, key, ends, given_name, family_name, middle_name, preferred_given_name,
   preferred_middle_name, preferred_family_name, username, email, phone, sms, identifier, user_ids,
   enabled, primary_org_key, pronouns, state_identifier)
select file, line, key, ends, given_name, family_name, middle_name, preferred_given_name,
       preferred_middle_name, preferred_family_name, username, email, phone, sms, identifier,
       user_ids, enabled, primary_org_key, pronouns, state_identifier
from stage.person staged
where exists (select from roster_guardian known
              where known.source = %(source)s and known.source_key = staged.key)
