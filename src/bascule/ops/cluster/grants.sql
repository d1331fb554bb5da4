-- What may each role do to each table? Run by the owner after every migrate; nothing else grants.
revoke all on all tables in schema public from bascule_app, bascule_family, bascule_ledger, bascule_loader, bascule_search, bascule_sweep, bascule_worker;
grant usage on schema public to bascule_app, bascule_family, bascule_ledger, bascule_loader, bascule_search, bascule_sweep, bascule_worker;
grant usage on all sequences in schema public to bascule_app, bascule_loader, bascule_worker;
grant execute on all functions in schema public to bascule_app, bascule_family, bascule_loader, bascule_search, bascule_sweep;
revoke execute on function roster_lay_aside(text), roster_take_up()
from public, bascule_app, bascule_family, bascule_search, bascule_sweep;

-- The loader reads everything, keeps the roster, and opens cases at night.
grant select on all tables in schema public to bascule_loader;
grant insert, update, delete on
  directory_organization, directory_membership, directory_person, directory_position,
  directory_remit, directory_assignment, directory_absence, directory_academicsession,
  directory_calendarday, access_user, roster_student, roster_enrollmentclaim, roster_claimdigest,
  roster_overlappingstudent, roster_schooltotal, roster_nameword, roster_stint, roster_reach,
  feeds_source, feeds_filerun, feeds_quarantine, cases_casefile, cases_transition, cases_note, feeds_nightrun, mobility_flag,
  metrics_value, metrics_openvalue, metrics_monthlymoves,
  metrics_flowcount, feeds_order, cases_notice, access_export,
  access_elevation, access_earlierrow, feeds_keptdigests, directory_touchedrow
to bascule_loader;
grant insert on access_decision to bascule_loader;
grant delete on mfa_authenticator, access_session to bascule_loader;

-- People read what row-level security lets them; they write cases, absences and their account.
grant select on
  directory_organization, directory_membership, directory_person, directory_position,
  directory_remit, directory_assignment, directory_absence, directory_academicsession,
  directory_calendarday, access_declared_role, access_user, access_visit, roster_student,
  roster_enrollmentclaim, roster_schooltotal, roster_stint, roster_reach, cases_casefile,
  cases_transition,
  cases_note, feeds_source, feeds_filerun, feeds_quarantine, feeds_nightrun, mobility_flag, metrics_value, metrics_openvalue,
  metrics_monthlymoves, metrics_flowcount, cases_notice, django_content_type,
  django_migrations, auth_permission, auth_group, auth_group_permissions
to bascule_app;
grant select, insert, update, delete on
  access_session, access_attempt, mfa_authenticator, socialaccount_socialaccount
to bascule_app;
grant select on account_emailaddress, socialaccount_socialapp to bascule_app;
grant update (password, last_login, language) on access_user to bascule_app;
grant insert, update on directory_absence, roster_reach, cases_casefile to bascule_app;
grant delete on directory_absence to bascule_app;
grant update (backup_id) on directory_position to bascule_app;
grant update (seen_at, seen_by) on cases_notice to bascule_app;
grant insert on cases_transition, cases_note, access_decision, access_disclosure to bascule_app;
grant update (undone_at, undone_name) on cases_transition, cases_note to bascule_app;

-- Seats: holds come and end with the steps of a case, changes are only added to. To lock a line one
-- must be allowed to update something of it: its id, which no line with a change can lose.
grant select on
  mobility_optionsprogram, mobility_seatline, mobility_seatchange, mobility_seathold
to bascule_app;
grant update (id) on mobility_seatline to bascule_app;
grant insert on mobility_optionsprogram, mobility_seatline, mobility_seatchange to bascule_app;
grant insert, update on mobility_seathold to bascule_app;
grant insert, update on mobility_optionsprogram, mobility_seatline to bascule_loader;
grant insert on mobility_seatchange to bascule_loader;
grant insert, update, delete on mobility_seathold to bascule_loader;
grant select on mobility_seathold to bascule_sweep;
grant select (id, program_id) on mobility_seatline to bascule_sweep;

