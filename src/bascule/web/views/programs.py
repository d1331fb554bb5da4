"""Programs: the Lead or the desk opens a program of an Options school, or a line of its seats."""

from datetime import date
from decimal import Decimal, InvalidOperation
from uuid import UUID

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from bascule.kernel.actor import Actor
from bascule.kernel.refusal import Refusal
from bascule.mobility.actions.programs import open_line, open_program
from bascule.mobility.models import OptionsProgram, SeatLine
from bascule.mobility.queries import options_schools
from bascule.web.pages import page

GRADES = ("06", "07", "08", "09", "10", "11", "12")


@page("change_seats")
def programs(request: HttpRequest) -> HttpResponse:
    """Show the forms that open a program or a line; a POST opens one of them."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if request.method == "POST":
        return _open(actor, request.POST)
    context = {
        "schools": list(options_schools()),
        "programs": list(OptionsProgram.objects.select_related("school")),
        "schedules": OptionsProgram.Schedule.choices,
        "services": SeatLine.Service.choices,
        "grades": GRADES,
    }
    return render(request, "programs.html", context)


def _open(actor: Actor, said: QueryDict) -> HttpResponse:
    try:
        if said.get("what") == "program":
            _open_program(actor, said)
            return redirect("programs")
        return redirect("seat-line", uuid=_open_line(actor, said).uuid)
    except (ValueError, InvalidOperation):
        words = _("A number or a day cannot be read, or a choice is missing.")
        raise Refusal("unreadable", words) from None


def _open_program(actor: Actor, said: QueryDict) -> None:
    school = options_schools().filter(source_key=said.get("school", "")).first()
    if school is None:
        raise ValueError("no Options school was chosen")
    open_program(
        actor, school=school, name=said.get("name", ""),
        schedule=_one_of(OptionsProgram.Schedule.values, said.get("schedule", "")),
        ages=(_whole(said, "youngest_age"), _whole(said, "oldest_age")),
        credit_range=(_decimal(said, "fewest_credits"), _decimal(said, "most_credits")),
        languages=_listed(said.get("languages", ""), 40),
        supports=_listed(said.get("supports", ""), 80),
    )  # fmt: skip


def _open_line(actor: Actor, said: QueryDict) -> SeatLine:
    program = OptionsProgram.objects.filter(uuid=UUID(said.get("program", ""))).first()
    if program is None:
        raise ValueError("no program was chosen")
    return open_line(
        actor, program=program, window=said.get("window", ""), reason=said.get("reason", ""),
        grades=(_one_of(GRADES, said.get("lowest", "")), _one_of(GRADES, said.get("highest", ""))),
        days=(_day(said, "starts_on"), _day(said, "ends_on")),
        service=_one_of(SeatLine.Service.values, said.get("service", "")),
        seats=int(said.get("seats", "")),
    )  # fmt: skip


def _one_of(known: tuple[str, ...] | list[str], word: str) -> str:
    if word not in known:
        raise ValueError(f"{word!r} is no choice")
    return word


def _day(said: QueryDict, name: str) -> date:
    return date.fromisoformat(said.get(name, ""))


def _whole(said: QueryDict, name: str) -> int | None:
    """Return a number of years, null where nothing was said; two digits at most."""
    text = said.get(name, "").strip()
    if len(text) > 2:
        raise ValueError(f"{text!r} is no age")
    return int(text) if text else None


def _decimal(said: QueryDict, name: str) -> Decimal | None:
    """Return a number of credits with one place at most, null where nothing was said."""
    text = said.get(name, "").strip()
    number = Decimal(text) if text else None
    if number is not None and not (0 <= number < 100 and number == round(number, 1)):
        raise ValueError(f"{text!r} is no number of credits")
    return number


def _listed(text: str, longest: int) -> list[str]:
    """Return the parts between commas; ValueError where one is longer than can be kept."""
    parts = [part.strip() for part in text.split(",") if part.strip()]
    if any(len(part) > longest for part in parts):
        raise ValueError(f"{parts} are too long")
    return parts
