"""The page of a family: the link by which one holder reads one case, and what was answered."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from bascule.cases.models import CaseFile
from bascule.mobility.families import LASTS, MOST_TRIES
from bascule.roster.models import Guardian


class FamilyLink(models.Model):
    """One holder may read the page of one case: a guardian of the roster, or the student (null).

    Of the secret in its address only the SHA-256 digest is kept. `tier` is restricted where that
    the link exists tells something: a student under 18 who holds the page lives without a guardian.
    `tries` counts wrong birth dates since the last right one.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    case = models.ForeignKey(CaseFile, models.PROTECT, related_name="family_links")
    guardian = models.ForeignKey(Guardian, models.PROTECT, null=True, related_name="family_links")
    tier = models.CharField(max_length=12, choices=CaseFile.Tier, default=CaseFile.Tier.STUDENT)
    language = models.CharField(max_length=5, choices=settings.LANGUAGES)
    digest = models.CharField(max_length=64, unique=True)
    given_at = models.DateTimeField()
    given_by = models.BigIntegerField()
    given_name = models.CharField(max_length=160)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["-given_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "guardian", "tier"],
                condition=Q(revoked_at__isnull=True),
                name="family_link_once_a_holder",
                nulls_distinct=False,
                violation_error_message=_("This holder has the page of this case already."),
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("given_at"), expires_at__lte=F("given_at") + LASTS),
                name="family_link_ends",
                violation_error_message=_("A link ends after half a year at the latest."),
            ),
            models.CheckConstraint(
                condition=Q(tries__lte=MOST_TRIES), name="family_link_tries_counted"
            ),
        ]

    def is_locked(self) -> bool:
        """Whether too many wrong birth dates were typed in a row."""
        return self.tries >= MOST_TRIES


class FamilyAnswer(models.Model):
    """What a family said to an offered seat: yes or no, and why not. The office then acts on it.

    `revision` is that of the case when it was answered: an answer to an earlier offer says nothing
    of this one. Only added to; the newest counts.
    """

    class Answer(models.TextChoices):
        YES = "yes", _("Yes")
        NO = "no", _("No")

    class Because(models.TextChoices):
        TOO_FAR = "too_far", _("It is too far away")
        HOURS = "hours", _("The hours do not work for us")
        OTHER_PLACE = "other_place", _("We found another school")
        STAYS = "stays", _("We want to stay at the school")
        OTHER = "other", _("Something else")

    link = models.ForeignKey(FamilyLink, models.PROTECT, related_name="answers")
    case = models.ForeignKey(CaseFile, models.PROTECT, related_name="family_answers")
    revision = models.PositiveIntegerField()
    answer = models.CharField(max_length=3, choices=Answer)
    because = models.CharField(max_length=12, choices=Because, blank=True)
    words = models.CharField(max_length=400, blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(answer="yes", because="") | Q(answer="no") & ~Q(because=""),
                name="family_answer_no_because",
                violation_error_message=_("Say why not."),
            )
        ]
