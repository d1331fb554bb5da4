"""What happened on somebody's cases while they were away: steps and notes, and what now waits."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from bascule.access.models import User
from bascule.cases.models import CaseFile, Note, Transition
from bascule.cases.policies import SEE
from bascule.directory.cover import sharing
from bascule.directory.models import Absence, Assignment
from bascule.kernel.actor import Actor
from bascule.kernel.clock import now, start_of


@dataclass
class HandBack:
    """One case that others moved or wrote on meanwhile: what they did, in order of time."""

    case: CaseFile
    moves: list[Transition] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)


def cases_moved(actor: Actor, absence: Absence) -> QuerySet[CaseFile]:
    """Return the cases in the actor's sight on which others acted meanwhile.

    They are those of the positions that the person held in those days. What waits now comes first,
    the most urgent before the others; what is closed comes last.
    """
    held = Assignment.objects.filter(
        sharing(absence.starts_on, absence.ends_on), person=absence.person_id
    )
    meanwhile = _meanwhile(absence)
    acted = Exists(Transition.objects.filter(meanwhile, case=OuterRef("pk"))) | Exists(
        Note.objects.filter(meanwhile, case=OuterRef("pk"))
    )
    theirs = CaseFile.objects.filter(acted, owner__in=list(held.values_list("position", flat=True)))
    return (
        SEE.filter(theirs, actor)
        .select_related("student__school", "owner")
        .order_by(F("closed_at").asc(nulls_first=True), "due_at", "id")
    )


def handed_back(absence: Absence, cases: Sequence[CaseFile]) -> list[HandBack]:
    """Return what others did on each of the cases meanwhile. Two queries, whatever the number."""
    meanwhile = _meanwhile(absence)
    moves, notes = defaultdict(list), defaultdict(list)
    for move in Transition.objects.filter(meanwhile, case__in=cases).order_by("at", "id"):
        moves[move.case_id].append(move)
    for note in Note.objects.filter(meanwhile, case__in=cases).order_by("at", "id"):
        notes[note.case_id].append(note)
    return [HandBack(case, moves[case.pk], notes[case.pk]) for case in cases]


def _meanwhile(absence: Absence) -> Q:
    """The predicate of what others did from the first day away to the last, or up to now."""
    last = now()
    if absence.ends_on is not None:
        last = min(last, start_of(absence.ends_on + timedelta(days=1)))
    own = User.objects.filter(person=absence.person_id).values_list("pk", flat=True)
    return Q(at__gte=start_of(absence.starts_on), at__lt=last) & ~Q(user_id__in=list(own))
