"""The small CSV files of a district: calendar, attendance, marks and programs.

Headers and words are in docs/look-up/feeds.md; the generator writes the same. Each is declared
here and read by `plain_csv`.
"""

from bascule.feeds.standards.cell_rules import (
    is_day,
    is_identifier,
    is_month,
    is_number,
    is_school_year,
    is_text,
    one_of,
)
from bascule.feeds.standards.csv_checking import CsvColumn
from bascule.feeds.standards.plain_csv import PlainCsv

DAY_KINDS = ("school_day", "half_day", "holiday", "break", "cancelled")
ABSENCE_KINDS = (
    "absent_unexcused",
    "absent_excused",
    "absent_half_unexcused",
    "absent_half_excused",
    "tardy",
    "left_early",
)
TERMS = ("S1", "S2", "Q1", "Q2", "Q3", "Q4", "Y")
PROGRAMS = ("homeless", "foster", "iep", "el", "justice", "section_504", "low_income")

_STUDENT = CsvColumn("student_id", "student_key", is_identifier)
_SCHOOL = CsvColumn("school_id", "school_key", is_identifier)


def _optional(header: str, column: str) -> CsvColumn:
    return CsvColumn(header, column, is_text, required=False, optional_header=True)


CALENDAR = PlainCsv(
    "calendar",
    "school calendar (CSV)",
    "calendar_day",
    (
        CsvColumn("school_id", "school_key", is_identifier, required=False),
        CsvColumn("date", "day_on", is_day),
        CsvColumn("kind", "kind", one_of(DAY_KINDS, "kind of day")),
        CsvColumn("note", "note", is_text, required=False),
    ),
    ("school_key", "day_on"),
)

ATTENDANCE = PlainCsv(
    "attendance",
    "attendance events (CSV)",
    "attendance_event",
    (
        _STUDENT,
        _SCHOOL,
        CsvColumn("date", "day_on", is_day),
        CsvColumn("kind", "kind", one_of(ABSENCE_KINDS, "kind of attendance event")),
        _optional("reason", "reason"),
    ),
    ("student_key", "school_key", "day_on", "kind"),
)

ATTENDANCE_MONTH = PlainCsv(
    "attendance_month",
    "attendance by month (CSV)",
    "attendance_month",
    (
        _STUDENT,
        _SCHOOL,
        CsvColumn("month", "month", is_month),
        CsvColumn("days_enrolled", "days_enrolled", is_number),
        CsvColumn("days_absent", "days_absent", is_number),
        CsvColumn("days_unexcused", "days_unexcused", is_number, required=False),
        CsvColumn("days_tardy", "days_tardy", is_number, required=False),
    ),
    ("student_key", "school_key", "month"),
)

MARKS = PlainCsv(
    "marks",
    "marks and credits (CSV)",
    "mark",
    (
        _STUDENT,
        _SCHOOL,
        CsvColumn("school_year", "school_year", is_school_year),
        CsvColumn("term", "term", one_of(TERMS, "term")),
        CsvColumn("course", "course", is_identifier),
        CsvColumn("mark", "mark", is_text, required=False),
        CsvColumn("credits_attempted", "credits_attempted", is_number, required=False),
        CsvColumn("credits_earned", "credits_earned", is_number, required=False),
    ),
    ("student_key", "school_key", "school_year", "term", "course"),
)

PROGRAMS_FILE = PlainCsv(
    "programs",
    "program spells (CSV)",
    "program_spell",
    (
        _STUDENT,
        CsvColumn("program", "program", one_of(PROGRAMS, "program")),
        CsvColumn("starts_on", "starts_on", is_day),
        CsvColumn("ends_on", "ends_on", is_day, required=False),
    ),
    ("student_key", "program", "starts_on"),
    span=("starts_on", "ends_on"),
)

DAILY_FILES = (CALENDAR, ATTENDANCE, ATTENDANCE_MONTH, MARKS, PROGRAMS_FILE)
