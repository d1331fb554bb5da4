"""The offices as workspaces: which pages their menu shows, and to whom."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bascule.kernel.actor import Actor


@dataclass(frozen=True)
class Entry:
    """One line of the menu; shown to who has the permission, or to everybody."""

    view: str
    title: str | Promise
    permission: str | None = None


MENU = (
    Entry("today", _("Today")),
    Entry("board", _("Board"), "see_board"),
    Entry("students", _("Students")),
    Entry("cases", _("Cases")),
    Entry("calls", _("Calls"), "call_families"),
    Entry("outreach", _("Outreach"), "call_families"),
    Entry("tickets", _("Tickets")),
    Entry("arrivals", _("Arrivals"), "accept_student"),
    Entry("seats", _("Seats"), "work_cases"),
    Entry("rounds", _("Rounds"), "see_rounds"),
    Entry("handovers", _("Handovers"), "see_handovers"),
    Entry("adherence", _("Adherence"), "see_adherence"),
    Entry("cover", _("Cover"), "work_cases"),
    Entry("measures", _("Measures"), "see_measures"),
    Entry("trends", _("Trends"), "see_measures"),
    Entry("last-night", _("Last night")),
    Entry("feeds", _("Feeds"), "see_feeds"),
)

BESIDE = (
    Entry("programs", _("Open seats"), "change_seats"),
    Entry("denials", _("Denial register"), "see_board"),
    Entry("days-between", _("Student-days lost between schools"), "see_board"),
    Entry("outreach-funnel", _("Outreach: how far they came"), "see_measures"),
    Entry("outreach-slice", _("Outreach: what helps"), "draw_outreach"),
    Entry("plans", _("Contingency plans"), "work_cases"),
    Entry("gaps", _("Gap register"), "work_cases"),
    Entry("procedures", _("Procedures"), "work_cases"),
    Entry("certified", _("Certified staff"), "see_certified"),
    Entry("pack-comment", _("Comment of the month"), "comment_trends"),
    Entry("look-alikes", _("Look-alikes"), "combine_students"),
    Entry("exports", _("Lists taken away"), "export"),
    Entry("elevations", _("Access by necessity"), "elevate"),
    Entry("elevations", _("Access by necessity"), "review_elevations"),
    Entry("mail-choices", _("Mails to me")),
    Entry("calendar", _("My calendar")),
    Entry("mfa_index", _("My account")),
)
"""Pages that another page leads to; whoever knows their name jumps there."""


def menu_of(actor: Actor) -> list[Entry]:
    """Return the menu lines that the actor may open."""
    return _open_to(actor, MENU)


def pages_of(actor: Actor) -> list[Entry]:
    """Return all pages with a name that the actor may open: the menu's, then those beside it."""
    found = {entry.view: entry for entry in _open_to(actor, MENU + BESIDE)}
    return list(found.values())


def _open_to(actor: Actor, entries: Iterable[Entry]) -> list[Entry]:
    return [each for each in entries if each.permission is None or actor.may(each.permission)]
