"""Two records become one student and two again: every row, also after the feeds came again."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from copy import deepcopy
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection, transaction
from pytest_django.plugin import DjangoDbBlocker

from bascule.access.models import Decision
from bascule.cases.actions import Opening, open_cases, take_step
from bascule.cases.models import CaseFile
from bascule.directory.models import Organization
from bascule.feeds.actions import Report, load_package, undo_last_run
from bascule.feeds.exporting import export_package
from bascule.kernel.actor import NIGHTLY
from bascule.kernel.clock import local_day
from bascule.kernel.refusal import Refusal
from bascule.mobility.models import Flag
from bascule.ops.fingerprint import fingerprints
from bascule.roster.actions.combining import (
    REPORTED,
    combine_students,
    separate_students,
    settle_aliases,
)
from bascule.roster.models import Alias, Consent, EnrollmentClaim, Reach, Stint, Student
from tests.databases import built_once
from tests.feeds.standards.oneroster_samples import bulk_files, changed, zipped

pytestmark = pytest.mark.django_db(databases=["default", "ledger"])
Loader = Callable[[], AbstractContextManager[None]]
AT = datetime(2026, 2, 2, 11, tzinfo=UTC)
DAY = timedelta(days=1)

EVENTS = """\
student_id,school_id,event,date,code,reason,grade
u1,s1,E,2025-08-18,02,,09
u1,s1,W,2026-01-09,33,,09
u4,s2,E,2026-01-12,04,,09
"""
LATER_EVENTS = EVENTS + "u4,s2,W,2026-03-06,33,,09\nu4,s1,E,2026-03-09,04,,09\n"
RECORDS = {
    "attendance_events.csv": (
        "student_id,school_id,date,kind\nu1,s1,2025-11-20,absent_excused\nu4,s2,2026-01-20,tardy\n"
    ),
    "marks.csv": (
        "student_id,school_id,school_year,term,course,mark,credits_attempted,credits_earned\n"
        "u1,s1,2026,S1,Algebra,B,0.5,0.5\nu4,s2,2026,S1,Algebra,A,0.5,0.5\n"
    ),
    "programs.csv": (
        "student_id,program,starts_on,ends_on\nu1,homeless,2025-09-01,\nu4,el,2026-01-12,\n"
    ),
}
APART = {"roster_alias", "roster_aliasrow", "access_earlierrow", "directory_touchedrow"}
PLACE = ("id", "student_id", "reported_for")


def package() -> dict[str, bytes]:
    """The sample in which both records have a guardian and a place in a class."""
    files = changed(bulk_files(), "users.csv", "Dee,Day,,,,,,,09", "Dee,Day,,,,,,u3,09")
    row = b"e3,,,k1,s1,u4,student,,2026-01-12,\r\n"
    return {**files, "enrollments.csv": files["enrollments.csv"] + row}


class District:
    """Two records of one student, with a row of every kind under each."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.at = folder, AT
        self.roster(package())
        self.file("enrollment_events.csv", EVENTS)
        for name, text in RECORDS.items():
            self.file(name, text)
        self.ann, self.dee = (Student.objects.get(source_key=key) for key in ("u1", "u4"))
        for student in (self.ann, self.dee):
            _give_rows(student)

    def roster(self, files: dict[str, bytes]) -> Report:
        """Load a OneRoster package on the next day."""
        self.at += DAY
        path = zipped(self.folder, files, f"{self.at:%m%d}.zip")
        return self._load(path)

    def file(self, name: str, text: str) -> Report:
        """Load a plain file on the next day."""
        self.at += DAY
        folder = self.folder / f"{self.at:%m%d}"
        folder.mkdir()
        (folder / name).write_text(text, encoding="utf-8")
        return self._load(folder / name)

    def _load(self, path: Path) -> Report:
        report = load_package(NIGHTLY, path=path, at=self.at, may_repeat=True)
        assert report.verdict == "accept", report.reasons
        return report

    def combine(self) -> Alias:
        """Let Dee's record be Ann."""
        return combine_students(NIGHTLY, student=self.dee, survivor=self.ann, at=self.at)


def _give_rows(student: Student) -> None:
    """Give a case, a reach, a flag and a consent, which no feed reports."""
    case = Opening(student, "Gone for ten days.")
    [opened] = open_cases(NIGHTLY, workflow="reengagement", openings=[case], at=AT)
    Consent.objects.create(student=student, purpose=f"media{student.pk}"[:20], answer="granted",
                           starts_on=date(2026, 1, 1))  # fmt: skip
    school = Organization.objects.get(source_key="s1")
    began_on = date(2025, 9, 1) + timedelta(days=student.pk % 28)
    Flag.objects.create(
        student=student, school=school, rule="highly_mobile", version=1, began_on=began_on,
        because="x", found_at=AT,
    )  # fmt: skip
    assert Reach.objects.filter(student=student, because=f"case {opened.uuid}").exists()