-- Families, classes and records come from feeds; a consent is written down by people.
grant select on
  roster_guardian, roster_guardianship, roster_demographics, roster_course, roster_section,
  roster_sectionenrollment, roster_schoolrole, roster_attendanceevent, roster_attendanceday,
  roster_mark, roster_programspell, roster_consent
to bascule_app;
grant insert, update, delete on
  roster_guardian, roster_guardianship, roster_demographics, roster_course, roster_section,
  roster_sectionenrollment, roster_schoolrole, roster_attendanceevent, roster_attendanceday,
  roster_mark, roster_programspell, roster_consent
to bascule_loader;
grant insert, update on roster_consent to bascule_app;

-- Stewards say which records are one student; the loader alone brings them together.
grant select on roster_lookalike, roster_judgment, roster_alias, roster_lookalikesearch
to bascule_app;
grant insert on roster_judgment to bascule_app;
grant insert, update, delete on
  roster_lookalike, roster_judgment, roster_alias, roster_aliasrow, roster_lookalikesearch
to bascule_loader;

-- The ledger adds to the record of reads and to nothing else.
grant insert on access_disclosure, access_visit to bascule_ledger;

-- The search function reads names in the actor's scope, and what the scope is made of.
grant select on
  roster_student, roster_reach, directory_organization, directory_membership, directory_position,
  directory_remit, directory_assignment, directory_absence, access_user, access_declared_role,
  roster_nameword
to bascule_search;
grant update (ends_at) on roster_reach to bascule_search;

-- The sweep sees cases and who is on duty, and writes notices.
grant select on
  cases_casefile, directory_position, directory_assignment, directory_absence
to bascule_sweep;
grant select, insert, update (at, seen_at, seen_by, void_at) on cases_notice to bascule_sweep;
grant select (case_id, revision, at) on mobility_familyanswer to bascule_sweep;

-- Whoever changes something may enqueue a job about it; who else's jobs there are, nobody reads.
grant insert on procrastinate_jobs, procrastinate_events to bascule_app, bascule_loader;
grant select (id) on procrastinate_jobs to bascule_app, bascule_loader;
grant select, insert, delete on access_finishedjob to bascule_app;

-- A list is asked for, written and taken by one person; the sweep removes it.
grant select, insert, update on access_export to bascule_app;
grant select, delete on access_export to bascule_sweep;

-- A record is opened by necessity; that it was is never changed.
grant select, insert on access_elevation to bascule_app;
grant select on access_elevation, access_declared_role to bascule_sweep;

-- Stewards leave orders for the loader.
grant select, insert on feeds_order to bascule_app;

-- The worker keeps the queue and sees no record: a job's work is done as the serving role.
grant select, insert, update, delete on
  procrastinate_jobs, procrastinate_events, procrastinate_periodic_defers, procrastinate_workers
to bascule_worker;

-- Both schools sign a move; the night tells the SIS, by files that are the loader's alone, and
-- keeps what the roster answers.
grant select on mobility_handover, mobility_rosteranswer to bascule_app;
grant insert, update (taken_back_at) on mobility_handover to bascule_app;
grant insert, update on mobility_handover, mobility_handoverfile, mobility_rosteranswer
to bascule_loader;

