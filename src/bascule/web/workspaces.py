"""The offices as workspaces: which pages their menu shows, and to whom."""

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


def menu_of(actor: Actor) -> list[Entry]:
    """Return the menu lines that the actor may open."""
    return [entry for entry in MENU if entry.permission is None or actor.may(entry.permission)]
