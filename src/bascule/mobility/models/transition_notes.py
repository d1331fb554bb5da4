"""What goes with a student who changes schools, in the words of who knows the student."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from bascule.directory.models import Organization
from bascule.roster.models import Student

LONGEST = 2000


class TransitionNote(models.Model):
    """A signed note for whoever teaches the student next, with the plan until graduation.

    Signed once and never changed: the next note stands before it. `credits` were earned of
    `credits_needed` when it was signed (null: no marks say so); `finish_on` is the first day of the
    month in which the student is expected to finish. Whoever sees the student reads it, wherever
    the student goes; what only some roles may know stands in `RestrictedPart`.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    student = models.ForeignKey(Student, models.PROTECT, related_name="transition_notes")
    school = models.ForeignKey(Organization, models.PROTECT, null=True, related_name="+")
    strengths = models.TextField(_("Strengths and interests"), max_length=LONGEST, blank=True)
    connecting = models.TextField(
        _("How to connect with the student"), max_length=LONGEST, blank=True
    )
    learning = models.TextField(_("What works in class"), max_length=LONGEST, blank=True)
    people = models.TextField(_("Family, friends and other adults"), max_length=LONGEST, blank=True)
    plan = models.TextField(
        _("Courses still needed until graduation"), max_length=LONGEST, blank=True
    )
    after = models.TextField(_("After graduation"), max_length=LONGEST, blank=True)
    finish_on = models.DateField(null=True)
    credits = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    credits_needed = models.DecimalField(max_digits=5, decimal_places=2)
    signed_by = models.BigIntegerField()
    signed_name = models.CharField(max_length=160)
    signed_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["student", "-signed_at"], name="note_of_student")]


class RestrictedPart(models.Model):
    """What only the restricted tier reads of a note. Who wrote it and is not of it reads it not."""

    note = models.OneToOneField(
        TransitionNote, models.PROTECT, primary_key=True, related_name="restricted_part"
    )
    text = models.TextField(max_length=LONGEST)
