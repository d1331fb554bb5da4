"""The canonical rows that every standard is read into: names, columns and load order, once.

A reader maps its files to rows of these targets; the pipeline stages one table per target.
All values travel as text or null: a date is `YYYY-MM-DD`, a span's last day is inclusive, a
truth value is `true` or `false`, a list is joined by commas. A null means "not reported",
never zero and never false. Keys are the source's own identifiers.
"""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["text", "date", "bool", "int", "number", "list"]


@dataclass(frozen=True)
class Column:
    """One column of a target; `kind` says what its text can be cast to."""

    name: str
    kind: Kind = "text"


@dataclass(frozen=True)
class Target:
    """One kind of canonical row; `required` columns are never null in an accepted row."""

    key: str
    title: str
    columns: tuple[Column, ...]
    required: frozenset[str]

    @property
    def names(self) -> tuple[str, ...]:
        """Return the column names in order, without the row's own key."""
        return tuple(column.name for column in self.columns)


def _column(word: str) -> Column:
    name, _, kind = word.rstrip("*").partition(":")
    return Column(name, kind or "text")  # type: ignore[arg-type]  # the words below are literals


def _target(key: str, title: str, words: str) -> Target:
    """Declare a target from words such as `starts_on:date*` (a star: never null)."""
    listed = words.split()
    required = frozenset(_column(word).name for word in listed if word.endswith("*"))
    return Target(key, title, tuple(_column(word) for word in listed), required)


_PERSON = (
    "given_name* family_name* middle_name preferred_given_name preferred_middle_name"
    " preferred_family_name username email phone sms identifier user_ids:list enabled:bool"
    " primary_org_key pronouns state_identifier"
)

TARGETS = {
    target.key: target
    for target in (
        # kind: district, network, school, department, agency, state, national or the source's
        # own ext: word. The place columns come from spine files and Ed-Fi only.
        _target(
            "organization",
            "Organizations",
            "name* short_name kind* identifier parent_key governance level grades:list address"
            " city state postal_code latitude:number longitude:number community_area"
            " enrollment:int state_identifier",
        ),
        _target(
            "session",
            "Academic sessions",
            "title* kind* starts_on:date* ends_on:date* parent_key school_year:int*",
        ),
        _target("calendar_day", "Calendar days", "school_key day_on:date* kind* note"),
        _target("student", "Students", f"{_PERSON} grade"),
        _target("staff", "Staff", _PERSON),
        _target("guardian", "Guardians", _PERSON),
        # Somebody whose role is not in the package: updates whoever is known under the key.
        _target("person", "People without a role", f"{_PERSON} grade"),
        _target("guardian_link", "Guardians of students", "student_key* guardian_key* relation"),
        _target(
            "demographics",
            "Demographics",
            "student_key* birth_on:date sex american_indian_or_alaska_native:bool asian:bool"
            " black_or_african_american:bool native_hawaiian_or_other_pacific_islander:bool"
            " white:bool two_or_more_races:bool hispanic_or_latino:bool birth_country birth_state"
            " birth_city residence_status",
        ),
        _target(
            "school_role",
            "School roles",
            "person_key* org_key* role* is_primary:bool starts_on:date ends_on:date",
        ),
        _target(
            "course",
            "Courses",
            "title* code grades:list org_key* school_year_key subjects:list subject_codes:list",
        ),
        _target(
            "section",
            "Sections",
            "title* code kind* course_key* school_key* session_keys:list* grades:list location"
            " periods:list subjects:list subject_codes:list",
        ),
        _target(
            "section_enrollment",
            "Section enrollments",
            "section_key* school_key* person_key* role* is_primary:bool starts_on:date"
            " ends_on:date",
        ),
        # event: E (entry, day_on is the first day of membership) or W (withdrawal, the last).
        _target(
            "enrollment_event",
            "Entries and withdrawals",
            "student_key* school_key* event* day_on:date* code reason grade",
        ),
        # ends_on null means open; end_known is false where the next entry at the same school shows
        # that the membership ended and no withdrawal says when (ends_on is then the day before).
        _target(
            "enrollment_claim",
            "Enrollment claims",
            "student_key* school_key* starts_on:date* ends_on:date entry_code exit_code"
            " entry_reason exit_reason grade end_known:bool is_primary:bool",
        ),
        _target(
            "attendance_event",
            "Attendance events",
            "student_key* school_key* day_on:date* kind* reason",
        ),
        _target(
            "attendance_month",
            "Attendance by month",
            "student_key* school_key* month* days_enrolled:number* days_absent:number*"
            " days_unexcused:number days_tardy:number",
        ),
        _target(
            "mark",
            "Marks and credits",
            "student_key* school_key* school_year:int* term* course* mark"
            " credits_attempted:number credits_earned:number",
        ),
        _target(
            "program_spell",
            "Program spells",
            "student_key* program* starts_on:date* ends_on:date",
        ),
    )
}

LOAD_ORDER = tuple(TARGETS)
"""Every target after what its rows refer to."""

FEED_OWNED: dict[str, tuple[str, ...]] = {
    target: tuple(words.split())
    for target, words in {
        "organization": "kind reported_kind name short_name? identifier? governance? grades?"
        " address? latitude? longitude? is_options?",
        "session": "title kind school_year starts_on ends_on parent_id",
        "student": "number given_name middle_name family_name preferred_given_name?"
        " preferred_family_name? state_id? grade? also_reported?",
        "staff": "given_name family_name email? phone? also_reported?",
        "guardian": "given_name family_name email? phone? sms? also_reported?",
        "guardian_link": "student_id reported_for guardian_id relation?",
        "demographics": "student_id birth_on? sex? is_american_indian? is_asian? is_black?"
        " is_pacific_islander? is_white? is_of_two_or_more_races? is_hispanic? birth_country?"
        " birth_state? birth_city? residence_status?",
        "school_role": "student_id reported_for guardian_id person_id organization_id role"
        " is_primary? starts_on ends_on",
        "course": "title code grades organization_id session_id subjects subject_codes",
        "section": "title code kind session_keys grades location periods subjects subject_codes"
        " course_id school_id",
        "section_enrollment": "section_id student_id reported_for person_id role is_primary"
        " starts_on ends_on",
        "attendance_event": "student_id reported_for school_id day kind reason?",
        "mark": "student_id reported_for school_id school_year term course mark? credits_attempted"
        " credits_earned",
        "program_spell": "student_id reported_for program starts_on ends_on",
    }.items()
}
"""The columns of our tables that a feed owns, target by target; every other column is people's.

What a feed reports in an owned column replaces what anybody wrote there; a `?` means that a blank
leaves what is known. A column that is not listed is never written by a feed once the row exists.
"""