@pytest.fixture(scope="module")
def built_district(
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[District]:
    """The district, built once for these tests; each of them rolls back to it."""
    folder = tmp_path_factory.mktemp("district")
    with built_once(django_db_blocker.unblock, lambda: District(folder)) as district:
        yield district


@pytest.fixture
def district(built_district: District, tmp_path: Path, as_loader: Loader) -> Iterator[District]:
    """The district for one test, with a folder of its own for what comes later."""
    mine = deepcopy(built_district)
    mine.folder = tmp_path
    with as_loader():
        yield mine


def state() -> dict[str, object]:
    """Everything by meaning, and of each reported row with whom it is."""
    hashes: dict[str, object] = {k: v for k, v in fingerprints().items() if k not in APART}
    for model in REPORTED:
        hashes[model.__name__] = list(model._default_manager.order_by("id").values_list(*PLACE))
    hashes["people"] = list(Student.objects.order_by("id").values_list(
        "id", "school", "entered_on", "left_on", "exit_code", "grade", "number"))  # fmt: skip
    hashes["scopes"] = list(CaseFile.objects.order_by("id").values_list("student", "scope_key"))
    return hashes


def chain(student: Student) -> list[tuple[str, date, date | None]]:
    stints = Stint.objects.filter(student=student).order_by("starts_on")
    return list(stints.values_list("school__source_key", "starts_on", "ends_on"))


def holders(model: type) -> set[int | None]:
    rows = model._default_manager.exclude(student=None)  # type: ignore[attr-defined]
    return set(rows.values_list("student_id", flat=True))


def test_every_row_goes_to_who_remains_and_the_chain_is_of_both(district: District) -> None:
    ann, dee = district.ann.pk, district.dee.pk
    for model in (*REPORTED, CaseFile, Reach, Flag, Consent):
        assert holders(model) == {ann, dee}
    district.combine()
    for model in (*REPORTED, CaseFile, Reach, Flag, Consent):
        assert holders(model) == {ann}
    assert chain(district.dee) == []
    assert chain(district.ann) == [
        ("s1", date(2025, 8, 18), date(2026, 1, 9)), ("s2", date(2026, 1, 12), None),
    ]  # fmt: skip
    placed = Student.objects.in_bulk()
    assert (str(placed[ann].school), placed[ann].left_on) == (str(Organization.objects.get(
        source_key="s2")), None)  # fmt: skip
    assert (placed[dee].school, placed[dee].is_enrolled) == (None, False)


def test_an_undo_at_once_restores_both_records_exactly(district: District) -> None:
    before = state()
    alias = district.combine()
    assert state() != before
    separate_students(NIGHTLY, alias=alias, at=district.at)
    assert state() == before


def test_the_next_feed_does_not_split_them_and_changes_nothing(district: District) -> None:
    district.combine()
    merged = state()
    told = district.roster(changed(package(), "manifest.csv", "Lakeside", "L"))
    files = [told, district.file("enrollment_events.csv", EVENTS + "\n")]
    files += [district.file(name, text + "\n") for name, text in RECORDS.items()]
    for report in files:
        for name, counts in report.files.items():
            changes = {key: counts.get(key, 0) for key in ("new", "changed", "ended", "rejected")}
            assert (name, changes) == (name, dict.fromkeys(changes, 0))
    after = state()
    for table in ("feeds_filerun", "feeds_quarantine"):
        merged.pop(table), after.pop(table)
    assert after == merged


def test_what_is_reported_for_the_alias_later_goes_to_who_remains_and_back_with_the_undo(
    district: District,
) -> None:
    alias = district.combine()
    district.file("enrollment_events.csv", LATER_EVENTS)
    assert chain(district.ann)[1:] == [
        ("s2", date(2026, 1, 12), date(2026, 3, 6)), ("s1", date(2026, 3, 9), None),
    ]  # fmt: skip
    assert chain(district.dee) == []
    separate_students(NIGHTLY, alias=alias, at=district.at)
    assert chain(district.ann) == [("s1", date(2025, 8, 18), date(2026, 1, 9))]
    assert chain(district.dee) == [
        ("s2", date(2026, 1, 12), date(2026, 3, 6)), ("s1", date(2026, 3, 9), None),
    ]  # fmt: skip


def test_an_undo_after_a_feed_is_as_if_they_had_never_been_one(
    district: District, tmp_path: Path
) -> None:
    alias = district.combine()
    district.file("enrollment_events.csv", LATER_EVENTS)
    district.roster(changed(package(), "users.csv", "Dee,Day", "Deirdre,Day"))
    separate_students(NIGHTLY, alias=alias, at=district.at)
    found = state()
    other = tmp_path / "other"
    other.mkdir()
    # Never merged: the same files again change nothing, so the state is the feed's own.
    assert district.file("enrollment_events.csv", LATER_EVENTS + "\n").files[
        "enrollment_events.csv"
    ].get("changed", 0) == 0  # fmt: skip
    after = state()
    for table in ("feeds_filerun",):
        found.pop(table), after.pop(table)
    assert after == found


def test_a_run_taken_back_while_they_are_one_leaves_them_one(district: District) -> None:
    district.roster(changed(package(), "roles.csv", "r4,,,u4,primary,student,2025-08-18",
                            "r4,,,u4,primary,student,2025-08-19"))  # fmt: skip
    district.combine()
    merged = holders(EnrollmentClaim)
    undo_last_run(NIGHTLY, source="oneroster", at=district.at + DAY)
    for model in REPORTED:
        assert holders(model) == merged == {district.ann.pk}
    assert settle_aliases() == 0


def test_what_goes_out_still_names_both_records(district: District, tmp_path: Path) -> None:
    apart, one = tmp_path / "apart", tmp_path / "one"
    export_package(NIGHTLY, path=apart)
    district.combine()
    export_package(NIGHTLY, path=one)
    for name in ("users.csv", "roles.csv", "enrollments.csv", "demographics.csv"):
        assert (one / name).read_text() == (apart / name).read_text()


def test_three_records_become_one_and_come_apart_in_any_order(district: District) -> None:
    eve = Student.objects.create(number="9", family_name="Day", source="sis", source_key="u9")
    started = state()
    first = district.combine()
    second = combine_students(NIGHTLY, student=district.ann, survivor=eve, at=district.at)
    assert holders(EnrollmentClaim) == {eve.pk}
    assert Alias.objects.get(pk=first.pk).keeper_id == eve.pk
    separate_students(NIGHTLY, alias=Alias.objects.get(pk=first.pk), at=district.at)
    assert holders(EnrollmentClaim) == {eve.pk, district.dee.pk}
    separate_students(NIGHTLY, alias=Alias.objects.get(pk=second.pk), at=district.at)
    assert state() == started


def test_one_student_is_not_combined_twice_and_an_undo_twice_is_once(district: District) -> None:
    alias = district.combine()
    for one, other in ((district.dee, district.ann), (district.ann, district.dee)):
        with pytest.raises(Refusal, match="one student already"):
            combine_students(NIGHTLY, student=one, survivor=other, at=district.at)
    undone = separate_students(NIGHTLY, alias=alias, at=district.at)
    assert separate_students(NIGHTLY, alias=undone, at=district.at + DAY).undone_at == district.at


def test_contradicting_consents_are_for_a_person_to_settle_first(district: District) -> None:
    for student, answer in ((district.ann, "refused"), (district.dee, "granted")):
        Consent.objects.create(student=student, purpose="survey", answer=answer,
                               starts_on=date(2026, 1, 1))  # fmt: skip
    before = state()
    with pytest.raises(Refusal, match="answered differently for the two records"):
        district.combine()
    assert state() == before


def answers_of(student: Student) -> list[tuple[str, str, date, date | None]]:
    rows = Consent.objects.filter(student=student, purpose__in=Consent.Purpose.values)
    rows = rows.order_by("purpose", "starts_on")
    return [(each.purpose, each.answer, each.starts_on, each.ends_on) for each in rows]


def test_a_restricted_refusal_ends_the_permission_and_stops_nobody(district: District) -> None:
    first, today = date(2026, 1, 1), local_day(district.at)
    said = {
        "counseling": ("refused", "granted"),
        "agency_services": ("granted", "refused"),
        "share_records": ("granted", "granted"),
    }
    for purpose, answers in said.items():
        for student, answer in zip((district.dee, district.ann), answers, strict=True):
            Consent.objects.create(student=student, purpose=purpose, answer=answer, starts_on=first)
    own = answers_of(district.dee)
    district.combine()
    assert answers_of(district.ann) == [
        ("agency_services", "refused", first, None),
        ("counseling", "granted", first, today - timedelta(days=1)),
        ("counseling", "refused", today, None),
        ("share_records", "granted", first, None),
    ]
    assert answers_of(district.dee) == own


def test_a_restricted_permission_that_begins_that_day_or_later_is_none(district: District) -> None:
    today = local_day(district.at)
    begins = {"counseling": today, "agency_services": today + DAY}
    for purpose, day in begins.items():
        Consent.objects.create(
            student=district.dee, purpose=purpose, answer="refused", starts_on=date(2026, 1, 1)
        )
        Consent.objects.create(
            student=district.ann, purpose=purpose, answer="granted", starts_on=day
        )
    district.combine()
    assert answers_of(district.ann) == [
        ("agency_services", "refused", today + DAY, None),
        ("counseling", "refused", today, None),
    ]
    told = Decision.objects.filter(verb="end_consent").values_list(
        "particulars__purpose", flat=True
    )
    assert list(told) == ["restricted", "restricted"]


def test_the_like_of_what_who_remains_has_stays_with_the_alias(district: District) -> None:
    for student in (district.ann, district.dee):
        Consent.objects.create(student=student, purpose="survey", answer="granted",
                               starts_on=date(2026, 1, 1))  # fmt: skip
    district.combine()
    held = Consent.objects.filter(purpose="survey").values_list("student_id", flat=True)
    assert set(held) == {district.ann.pk, district.dee.pk}


def case_of(student: Student) -> CaseFile:
    return CaseFile.objects.get(workflow="reengagement", scope_key=str(student.uuid))


def sight_of(case: CaseFile) -> list[datetime | None]:
    return list(Reach.objects.filter(because=f"case {case.uuid}").values_list("ends_at", flat=True))


def test_of_two_open_cases_of_a_kind_the_later_goes_on_in_the_older(district: District) -> None:
    older, later = case_of(district.ann), case_of(district.dee)
    due_at = later.due_at
    district.combine()
    for case in (older, later):
        case.refresh_from_db()
    assert (older.closed_at, older.absorbed_by, older.scope_key, sight_of(older)) == (
        None, None, str(district.ann.uuid), [None],
    )  # fmt: skip
    assert (later.closed_at, later.absorbed_by, later.student, sight_of(later)) == (
        district.at, older, district.ann, [district.at],
    )  # fmt: skip
    with pytest.raises(Refusal, match="goes on in the older one"):
        take_step(NIGHTLY, case=later, step="clear", at=district.at)
    separate_students(NIGHTLY, alias=Alias.objects.get(), at=district.at + DAY)
    later.refresh_from_db()
    assert (later.closed_at, later.absorbed_by, later.due_at, later.student, sight_of(later)) == (
        None, None, due_at, district.dee, [None],
    )  # fmt: skip


def test_the_older_case_goes_on_also_where_it_comes_with_the_alias(district: District) -> None:
    started = state()
    older, later = case_of(district.ann), case_of(district.dee)
    alias = combine_students(NIGHTLY, student=district.ann, survivor=district.dee, at=district.at)
    for case in (older, later):
        case.refresh_from_db()
    assert (older.closed_at, older.scope_key) == (None, str(district.dee.uuid))
    assert (later.closed_at, later.absorbed_by) == (district.at, older)
    separate_students(NIGHTLY, alias=alias, at=district.at)
    assert state() == started


def test_a_case_is_not_opened_again_beside_one_that_came_since(district: District) -> None:
    later = case_of(district.dee)
    alias = combine_students(NIGHTLY, student=district.ann, survivor=district.dee, at=district.at)
    CaseFile.objects.filter(absorbed=later).update(closed_at=district.at, due_at=None)
    since = [Opening(district.dee, "Gone again.")]
    [new] = open_cases(NIGHTLY, workflow="reengagement", openings=since, at=district.at)
    separate_students(NIGHTLY, alias=alias, at=district.at + DAY)
    still_open = CaseFile.objects.filter(student=district.dee, closed_at=None)
    assert list(still_open) == [new]


def test_a_plain_and_a_restricted_case_of_a_kind_stay_beside_each_other(
    district: District,
) -> None:
    """One that is closed into a restricted one would tell that there is one."""
    CaseFile.objects.filter(student=district.ann).update(tier="restricted")
    district.combine()
    cases = CaseFile.objects.filter(student=district.ann, closed_at=None)
    assert {(case.tier, case.scope_key) for case in cases} == {
        ("restricted", str(district.ann.uuid)), ("student", str(district.ann.uuid)),
    }  # fmt: skip


def test_a_run_taken_back_right_after_a_merge_is_as_if_there_had_been_no_merge(
    district: District,
) -> None:
    corrected = changed(package(), "roles.csv", "r4,,,u4,primary,student,2025-08-18",
                        "r4,,,u4,primary,student,2025-08-19")  # fmt: skip
    district.roster(corrected)
    with transaction.atomic():
        undo_last_run(NIGHTLY, source="oneroster", at=district.at + DAY)
        without_a_merge = state()
        transaction.set_rollback(True)
    alias = district.combine()
    undo_last_run(NIGHTLY, source="oneroster", at=district.at + DAY)
    separate_students(NIGHTLY, alias=alias, at=district.at + DAY)
    assert state() == without_a_merge


def test_claims_of_both_records_that_share_days_are_an_overlap(district: District) -> None:
    district.file("enrollment_events.csv", EVENTS.replace("2026-01-09", "2026-01-30"))
    district.combine()
    with connection.cursor() as cursor:
        cursor.execute("select student_id from roster_overlappingstudent")
        assert cursor.fetchall() == [(district.ann.pk,)]
    assert chain(district.ann)[-1][0] == "s2"
