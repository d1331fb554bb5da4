"""What schools and offices answer and choose in the demo about the cases that they work on.

Invented: words by the key of the ask, days are those of the sitting, choices are drawn.
"""

from collections.abc import Mapping

CHOSEN: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "did_not_arrive": {
        "expected": ("log_call",),
        "calling": ("close_elsewhere", "close_elsewhere", "close_moved", "lose_trace"),
    },
    "immediate_enrollment": {
        "today": ("enroll",),
        "enrolled": ("confirm_first_day", "confirm_first_day", "miss"),
        "records": ("ask_records",),
        "papers": ("see_papers", "see_papers", "notify"),
        "follow_up": ("follow_up",),
        "settling": ("check", "settle"),
    },
    "soar_workshop": {
        "expected": ("begin", "begin", "begin", "stop"),
        "attending": ("finish",),
        "planning": ("make_plan",),
    },
    "lost_child": {
        "phoning": ("prove_calls", "prove_calls", "close_not_lost", "parent_misses"),
        "police": ("file_police_report",),
        "visiting": ("prove_visit", "prove_visit", "close_not_lost"),
        "writing": ("send_letter",),
        "receipt_due": ("prove_receipt",),
        "reporting": ("allow_code_86",),
    },
}
"""The steps taken of cases that others opened, by state; what stands twice, twice as often.

Nobody is said to be back: the generated roster never follows, and the night would find them again.
"""

OTHER_WORDS = "As agreed with the family"
"""What is answered to an ask that has no words of its own here."""

SAID = {
    "called_by": "The school clerk",
    "numbers": "Mother, aunt, and the number in the sister's record",
    "outcome": "Nobody reached; neighbors know nothing",
    "school": "Rockford East High School",
    "whereabouts_now": "Rockford, since August",
    "attempts": "Six calls to four numbers, a text, a visit; the building's manager knows nothing",
    "asked_of": "The new school's registrar",
    "why": "The new school says that nobody came",
    "visited_by": "The counselor and a colleague",
    "sent_by": "The school clerk",
    "receipt_number": "9589 0710 5270 0042 17",
    "reported_by": "The school clerk",
    "reported_to": "The chief's office",
    "told_by": "The mother, by phone",
    "filed_by": "The mother, with the clerk beside her",
    "report_number": "JK-204417",
    "known_by": "The grandmother",
    "whereabouts": "With an uncle in Rockford, back after the holidays",
    "flagged_by": "State Police, by their list of the week",
    "requested_by": "A school in Gary, Indiana, by letter",
    "code": "02",
    "evidence": "Attendance taken at the other school on all days of the week",
    "confirmed_by": "The attendance office",
    "program": "Second Bridge, half day",
    "services": "300 minutes a week of specialized instruction, speech",
}
