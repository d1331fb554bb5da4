"""Tags and filters that pages share: clocks in words, one row for a case."""

import json
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from uuid import UUID

from django import template
from django.urls import reverse
from django.utils.formats import date_format, number_format
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from bascule.access.drafts import drafts_on
from bascule.access.drafts import name_of as name_of_draft
from bascule.cases.actions import name_of
from bascule.cases.models import CaseFile, Note, Transition
from bascule.directory.on_duty import OnDuty
from bascule.kernel.actor import OFFICE, Actor
from bascule.kernel.clock import now, today
from bascule.kernel.wording import ENGLISH, Voice
from bascule.mobility.actions.at_once import FORCED, LEFT_BEFORE
from bascule.mobility.models import Flag, PlacementRound
from bascule.mobility.telling import case_words, flag_words
from bascule.web.days import written_day
from bascule.web.icons import drawn

register = template.Library()
READERS = Voice(translated=_, counted=ngettext, day=lambda day: date_format(day, "DATE_FORMAT"))
"""Says things in the language of who reads the page."""
STORED_WORDS = (OFFICE, FORCED, LEFT_BEFORE)
_NOBODY = UUID(int=0)


@register.simple_tag
def icon(meaning: str) -> SafeString:
    """Draw the icon of a meaning; the word stands beside it."""
    return drawn(meaning)


@register.filter
def clock(due_at: datetime | None) -> str:
    """Say in words when a clock runs out: relative under two days, else weekday and date."""
    if due_at is None:
        return _("closed")
    left = (due_at - now()).total_seconds()
    if left < 0:
        return _overdue(-left)
    if left < 48 * 3600:
        hours = max(round(left / 3600), 1)
        return ngettext("%(n)d hour left", "%(n)d hours left", hours) % {"n": hours}
    return _("by %(day)s") % {"day": date_format(localtime(due_at), "D M j")}


