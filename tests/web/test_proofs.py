"""What a search for a lost child still has to prove, told from its history alone."""

from datetime import UTC, datetime

from bascule.cases.models import Transition
from bascule.cases.registry import workflow_of
from bascule.web.proofs import proofs_of

AT = datetime(2026, 11, 20, 14, tzinfo=UTC)
LABELS = ["All numbers called", "Home visited", "Certified letter sent",
          "Receipt is back, or overdue", "Reported: code 86 may be used"]  # fmt: skip


def days(*taken: tuple[str, dict[str, str]]) -> list[str]:
    history = [Transition(step=step, at=AT, answers=answers) for step, answers in taken]
    proofs = proofs_of(workflow_of("lost_child"), history)
    assert [each.label for each in proofs] == LABELS
    return [each.day for each in proofs]


CALLED = ("prove_calls", {"called_on": "2026-11-16", "called_by": "Bea Nowak"})
VISITED = ("prove_visit", {"visited_on": "2026-11-17"})
POLICE = ("file_police_report", {"filed_on": "2026-11-18"})


def test_each_proof_stands_with_the_day_it_tells_of() -> None:
    assert days(("open", {})) == ["", "", "", "", ""]
    assert days(CALLED, VISITED) == ["2026-11-16", "2026-11-17", "", "", ""]


def test_after_a_police_report_nothing_is_proven_any_more() -> None:
    assert days(CALLED, VISITED, POLICE) == ["", "", "", "", ""]
    again = ("prove_calls", {"called_on": "2026-11-19"})
    assert days(CALLED, VISITED, POLICE, again) == ["2026-11-19", "", "", "", ""]


def test_no_other_workflow_has_proofs() -> None:
    assert proofs_of(workflow_of("options_transfer"), [Transition(step="claim", at=AT)]) == []
