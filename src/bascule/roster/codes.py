"""Local entry and exit codes beside their CEDS and Ed-Fi names, and what each means for a move.

CPS codes 33, 40, 86 and 99 and the Illinois exit types 02, 04, 05, 06, 14 and 16 are confirmed
by public sources; every other local code is a dated assumption (2026-11-21) that a district
replaces with its own table. CEDS: elements 000099 (entry) and 000110 (exit). Ed-Fi 5.2:
EntryTypeDescriptor and ExitWithdrawTypeDescriptor. Codes are text: a leading zero is part of one.
"""

from dataclasses import dataclass
from enum import StrEnum

EDFI_ENTRY = "uri://ed-fi.org/EntryTypeDescriptor#"
EDFI_EXIT = "uri://ed-fi.org/ExitWithdrawTypeDescriptor#"


class EntryKind(StrEnum):
    """What an entry says about where the student comes from."""

    YEAR_START = "year_start"
    PROMOTION = "promotion"
    TRANSFER_WITHIN = "transfer_within"
    TRANSFER_IN = "transfer_in"
    FIRST_ENTRY = "first_entry"
    RE_ENTRY = "re_entry"


class ExitKind(StrEnum):
    """What an exit says about where the student goes.

    CEDS warns that 01931, 03502, 03505 and 09999 must never be merged: here they are
    UNKNOWN, ELIGIBLE_TO_RETURN, ADMINISTRATIVE and OTHER.
    """

    YEAR_END = "year_end"
    PROMOTION = "promotion"
    GRADUATED = "graduated"
    COMPLETED = "completed"
    TRANSFER_WITHIN = "transfer_within"
    TRANSFER_OUT = "transfer_out"
    HOME_SCHOOL = "home_school"
    INSTITUTION = "institution"
    DROPOUT = "dropout"
    UNKNOWN = "unknown"
    ELIGIBLE_TO_RETURN = "eligible_to_return"
    ADMINISTRATIVE = "administrative"
    AGED_OUT = "aged_out"
    EXPELLED = "expelled"
    DIED = "died"
    NO_SHOW = "no_show"
    OTHER = "other"


@dataclass(frozen=True)
class EntryCode:
    """One local entry code; `confirmed` is false where the district still has to say so."""

    code: str
    title: str
    kind: EntryKind
    ceds: str
    edfi: str
    confirmed: bool = False


@dataclass(frozen=True)
class ExitCode:
    """One local exit code; `needs_proof` marks a destination that only a record can prove."""

    code: str
    title: str
    kind: ExitKind
    ceds: str
    edfi: str
    needs_proof: bool = False
    confirmed: bool = False


ENTRY_CODES = {
    row.code: row
    for row in (
        EntryCode("01", "First entry into a school", EntryKind.FIRST_ENTRY, "01838",
                  "New to education system"),
        EntryCode("02", "Start of the school year, same school", EntryKind.YEAR_START, "74001",
                  "Next year school"),
        EntryCode("03", "Promotion from another school of the district", EntryKind.PROMOTION,
                  "74001", "Next year school"),
        EntryCode("04", "Transfer from a school of the district", EntryKind.TRANSFER_WITHIN,
                  "01821", "Transfer", confirmed=True),
        EntryCode("05", "Transfer from another Illinois district", EntryKind.TRANSFER_IN,
                  "01822", "Transfer"),
        EntryCode("06", "Transfer from another state", EntryKind.TRANSFER_IN, "74003", "Transfer"),
        EntryCode("07", "Transfer from another country", EntryKind.TRANSFER_IN, "01830",
                  "Transfer"),
        EntryCode("08", "Transfer from a private school", EntryKind.TRANSFER_IN, "74002",
                  "Transfer"),
        EntryCode("09", "Return from home schooling", EntryKind.TRANSFER_IN, "01833", "Transfer"),
        EntryCode("10", "Return to the same school", EntryKind.RE_ENTRY, "01835", "Re-entry"),
        EntryCode("11", "Return after withdrawing", EntryKind.RE_ENTRY, "01836", "Re-entry"),
        EntryCode("12", "Return after an involuntary withdrawal", EntryKind.RE_ENTRY, "01837",
                  "Re-entry"),
        EntryCode("13", "Return from detention or an institution", EntryKind.RE_ENTRY, "01831",
                  "Re-entry"),
        EntryCode("19", "Other entry", EntryKind.TRANSFER_IN, "09999", "Other"),
    )
}  # fmt: skip

EXIT_CODES = {
    row.code: row
    for row in (
        ExitCode("01", "End of the school year", ExitKind.YEAR_END, "73062",
                 "End of school year"),
        ExitCode("02", "Moved to another school of the district", ExitKind.TRANSFER_WITHIN,
                 "01907", "Transferred", confirmed=True),
        ExitCode("04", "Moved to a private school", ExitKind.TRANSFER_OUT, "73068",
                 "Transferred", needs_proof=True, confirmed=True),
        ExitCode("05", "Promoted to another school", ExitKind.PROMOTION, "73066",
                 "Completed", confirmed=True),
        ExitCode("06", "Graduated", ExitKind.GRADUATED, "01921", "Graduated", confirmed=True),
        ExitCode("07", "Completed with another credential", ExitKind.COMPLETED, "01922",
                 "Completed"),
        ExitCode("14", "Reached maximum age", ExitKind.AGED_OUT, "01926",
                 "Reached maximum age", confirmed=True),
        ExitCode("16", "Moved as a victim of violent crime", ExitKind.TRANSFER_WITHIN, "01907",
                 "Transferred", confirmed=True),
        ExitCode("20", "Dropped out", ExitKind.DROPOUT, "01927", "Dropout"),
        ExitCode("21", "Not enrolled, may return", ExitKind.ELIGIBLE_TO_RETURN, "03502",
                 "Withdrawn"),
        ExitCode("22", "Expelled", ExitKind.EXPELLED, "01925", "Expelled"),
        ExitCode("23", "Detention or another institution", ExitKind.INSTITUTION, "01917",
                 "Incarcerated"),
        ExitCode("24", "Died", ExitKind.DIED, "73064", "Died or is permanently incapacitated"),
        ExitCode("30", "Administrative change, same school", ExitKind.ADMINISTRATIVE, "03505",
                 "Other"),
        ExitCode("33", "Moved out of the district", ExitKind.TRANSFER_OUT, "01908",
                 "Transferred", needs_proof=True, confirmed=True),
        ExitCode("34", "Moved out of the country", ExitKind.TRANSFER_OUT, "01916",
                 "Transferred", needs_proof=True),
        ExitCode("40", "Home school", ExitKind.HOME_SCHOOL, "01918", "Transferred",
                 needs_proof=True, confirmed=True),
        ExitCode("86", "Lost child: unable to locate", ExitKind.UNKNOWN, "01931", "Withdrawn",
                 confirmed=True),
        ExitCode("98", "Other exit", ExitKind.OTHER, "09999", "Other"),
        ExitCode("99", "Did not arrive", ExitKind.NO_SHOW, "01931", "No show", confirmed=True),
    )
}  # fmt: skip
