"""What a family reads about its request: short sentences in its own language, and nothing else.

Written for a reader of sixth grade. The Spanish is in the catalog as everywhere.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.timezone import localtime
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from bascule.mobility.families import PAPERS_WITHIN, STAGES
from bascule.mobility.queries import FamilyPage


@dataclass(frozen=True)
class StageWords:
    """A stage as a family reads it: its name, what happens, what the family does, whose turn it is.

    `turn` is "office", "family", "old" or "new" (school). The sentences name the student by the
    first name (%(name)s) and the schools (%(old)s, %(new)s).
    """

    name: str | Promise
    now: str | Promise
    you: str | Promise
    turn: str = "office"


CALL_IF_UNWANTED = _("If you did not want this, or want to ask again, call us.")
NOTHING_TO_DO = _("You do not have to do anything now. We call you if we need something.")

WORDS: Mapping[str, StageWords] = {
    "asked": StageWords(
        _("Your request"),
        _("We have the request for %(name)s to change schools. A specialist reads it next."),
        NOTHING_TO_DO,
    ),
    "checked": StageWords(
        _("We check"),
        _("We look at which schools can take %(name)s: the age, the credits and the help needed."),
        NOTHING_TO_DO,
    ),
    "choosing": StageWords(
        _("You choose a school"),
        _("It is time to choose. We talk with you about the schools that fit."),
        _("Tell us which schools you like best. You can visit a school before you choose."),
    ),
    "waiting": StageWords(
        _("You choose a school"),
        _("All seats in these schools are taken right now. %(name)s is on the waiting list."),
        _("You do not have to do anything now. You can also ask us about other schools."),
    ),
    "offered": StageWords(
        _("A seat is offered"),
        _("%(new)s has a seat for %(name)s."),
        _("Tell us if you want this seat."),
        "family",
    ),
    "lapsed": StageWords(
        _("A seat is offered"),
        _("%(new)s had a seat for %(name)s. The time to answer is over."),
        _("Call us. We look for a seat together with you."),
    ),
    "visit": StageWords(
        _("First visit"),
        _("The seat at %(new)s is yours. Next is the first visit to the school."),
        _("Go to the first visit. Bring the papers that you have."),
        "new",
    ),
    "leaving": StageWords(
        _("Leaving the old school"),
        _("%(new)s is ready. Now %(old)s has to sign that %(name)s may leave."),
        _("%(name)s stays enrolled at %(old)s until the first day at the new school."),
        "old",
    ),
    "enrolled": StageWords(
        _("At the new school"),
        _("%(name)s is enrolled at %(new)s. The old school sends the records."),
        _("Is a paper still missing, such as proof of age? You can start without it."),
        "new",
    ),
    "first_weeks": StageWords(
        _("The first weeks"),
        _("%(name)s goes to %(new)s now. For 90 days we ask every two weeks how it is going."),
        _("Is something not going well? Call us. We help."),
    ),
    "done": StageWords(
        _("Finished"),
        _("%(name)s has settled in at %(new)s. This request is finished."),
        _("If something changes, call us."),
    ),
    "back": StageWords(
        _("Finished"),
        _("%(name)s goes to the old school again. This request is finished."),
        CALL_IF_UNWANTED,
    ),
    "stopped": StageWords(_("Finished"), _("This request is closed."), CALL_IF_UNWANTED),
    "denied": StageWords(
        _("Finished"),
        _("The answer to this request was no."),
        _("You can ask us to look again. This is called an appeal. Call us, or tell the clerk or"
          " the counselor of any school. Somebody else than before decides."),
    ),
    "at_once": StageWords(
        _("Finished"),
        _("%(name)s does not have to wait and starts school right away."),
        _("Call us: we tell you what comes next."),
    ),
}  # fmt: skip
DAY = {"en": "l, F j", "es": r"l j \d\e F"}


@dataclass(frozen=True)
class Passed:
    """One stage of the way: its name, and whether it is passed, here or ahead."""

    name: str | Promise
    where: str


@dataclass(frozen=True)
class ToldPage:
    """The page in words. `next_name` is empty at the end of the way, `by` where nothing is due."""

    stage: StageWords
    now: str
    you: str
    way: list[Passed]
    next_name: str | Promise
    by: str
    is_late: bool
    visit_on: str
    first_day_on: str
    papers_by: str


def told_page(page: FamilyPage, at: datetime) -> ToldPage:
    """Say in the reader's language where the request stands at the instant `at`."""
    stage = WORDS[_key_of(page, at)]
    named = {
        "name": page.given_name,
        "old": page.old_school or _("the old school"),
        "new": page.new_school or _("the new school"),
    }
    due = page.until_at if page.stage == "offered" else page.due_at
    return ToldPage(
        stage=stage, now=str(stage.now) % named, you=str(stage.you) % named, way=_way(page),
        next_name=_next_name(page), by=family_instant(due) if due else "",
        is_late=due is not None and due < at,
        visit_on=family_day(page.intake_on) if page.stage == "visit" else "",
        first_day_on=family_day(page.first_day_on),
        papers_by=_papers_by(page) if page.stage == "enrolled" else "",
    )  # fmt: skip


def _key_of(page: FamilyPage, at: datetime) -> str:
    if page.state == "waitlisted":
        return "waiting"
    return "lapsed" if page.stage == "offered" and not page.awaits_answer(at) else page.stage


def _way(page: FamilyPage) -> list[Passed]:
    here = STAGES.index(page.stage) if page.stage in STAGES else -1
    if here < 0:
        return []
    wheres = ["passed"] * here + ["here"] + ["ahead"] * (len(STAGES) - here - 1)
    return [Passed(WORDS[key].name, where) for key, where in zip(STAGES, wheres, strict=True)]


def _next_name(page: FamilyPage) -> str | Promise:
    after = STAGES.index(page.stage) + 1 if page.stage in STAGES else len(STAGES)
    return WORDS[STAGES[after]].name if after < len(STAGES) else ""


def _papers_by(page: FamilyPage) -> str:
    if page.first_day_on is None:
        return ""
    return family_day(page.first_day_on + timedelta(days=PAPERS_WITHIN))


def family_day(day: date | None) -> str:
    """Write a day in full, in the reader's language: Tuesday, November 24; None as ""."""
    return date_format(day, DAY.get(get_language() or "", DAY["en"])) if day else ""


def family_instant(at: datetime) -> str:
    """Write an instant in full: Tuesday, November 24, 4:30 p.m."""
    local = localtime(at)
    return f"{family_day(local.date())}, {date_format(local, 'P')}"
