"""What goes with a student to the next school: read, printed, taken along as a file, signed."""

from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from bascule.kernel.actor import Actor
from bascule.kernel.refusal import Refusal
from bascule.mobility.actions.transition_notes import WORDS, may_sign_notes, sign_transition_note
from bascule.mobility.models import TransitionNote
from bascule.mobility.models.transition_notes import LONGEST
from bascule.mobility.placement_facts import FIGURES
from bascule.mobility.queries import restricted_parts, transition_notes
from bascule.roster.models import Student
from bascule.roster.policies import SEE
from bascule.web.pages import note_reads, page, visible_or_404


@dataclass(frozen=True)
class Part:
    """One part of a note: its key, what it is about, and what is said."""

    key: str
    label: object
    text: str


@dataclass(frozen=True)
class Signed:
    """One signed note as it is read; `restricted` is empty for who may not know of it."""

    note: TransitionNote
    parts: tuple[Part, ...]
    restricted: str


@page()
def transition_note(request: HttpRequest, uuid: str) -> HttpResponse:
    """Show the newest note and the earlier ones, or sign a new one; `?file=1` is to take along."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    students = Student.objects.select_related("school")
    student: Student = visible_or_404(SEE, students, actor, uuid=uuid)
    if request.method == "POST":
        return _sign(request, actor, student)
    ground = SEE.why(student, actor)
    is_file = request.GET.get("file") == "1"
    note_reads(request, ground.key if ground else "", [student], file=is_file)
    restricted = {} if is_file else restricted_parts(actor, student)
    signed = [
        Signed(note, _parts(note), restricted.get(note.pk, ""))
        for note in transition_notes(student)
    ]
    latest = signed[0].note if signed else None
    context = {
        "student": student, "latest": signed[0] if signed else None, "earlier": signed[1:],
        "may_sign": may_sign_notes(actor), "parts": _parts(latest), "longest": LONGEST,
        "finish_on": latest.finish_on if latest else None, "figures": FIGURES,
        "sees_restricted": actor.sees_restricted,
    }  # fmt: skip
    if not is_file:
        return render(request, "transition_note.html", context)
    response = render(request, "transition_note_file.html", context)
    response["Content-Disposition"] = (
        f'attachment; filename="transition-note-{student.number}.html"'
    )
    return response


def _sign(request: HttpRequest, actor: Actor, student: Student) -> HttpResponse:
    sign_transition_note(
        actor,
        student=student,
        words={key: request.POST.get(key, "") for key in WORDS},
        finish_on=_month_in(request.POST.get("finish_on", "")),
        restricted=request.POST.get("restricted", ""),
    )
    return redirect("transition-note", uuid=student.uuid)


def _parts(note: TransitionNote | None) -> tuple[Part, ...]:
    """Return all parts in their order, empty where nothing is said."""
    fields = (TransitionNote._meta.get_field(key) for key in WORDS)
    return tuple(
        Part(field.name, field.verbose_name, getattr(note, field.name) if note else "")  # type: ignore[union-attr]
        for field in fields
    )


def _month_in(text: str) -> date | None:
    """Read a month that a form sends, 2027-06; None where it is left empty."""
    try:
        return date.fromisoformat(f"{text}-01") if text else None
    except ValueError:
        raise Refusal("unreadable", _("Say the month as 2027-06.")) from None
