"""Write a scenario for a version of a procedure, and count how it is answered."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from bascule.kernel.actor import Actor
from bascule.kernel.clock import now
from bascule.kernel.recorder import record_decision
from bascule.kernel.refusal import NotPermitted, Refusal
from bascule.mobility.actions.seats import LEAD
from bascule.mobility.models import ProcedureScenario, ProcedureVersion
from bascule.mobility.queries import Failure, failures

LONGEST = 800
MOST_ANSWERS = 4


@transaction.atomic
def add_scenario(
    actor: Actor, *, version: ProcedureVersion, failure: str, question: str,
    answers: Sequence[str], right: int, why: str, passage: str, at: datetime | None = None,
) -> ProcedureScenario:  # fmt: skip
    """Add a scenario to a version that nobody has signed; `right` is its place in `answers`.

    Of the failure only its masked pattern is kept. Raises NotPermitted for everybody but the Lead,
    Refusal for a version that is signed, a pattern that is not proposed, fewer than two answers,
    none that is right, texts that are missing or too long, and a passage that the text has not.
    """
    if not actor.may("write_procedures"):
        raise NotPermitted("not-permitted", _("Scenarios are written by the Lead."), _(LEAD))
    said = _given(answers)
    question, why, passage = question.strip(), why.strip(), passage.strip()
    locked = lock(version)
    _require_texts(locked, question, said, right, why, passage)
    if locked.signatures.exists():
        raise Refusal("signed", _("This version is signed already: publish the next one."))
    pattern = _proposed(actor, failure, at or now())
    scenario = ProcedureScenario.objects.create(
        version=locked, number=locked.scenarios.count() + 1, workflow=pattern.workflow,
        state=pattern.state, root_cause=pattern.root_cause, grade_band=pattern.grade_band,
        hours=pattern.hours, question=question, answers=said, right=right, why=why,
        passage=passage, written_by=actor.user_id, written_name=actor.name,
        written_at=at or now(),
    )  # fmt: skip
    record_decision(
        actor, "add_scenario", kind="procedure", uuid=locked.procedure.uuid,
        particulars={"version": str(locked.number), "scenario": str(scenario.number)},
    )  # fmt: skip
    return scenario


def lock(version: ProcedureVersion) -> ProcedureVersion:
    """Hold a version until the transaction ends: nobody signs while a scenario is written."""
    return ProcedureVersion.objects.select_for_update(of=("self",)).get(pk=version.pk)


def wrong_answers(version: ProcedureVersion, answers: Mapping[int, int]) -> list[ProcedureScenario]:
    """Return the scenarios of a version that are not answered right, by number."""
    return [each for each in version.scenarios.all() if answers.get(each.number) != each.right]


def count_tries(version: ProcedureVersion, wrong: Sequence[ProcedureScenario]) -> None:
    """Add one try to each scenario of a version, and one that was wrong to those; of nobody."""
    version.scenarios.update(tries=F("tries") + 1)
    version.scenarios.filter(pk__in=[each.pk for each in wrong]).update(wrong=F("wrong") + 1)


def _given(answers: Sequence[str]) -> list[str]:
    """Return the answers without the empty fields at the end; one between them stays, empty."""
    said = [each.strip() for each in answers]
    while said and not said[-1]:
        said.pop()
    return said


def _require_texts(
    version: ProcedureVersion, question: str, answers: Sequence[str], right: int, why: str,
    passage: str,
) -> None:  # fmt: skip
    texts = (question, why, passage, *answers)
    if not all(texts) or max(map(len, texts)) > LONGEST:
        raise Refusal("unreadable", _("A scenario has a question, a reason and a passage."))
    if not 2 <= len(set(answers)) == len(answers) <= MOST_ANSWERS or not 0 <= right < len(answers):
        raise Refusal("no-answers", _("Give two to four different answers, one of them right."))
    if version.words and passage not in version.words:
        raise Refusal("no-passage", _("The passage is a part of the procedure's text."))


def _proposed(actor: Actor, key: str, at: datetime) -> Failure:
    for each in failures(actor, at):
        if each.key == key:
            return each
    raise Refusal("no-such-failure", _("Choose a failure from the list."))