-- Whoever works on a case gives its family a page, and takes it back. The family answers and says
-- in which language; what it reads, its own role reads for it: these columns and no others.
grant select, insert, update (revoked_at, language) on mobility_familylink to bascule_app;
grant select, insert on mobility_familyanswer to bascule_app;
grant insert, update, delete on mobility_familylink, mobility_familyanswer to bascule_loader;
grant select (id, case_id, digest, language, expires_at, revoked_at, tries), update (tries)
on mobility_familylink to bascule_family;
grant select (id, case_id, revision, answer, at) on mobility_familyanswer to bascule_family;
grant select (
  id, student_id, owner_id, workflow, state, revision, tier, absorbed_by_id, opened_at, due_at,
  closed_at
) on cases_casefile to bascule_family;
grant select (id, uuid, given_name, preferred_given_name, birth_on, school_id)
on roster_student to bascule_family;
grant select (
  case_id, line_id, until_at, intake_on, first_day_on, first_week, advocate, finish_in, ended_at
)
on mobility_seathold to bascule_family;
grant select (id, program_id) on mobility_seatline to bascule_family;
grant select (id, school_id) on mobility_optionsprogram to bascule_family;
grant select (case_id, from_school_id, first_day_on, last_day_on, taken_back_at)
on mobility_handover to bascule_family;
grant select (id, name) on directory_organization to bascule_family;
-- Rounds of placement: the Lead prepares, runs and offers; results are seen with their case.
grant select, insert, update on mobility_placementround, mobility_roundresult to bascule_app;
grant insert, update, delete on mobility_placementround, mobility_roundresult to bascule_loader;
-- A note that goes with a student is signed once and never changed.
grant select, insert on mobility_transitionnote, mobility_restrictedpart to bascule_app;
grant insert, update, delete on mobility_transitionnote, mobility_restrictedpart to bascule_loader;
-- A named part of the list of cases is saved and taken away by who named it.
grant select, insert, delete on cases_caseview to bascule_app;
grant insert, update, delete on cases_caseview to bascule_loader;
-- What is typed and not sent is for who typed it; the night forgets what is old.
grant select, insert, update, delete on access_draft to bascule_app;
grant select, insert, update, delete on access_draft to bascule_loader;
-- Who types on a case says so, and says when it is over.
grant select, insert, update, delete on cases_presence to bascule_app;
grant insert, update, delete on cases_presence to bascule_loader;
-- How often one is mailed is one's own choice; the sweep sees whose turn it is.
grant select, insert, update on cases_mailchoice to bascule_app;
grant insert, update, delete on cases_mailchoice to bascule_loader;
grant select on cases_mailchoice to bascule_sweep;
-- The address of a calendar is found by its digest alone, before anybody is known.
grant select, insert, delete on cases_calendarfeed to bascule_app;
grant insert, update, delete on cases_calendarfeed to bascule_loader;
grant select on cases_calendarfeed to bascule_sweep;
-- A gap of the system is decided on and closed; what was seen stays as it was written.
grant select, insert, update on mobility_systemgap to bascule_app;
grant insert, update, delete on mobility_systemgap to bascule_loader;
-- A version of a procedure, its signatures and the checks of its link only grow.
grant select, insert on mobility_procedure, mobility_procedureversion, mobility_proceduresignature,
  mobility_linkcheck, mobility_schoolcertification to bascule_app;
grant insert, update, delete on mobility_procedure, mobility_procedureversion,
  mobility_proceduresignature, mobility_linkcheck, mobility_schoolcertification to bascule_loader;
-- A scenario is written once; only its totals change. Who signs or writes locks the version.
grant select, insert, update (tries, wrong) on mobility_procedurescenario to bascule_app;
grant update (id) on mobility_procedureversion to bascule_app;
grant insert, update, delete on mobility_procedurescenario to bascule_loader;
-- A plan is written by the office and agreed to by a chief; what was tried stays as it was.
grant select, insert, update (agreed_by, agreed_name, agreed_at) on mobility_contingencyplan
to bascule_app;
grant select, insert on mobility_rehearsal to bascule_app;
grant select on mobility_trendpack, mobility_packfigure to bascule_app;
grant insert, update (words, written_by, written_name, written_at) on mobility_trendpack
to bascule_app;
grant insert, update, delete on mobility_trendpack, mobility_packfigure to bascule_loader;
grant insert, update, delete on mobility_contingencyplan, mobility_rehearsal to bascule_loader;
-- The night counts for the board.
grant select on mobility_boardfigure to bascule_app;
grant insert, update, delete on mobility_boardfigure to bascule_loader;
-- The night puts inactive students into bands of outreach; the bands are seen with their case.
grant select on mobility_outreachbands to bascule_app;
grant select, insert, update, delete on mobility_outreachbands to bascule_loader;
grant select on mobility_outreachcount to bascule_app;
grant select, insert, update (ended_at, ended_by, ended_name) on mobility_outreachslice to bascule_app;
grant select, insert, update, delete on mobility_outreachslice to bascule_loader;
grant select, insert, update, delete on mobility_outreachcount to bascule_loader;

-- Rows in flight belong to the loader alone.
create schema if not exists stage;
grant usage, create on schema stage to bascule_loader;