def _overdue(seconds: float) -> str:
    days = int(seconds // 86400)
    if days:
        return ngettext("%(n)d day late", "%(n)d days late", days) % {"n": days}
    hours = max(round(seconds / 3600), 1)
    return ngettext("%(n)d hour late", "%(n)d hours late", hours) % {"n": hours}


@register.filter
def clock_tone(due_at: datetime | None) -> str:
    """Name the tone of a clock: late, due (today or tomorrow) or calm."""
    if due_at is None:
        return "calm"
    left = (due_at - now()).total_seconds()
    return "late" if left < 0 else "due" if left < 24 * 3600 else "calm"


@register.simple_tag
def duty_words(duty: OnDuty, whose: str) -> str:
    """Say why a case is in this person's queue: what is covered, and until when."""
    if duty.because != "cover":
        return because_words(duty.because)
    if duty.until is None:
        return _("you cover %(whose)s") % {"whose": whose}
    said = {"whose": whose, "day": near_day(duty.until)}
    return _("you cover %(whose)s until %(day)s") % said


@register.filter
def stands_in_words(duty: OnDuty, reader: Actor) -> str:
    """Say in which way somebody is on duty who does not hold the position."""
    if duty.person_id == reader.person_id:
        return because_words(duty.because)
    return {
        "cover": _("covers"), "backup": _("as the named backup"),
        "next_in_line": _("next in line"),
    }.get(duty.because, _("nobody else is on duty"))  # fmt: skip


@register.filter
def near_day(on: date) -> str:
    """Name a day of the coming week by its weekday, and any other with its date."""
    days = (on - today()).days
    return date_format(on, "l" if 0 <= days < 7 else "D M j")


@register.filter
def answered(given: Mapping[str, str] | None, key: str) -> str:
    """Return what was answered under `key` in a form that is shown again; nothing in a new one."""
    return given.get(key, "") if given else ""


@register.filter
def because_words(because: str) -> str:
    """Say why a case is in this person's queue."""
    return {
        "holder": _("yours"),
        "cover": _("you cover"),
        "backup": _("you are the backup"),
        "next_in_line": _("you are next in line"),
        "lead": _("nobody else is on duty"),
        "desk": _("at the desk"),
    }.get(because, _("nobody is on duty"))


@register.filter
def roster_tone(kind: str) -> str:
    """Name the tone of what the roster says of a handover."""
    return {"confirmed": "kept", "contradicted": "late", "missed": "due"}.get(kind, "held")


@register.filter
def round_tone(placement: PlacementRound) -> str:
    """Name the tone of where a round stands."""
    return {"prepared": "held", "run": "due", "offered": "kept"}.get(placement.state, "calm")


@register.filter
def difference_words(what: str) -> str:
    """Say in what the SIS and a handover differ."""
    return {
        "school": _("School"), "last_day": _("Last day"), "first_day": _("First day"),
        "exit_code": _("Leave code"), "entry_code": _("Entry code"),
    }[what]  # fmt: skip


@register.filter
def said(text: str) -> str:
    """Write a day as every page does, and anything else as it is."""
    try:
        return written_day(date.fromisoformat(text))
    except ValueError:
        return text


@register.inclusion_tag("draft.html", takes_context=True)
def keeps_draft(context: template.Context, form: str) -> dict[str, object]:
    """Let the form in which this stands keep what is typed, under a name that it has on its page.

    What was typed before comes back. One query a page, however many of its forms keep drafts.
    """
    request = context["request"]
    page = str(context.get("draft_page") or request.path)  # a refused form has another address
    if not hasattr(request, "drafts"):
        request.drafts = drafts_on(request.actor, page)
    draft = request.drafts.get(form)
    return {
        "name": name_of_draft((page, form)), "to": reverse("draft-keep"), "draft": draft,
        "fields": json.dumps(draft.fields) if draft else "",
    }  # fmt: skip


@register.filter
def is_act(act: Transition | Note, name: str) -> bool:
    """Say whether a step or a note is the one of this name."""
    return name_of(act) == name


@register.filter
def thousands(number: object) -> object:
    """Write a count as people read it: 63,688. Anything but a number stays as it is."""
    return number_format(number, force_grouping=True) if isinstance(number, int) else number


@register.filter
def signed(number: int) -> str:
    """Write a change with its sign and the minus sign of print."""
    return f"{number:+d}".replace("-", "−")


@register.filter
def grade(code: str) -> str:
    """Say a grade as people do: 2 and not 02, K and not KG."""
    return {"KG": "K"}.get(code, (code or "").lstrip("0"))


@register.filter
def grade_words(code: str) -> str:
    """Say in which grade somebody is; nothing where none is reported."""
    return _("grade %(grade)s") % {"grade": grade(code)} if code else ""


@register.filter
def day(on: date | None) -> str:
    """Write a day (not an instant) as every page does."""
    return written_day(on)


@register.filter
def since(on: date | None) -> str:
    """Say since which day something holds."""
    return _("since %(day)s") % {"day": written_day(on)}


@register.filter
def left(on: date | None) -> str:
    """Say on which day somebody left."""
    return _("left %(day)s") % {"day": written_day(on)}


@register.filter
def address(uuid: UUID, view: str) -> str:
    """Return where the page `view` about the row of this uuid is."""
    before, after = _around(view)
    return f"{before}{uuid}{after}"


@cache
def _around(view: str) -> tuple[str, str]:
    """What stands before and after the uuid in the addresses of a view, asked once."""
    before, _uuid, after = reverse(view, args=[_NOBODY]).partition(str(_NOBODY))
    return before, after


@register.filter
def stored(text: str) -> str:
    """Tell what Bascule itself keeps in English in the reader's language; typed text stays."""
    return _(text) if text in STORED_WORDS else text


@register.filter
def reason(row: Flag | CaseFile) -> str:
    """Say why a flag stands or a case is open: in English as stored, else told anew."""
    voice = ENGLISH if get_language() == "en" else READERS
    if isinstance(row, CaseFile):
        return case_words(voice, particulars=row.particulars, stored=row.reason)
    return flag_words(
        voice, rule=row.rule, began_on=row.began_on, figures=row.figures, stored=row.because
    )
