"""Publish a version of a procedure, and sign the one in force."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from bascule.kernel.actor import Actor
from bascule.kernel.clock import local_day, now
from bascule.kernel.recorder import record_decision
from bascule.kernel.refusal import NotPermitted, Refusal
from bascule.kernel.school_calendar import school_year_of
from bascule.mobility.actions.scenarios import count_tries, lock, wrong_answers
from bascule.mobility.actions.seats import LEAD
from bascule.mobility.links import is_link
from bascule.mobility.models import (
    Procedure,
    ProcedureSignature,
    ProcedureVersion,
    SchoolCertification,
)
from bascule.mobility.models.procedures import LONGEST
from bascule.mobility.queries import debtors, in_force, school_certification, works_at_a_school

SIGNERS = ("mobility_lead", "transition_specialist", "options_desk")
"""The roles of the office that may be asked to sign."""


@transaction.atomic
def publish_procedure(
    actor: Actor, *, title: str, office: str, words: str, link: str, starts_on: date,
    ends_on: date | None, signers: Sequence[str], at: datetime | None = None,
) -> ProcedureVersion:  # fmt: skip
    """Publish the next version of the procedure of this title; earlier ones stay as they are.

    Raises NotPermitted for everybody but the Lead, Refusal without title, office, or text and
    link, for a link that is not https, for unknown signers, and for days that do not follow.
    """
    if not actor.may("write_procedures"):
        raise NotPermitted("not-permitted", _("Procedures are published by the Lead."), _(LEAD))
    title, office, words, link = (each.strip() for each in (title, office, words, link))
    _require_content(title, office, words, link)
    if not set(signers) <= set(SIGNERS):
        raise Refusal("no-such-role", _("Choose who signs from the list."))
    Procedure.objects.get_or_create(title=title, defaults={"office": office})
    procedure = Procedure.objects.get(title=title)
    last = procedure.versions.first()
    _require_days(last, starts_on, ends_on)
    version = ProcedureVersion.objects.create(
        procedure=procedure, number=last.number + 1 if last else 1, words=words, link=link,
        starts_on=starts_on, ends_on=ends_on, signers=sorted(set(signers)),
        published_by=actor.user_id, published_name=actor.name, published_at=at or now(),
    )  # fmt: skip
    _record(actor, "publish_procedure", version)
    return version


@transaction.atomic
def certify_by(
    actor: Actor, *, procedure: Procedure, at: datetime | None = None
) -> SchoolCertification:
    """Make a procedure the school certification, in the place of the one before; twice is once.

    Raises NotPermitted for everybody but the Lead.
    """
    if not actor.may("write_procedures"):
        raise NotPermitted("not-permitted", _("The Lead says what certifies."), _(LEAD))
    newest = SchoolCertification.objects.first()
    if newest is not None and newest.procedure_id == procedure.pk:
        return newest
    mark = SchoolCertification.objects.create(
        procedure=procedure, marked_by=actor.user_id, marked_name=actor.name, marked_at=at or now()
    )
    record_decision(actor, "certify_by", kind="procedure", uuid=procedure.uuid, particulars={})
    return mark


def may_sign(actor: Actor, version: ProcedureVersion, day: date) -> bool:
    """Say whether somebody owes a signature, or may be certified by it at a school."""
    if actor.person_id in {each.pk for each in debtors(version, day)}:
        return True
    certifies = actor.may("certify") and school_certification() == version.procedure
    return certifies and works_at_a_school(actor.person_id, day)


@transaction.atomic
def sign_procedure(
    actor: Actor, *, version: ProcedureVersion, answers: Mapping[int, int] | None = None,
    at: datetime | None = None,
) -> ProcedureSignature | None:  # fmt: skip
    """Sign the version in force for this school year; twice is once.

    `answers` are those to its scenarios, by number: places in their lists. None, and no signature,
    where one is not right; the try is counted, of nobody. Raises NotPermitted for who is not asked
    to sign it, Refusal where it is not in force or a scenario is not answered.
    """
    day = local_day(at or now())
    signature = version.signatures.filter(
        person=actor.person_id, school_year=school_year_of(day)
    ).first()
    if signature is not None:
        return signature
    if in_force(version.procedure.versions.all(), day) != version:
        raise Refusal("not-in-force", _("This version is not in force: read the one that is."))
    if actor.person_id is None or not may_sign(actor, version, day):
        raise NotPermitted("not-permitted", _("You are not asked to sign this procedure."))
    if not _answers_right(lock(version), answers or {}):
        return None
    signature = ProcedureSignature.objects.create(
        version=version, person_id=actor.person_id, school_year=school_year_of(day),
        signed_at=at or now(),
    )  # fmt: skip
    _record(actor, "sign_procedure", version)
    return signature


def _answers_right(version: ProcedureVersion, answers: Mapping[int, int]) -> bool:
    """Count the try and say whether every scenario is answered right; all must be answered."""
    if not {each.number for each in version.scenarios.all()} <= set(answers):
        raise Refusal("not-answered", _("Answer every question."))
    wrong = wrong_answers(version, answers)
    count_tries(version, wrong)
    return not wrong


def _require_content(title: str, office: str, words: str, link: str) -> None:
    if not title or not office or len(title) > 160 or len(office) > 80:
        raise Refusal("unreadable", _("A procedure has a title and an office."))
    if not (words or link) or len(words) > LONGEST:
        raise Refusal("unreadable", _("A procedure has a text or a link."))
    if link and (not is_link(link) or len(link) > 300):
        raise Refusal("no-link", _("A link begins with https:// and names a host."))


def _require_days(last: ProcedureVersion | None, starts_on: date, ends_on: date | None) -> None:
    if ends_on is not None and ends_on < starts_on:
        raise Refusal("order", _("It ends before it begins."))
    if last is not None and starts_on <= last.starts_on:
        raise Refusal("order", _("A new version begins after the one before it."))


def _record(actor: Actor, verb: str, version: ProcedureVersion) -> None:
    record_decision(
        actor, verb, kind="procedure", uuid=version.procedure.uuid,
        particulars={"version": str(version.number)},
    )  # fmt: skip
