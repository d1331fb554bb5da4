"""Lists of this office that people take away: the same rows as the page, complete."""

from collections.abc import Iterator, Mapping

from bascule.access.models import Export
from bascule.cases.adherence import SPANS, VERSION, begin_of
from bascule.cases.lists import JUDGED, DeclaredList, Row, Shown, declare_list
from bascule.kernel.actor import Actor
from bascule.kernel.clock import now, today
from bascule.mobility.queries import (
    OFFER,
    RELEASE,
    Answers,
    answers_of_schools,
    asked_schools,
    certified_at,
    network_named,
    open_schools,
    short_schools,
)

ANSWERS = (
    "School", "Releases answered in time", "Releases not in time", "Releases within the clock",
    "Offers answered in time", "Offers not in time", "Offers within the clock", "Rule version",
)  # fmt: skip
CERTIFIED = ("School", "Certified staff", "Who", "Until")
CERTIFIES = "signed the school certification in this school year, at the school on the day"


def declare_lists() -> None:
    """Declare what is taken away of this app."""
    declare_list(DeclaredList(Export.Kind.ANSWERS, ANSWERS, answer_rows, JUDGED))
    declare_list(DeclaredList(Export.Kind.CERTIFIED, CERTIFIED, certified_rows, CERTIFIES))


def answer_rows(actor: Actor, narrowed: Mapping[str, str], shown: Shown) -> Iterator[Row]:
    """Yield a row for each school in the actor's remit that was asked; no student is named."""
    span, at = narrowed.get("days", ""), now()
    since = begin_of(span if span in SPANS else SPANS[0], today())
    releases, offers = (answers_of_schools(actor, duty, since, at) for duty in (RELEASE, OFFER))
    network = network_named(actor, narrowed.get("network", ""))
    for school in asked_schools(actor, {*releases, *offers}, network, at):
        shown.note(None)
        yield (
            school.name, *_counts(releases.get(school.pk)), *_counts(offers.get(school.pk)), VERSION
        )  # fmt: skip


def certified_rows(actor: Actor, narrowed: Mapping[str, str], shown: Shown) -> Iterator[Row]:
    """Yield a row for each school in the actor's remit, with who is certified; no student."""
    if not actor.may("see_certified"):
        return
    asked = short_schools if narrowed.get("show") == "short" else open_schools
    for each in certified_at(list(asked(actor, today())), today()):
        shown.note(None)
        names = ", ".join(str(person) for person in each.people)
        yield each.school.name, len(each.people), names, each.until if each.people else None


def _counts(found: Answers | None) -> tuple[int, int, int]:
    answers = found or Answers()
    return answers.in_time, answers.late, answers.running
