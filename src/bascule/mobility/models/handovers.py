"""One move as both schools agreed on it, the file that tells the SIS, and what the roster says."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from bascule.cases.models import CaseFile
from bascule.directory.models import Organization
from bascule.roster.models import Student


class HandoverFile(models.Model):
    """One file for the SIS: the withdrawal and the entry of each handover in it.

    The bytes are kept here, so that a file lost on its way can be laid down again as it was.
    `delivered_at` is null until it lies in the folder that the SIS reads. The loader's alone.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=80, unique=True)
    content = models.BinaryField()
    made_at = models.DateTimeField()
    delivered_at = models.DateTimeField(null=True)


class Handover(models.Model):
    """Last day there and first day here, both codes and both signatures: whole, or not at all.

    It never writes the roster: the SIS is told by `file`, which few may read, at `told_at`, and
    each night's roster is compared.
    `gap_because` says why a school day lies between the two, `forced_because` why the Lead signed
    in the sending school's stead; both are empty as a rule.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    case = models.OneToOneField(CaseFile, models.PROTECT, related_name="handover")
    student = models.ForeignKey(Student, models.PROTECT, related_name="handovers")
    from_school = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    to_school = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    last_day_on = models.DateField()
    first_day_on = models.DateField()
    exit_code = models.CharField(max_length=10)
    entry_code = models.CharField(max_length=10)
    gap_because = models.CharField(max_length=400, blank=True)
    forced_because = models.CharField(max_length=400, blank=True)
    received_by = models.BigIntegerField()
    received_name = models.CharField(max_length=160)
    received_at = models.DateTimeField()
    released_by = models.BigIntegerField()
    released_name = models.CharField(max_length=160)
    released_at = models.DateTimeField()
    file = models.ForeignKey(HandoverFile, models.PROTECT, null=True, related_name="handovers")
    told_at = models.DateTimeField(null=True)
    taken_back_at = models.DateTimeField(null=True)  # the move as signed no longer stands

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(first_day_on__gt=F("last_day_on")),
                name="handover_ends_before_it_begins",
                violation_error_message=_("The last day there lies before the first day here."),
            ),
            models.CheckConstraint(
                condition=~Q(from_school=F("to_school")),
                name="handover_between_two_schools",
                violation_error_message=_("A student moves from one school to another."),
            ),
            models.CheckConstraint(
                condition=Q(file=None, told_at=None) | Q(file__isnull=False, told_at__isnull=False),
                name="handover_told_by_a_file",
            ),
        ]
        indexes = [
            models.Index(
                fields=["released_at"],
                condition=Q(file=None, taken_back_at=None),
                name="handover_unsent",
            )
        ]


class RosterAnswer(models.Model):
    """What a night's roster says of a handover, kept when it says something else than before.

    `differences` lists (what, we say, the SIS says) of the keys that `roster_answers` declares.
    """

    class Kind(models.TextChoices):
        CONFIRMED = "confirmed", _("Confirmed")
        CONTRADICTED = "contradicted", _("The SIS says otherwise")
        MISSED = "missed", _("Not in the SIS")

    handover = models.ForeignKey(Handover, models.PROTECT, related_name="answers")
    kind = models.CharField(max_length=12, choices=Kind)
    differences = models.JSONField(default=list)
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-id"]
