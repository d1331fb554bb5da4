"""A family gets a page for its case, opens it by the student's birth date, and answers there.

The address is the only copy of the secret: it is shown once to who gives it.
"""

from datetime import date, datetime
from enum import Enum
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext as _

from bascule.cases.models import CaseFile
from bascule.cases.policies import SEE
from bascule.kernel.actor import Actor
from bascule.kernel.clock import local_day, now
from bascule.kernel.recorder import record_decision
from bascule.kernel.refusal import NotPermitted, Refusal
from bascule.kernel.secret_addresses import digest_of, new_secret
from bascule.mobility.families import LASTS, MOST_TRIES, OF_AGE, age_on
from bascule.mobility.models import FamilyAnswer, FamilyLink
from bascule.mobility.policies import gives_page
from bascule.mobility.queries import family_link, family_links, family_page, page_holders
from bascule.roster.models import Guardian, Student

THE_STUDENT = "student"
"""The holder who is no guardian: the adult student, or a youth who lives without one."""


class Door(Enum):
    """What a birth date did: it opened the page, it is not the one, or nothing is there (any more).

    Of what is not there nothing tells whether it ever was.
    """

    OPEN = "open"
    WRONG = "wrong"
    ENDED = "ended"


@transaction.atomic
def give_page(
    actor: Actor,
    *,
    case: CaseFile,
    holder: str,
    language: str,
    secret: str = "",
    at: datetime | None = None,
) -> tuple[FamilyLink, str]:
    """Give a holder the page of a case; return the link and the secret of its address.

    `holder` is the uuid of a guardian, or "student". Who has the page already gets it anew: the
    earlier address ends. A secret is drawn unless one is given (the demo's). Raises NotPermitted
    where the case is not the actor's to show, Refusal where nobody can be given it.
    """
    SEE.require(case, actor)
    at, student = at or now(), case.student
    if not gives_page(actor, case) or student is None or case.closed_at or case.absorbed_by_id:
        raise NotPermitted("not-permitted", _("You may not give the page of this case."))
    if student.birth_on is None:
        words = _("No birth date is reported, and by it the family opens its page.")
        raise Refusal("no-birth-date", words, _("the school's clerk"))
    if language not in dict(settings.LANGUAGES):
        raise Refusal("no-such-language", _("Choose the family's language."))
    guardian, tier = _holder(actor, student, holder, local_day(at))
    given = [link.pk for link in family_links(actor, case) if link.guardian == guardian]
    FamilyLink.objects.filter(pk__in=given).update(revoked_at=at)
    secret = secret or new_secret()
    link = FamilyLink.objects.create(
        case=case, guardian=guardian, tier=tier, language=language, digest=digest_of(secret),
        given_at=at, given_by=actor.user_id, given_name=case.signature(actor),
        expires_at=at + LASTS,
    )  # fmt: skip
    told = str(guardian.uuid) if guardian else THE_STUDENT
    _record(actor, "give_family_page", link, case=str(case.uuid), holder=told, language=language)
    return link, secret


@transaction.atomic
def note_mailed(actor: Actor, *, link: FamilyLink) -> None:
    """Record that the address of a page was sent to its holder by mail."""
    _record(actor, "mail_family_page", link, case=str(link.case.uuid))


def _holder(
    actor: Actor, student: Student, holder: str, day: date
) -> tuple[Guardian | None, CaseFile.Tier]:
    """Return the guardian, or None for the student, and who may know that the link exists."""
    if holder != THE_STUDENT:
        found = [one.guardian for one in page_holders(actor, student)]
        for guardian in found:
            if str(guardian.uuid) == holder:
                return guardian, CaseFile.Tier.STUDENT
        words = _("Choose a guardian of this student with a phone number or an e-mail address.")
        raise Refusal("no-such-holder", words, _("the school's clerk"))
    if student.birth_on and age_on(student.birth_on, day) >= OF_AGE:
        return None, CaseFile.Tier.STUDENT
    if actor.sees_restricted:
        return None, CaseFile.Tier.RESTRICTED
    words = _(
        "For a student under 18 choose a guardian. To a youth without one, the liaison gives it."
    )
    raise Refusal("under-age", words, _("the liaison"))


