"""Guardians, whose they are, and what families agreed to."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from bascule.directory.models import Reported, no_overlap, once_per_source, span_is_ordered
from bascule.roster.models.students import Student, by_alias, of_alias


class Guardian(Reported):
    """A parent or another adult who answers for students. Seen by whoever sees one of them."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    given_name = models.CharField(max_length=255)
    family_name = models.CharField(max_length=255)
    email = models.CharField(max_length=255, blank=True)
    phone = models.CharField(max_length=255, blank=True)
    sms = models.CharField(max_length=255, blank=True)
    also_reported = models.JSONField(null=True)  # what its source says and we do not use

    class Meta:
        ordering = ["family_name", "given_name", "id"]
        constraints = [once_per_source("guardian_once_per_source")]

    def __str__(self) -> str:
        return f"{self.given_name} {self.family_name}"


class Guardianship(Reported):
    """A guardian answers for a student; `relation` is the source's word, such as `parent`."""

    student = models.ForeignKey(Student, models.PROTECT, related_name="guardianships")
    reported_for = of_alias()
    guardian = models.ForeignKey(Guardian, models.PROTECT, related_name="guardianships")
    relation = models.CharField(max_length=80, blank=True)

    class Meta:
        constraints = [once_per_source("guardianship_once_per_source")]
        indexes = [by_alias("guardianship_by_alias")]


class Consent(models.Model):
    """What was agreed to or refused for a student, for which purpose, and from when to when."""

    class Purpose(models.TextChoices):
        AGENCY_SERVICES = "agency_services", _("Services by a partner agency")
        SHARE_RECORDS = "share_records", _("Sharing records with a partner agency")
        COUNSELING = "counseling", _("Counseling at school")
        MEDIA = "media", _("Pictures and stories")
        SURVEY = "survey", _("Surveys")

    OPEN_PURPOSES = ("media", "survey")
    """Of the others the mere answer tells that somebody seeks help: they are restricted."""

    class Answer(models.TextChoices):
        GRANTED = "granted", _("Granted")
        REFUSED = "refused", _("Refused")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    student = models.ForeignKey(Student, models.PROTECT, related_name="consents")
    guardian = models.ForeignKey(Guardian, models.PROTECT, null=True, related_name="consents")
    purpose = models.CharField(max_length=20, choices=Purpose)
    answer = models.CharField(max_length=8, choices=Answer)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)

    class Meta:
        ordering = ["-starts_on", "-id"]
        constraints = [
            span_is_ordered("consent_span_ordered"),
            no_overlap(
                "consent_one_answer_a_day",
                "student",
                "purpose",
                message=_("There is another answer for this purpose in these days."),
            ),
        ]