@transaction.atomic
def end_page(actor: Actor, *, link: FamilyLink, at: datetime | None = None) -> None:
    """Take the page back: its address opens nothing any more. Again changes nothing."""
    SEE.require(link.case, actor)
    if not gives_page(actor, link.case):
        raise NotPermitted("not-permitted", _("You may not take this page back."))
    if link.revoked_at is None:
        link.revoked_at = at or now()
        link.save(update_fields=["revoked_at"])
        _record(actor, "end_family_page", link)


def open_page(*, secret: str, birth_on: date, at: datetime | None = None) -> tuple[Door, int]:
    """Try to open a page by the student's birth date; return what it did, and the link's id (0).

    Nobody acts yet, so there is no actor. After five wrong dates in a row the link is locked. It
    raises nothing: a refusal would undo the count.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "select link_id, is_right from mobility_unlock_family(%s, %s, %s, %s)",
            [digest_of(secret), birth_on, at or now(), MOST_TRIES],
        )
        row = cursor.fetchone()
    if row is None:
        return Door.ENDED, 0
    link, is_right = row
    record_decision(
        Actor(user_id=-link, name="the family"), "try_family_page", kind="family_link", uuid=None,
        particulars={"link": link, "right": is_right},
    )  # fmt: skip
    return (Door.OPEN, link) if is_right else (Door.WRONG, link)


@transaction.atomic
def answer_offer(
    actor: Actor,
    *,
    answer: str,
    because: str = "",
    words: str = "",
    revision: int = 0,
    at: datetime | None = None,
) -> FamilyAnswer:
    """Keep what the family says to the offered seat. The case does not move: the office moves it.

    `revision` is that of the page on which it was answered. Raises NotPermitted where no family
    acts, Refusal where nothing is offered (any more) or a no has no reason.
    """
    at, page, link = at or now(), family_page(actor), family_link(actor)
    if page is None or link is None:
        raise NotPermitted("not-permitted", _("There is no page here any more."))
    if not page.awaits_answer(at) or page.revision != revision:
        raise Refusal("no-offer", _("This seat is not offered any more."))
    if answer not in FamilyAnswer.Answer.values:
        raise Refusal("no-answer", _("Say yes or no."))
    is_no = answer == FamilyAnswer.Answer.NO
    if is_no and because not in FamilyAnswer.Because.values:
        raise Refusal("no-reason", _("Choose why not."))
    kept = FamilyAnswer.objects.create(
        link=link, case_id=link.case_id, revision=revision, answer=answer, at=at,
        because=because if is_no else "", words=words.strip()[:400] if is_no else "",
    )  # fmt: skip
    _record(actor, "answer_offer", link, answer=answer)
    return kept


@transaction.atomic
def choose_language(actor: Actor, *, language: str) -> None:
    """Keep the language in which this holder reads. Raises as `answer_offer` does."""
    link = family_link(actor)
    if link is None:
        raise NotPermitted("not-permitted", _("There is no page here any more."))
    if language in dict(settings.LANGUAGES) and language != link.language:
        link.language = language
        link.save(update_fields=["language"])
        _record(actor, "choose_language", link, language=language)


def tell_answers(actor: Actor, *, at: datetime | None = None) -> int:
    """Tell the owners of cases what families said to an offer that still stands; return how many.

    Once for each offer; what was seen and then answered otherwise is told again.
    """
    with connection.cursor() as cursor:
        cursor.execute("select mobility_tell_family_answers(%s)", [at or now()])
        return int(cursor.fetchone()[0])


def _record(actor: Actor, verb: str, link: FamilyLink, **particulars: str) -> None:
    """Record a decision about a link; without saying who holds it where only some may know."""
    is_open = link.tier == CaseFile.Tier.STUDENT
    uuid: UUID = link.uuid
    record_decision(
        actor, verb, kind="family_link", uuid=uuid, particulars=particulars if is_open else {}
    )
