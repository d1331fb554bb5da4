"""A case file and what happened to it. The owner is a position; who is on duty is asked."""

import uuid
from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from bascule.directory.models import Organization, Position
from bascule.kernel.actor import Actor
from bascule.kernel.clock import now
from bascule.roster.models import Student


class CaseFile(models.Model):
    """One run of a declared workflow about a student (or an organization).

    `scope_key` keeps one open case per workflow and subject within a tier: a restricted one must
    not show itself by refusing another. `due_at` is stored and its validity compared with now;
    `reason` is the sentence that says why the case is in somebody's queue. `absorbed_by` is the
    older case in which this one goes on, since its student's two records are one (ADR 0081).
    `school_id` is the student's school, kept by triggers alone while the case is open (ADR 0095).
    `aside_until` is when a case that was set aside, `aside_because` of something, comes back to
    its queue: never after its clock has run out, and with the next step at the latest.
    """

    class Tier(models.TextChoices):
        STUDENT = "student", _("Student record")
        RESTRICTED = "restricted", _("Restricted record")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    workflow = models.CharField(max_length=40)
    version = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=40)
    student = models.ForeignKey(Student, models.PROTECT, null=True, related_name="cases")
    organization = models.ForeignKey(Organization, models.PROTECT, null=True, related_name="cases")
    school_id = models.BigIntegerField(null=True)
    owner = models.ForeignKey(Position, models.PROTECT, related_name="cases")
    tier = models.CharField(max_length=12, choices=Tier, default=Tier.STUDENT)
    scope_key = models.CharField(max_length=80)
    reason = models.CharField(max_length=400)
    particulars = models.JSONField(default=dict)
    opened_at = models.DateTimeField()
    entered_state_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    revision = models.PositiveIntegerField(default=1)
    aside_until = models.DateTimeField(null=True)
    aside_because = models.CharField(max_length=400, blank=True, db_default="")
    absorbed_by = models.ForeignKey("self", models.PROTECT, null=True, related_name="absorbed")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workflow", "scope_key", "tier"],
                condition=Q(closed_at__isnull=True),
                name="case_one_open_per_subject",
                violation_error_message=_("Such a case is already open."),
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=False) | Q(due_at__isnull=False),
                name="case_open_has_clock",
                violation_error_message=_("An open case needs a clock."),
            ),
            models.CheckConstraint(
                condition=Q(absorbed_by__isnull=True) | Q(closed_at__isnull=False),
                name="case_absorbed_is_closed",
                violation_error_message=_("A case that goes on in another one is closed."),
            ),
            models.CheckConstraint(
                condition=Q(aside_until__isnull=True, aside_because="")
                | Q(aside_until__lte=F("due_at")) & ~Q(aside_because="")
                | Q(closed_at__isnull=False),
                name="case_aside_within_clock",
                violation_error_message=_("A case comes back before its clock has run out."),
            ),
        ]
        indexes = [
            models.Index(
                fields=["owner", "due_at"], condition=Q(closed_at__isnull=True), name="case_queue"
            ),
            models.Index(
                fields=["due_at", "id"],
                condition=Q(closed_at__isnull=True),
                name="open_case_by_due",
            ),
            # All that the counts of a board read, and row-level security, which asks whether a case
            # is closed, though none here is: the table itself stays out of it.
            models.Index(
                fields=["owner", "workflow", "state", "due_at"],
                include=["tier", "school_id", "student", "entered_state_at", "closed_at"],
                condition=Q(closed_at__isnull=True),
                name="case_board",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.workflow} {self.pk}"

    def is_aside(self, at: datetime) -> bool:
        """Say whether the case is set aside at an instant."""
        return self.aside_until is not None and self.aside_until > at

    def signature(self, actor: Actor) -> str:
        """Return the name with which what `actor` does stands on this case (ADR 0097)."""
        return actor.signature(is_restricted=self.tier == self.Tier.RESTRICTED)


class Standing(models.Manager[Any]):
    """What was done and not undone: all that counts, everywhere."""

    def get_queryset(self) -> models.QuerySet[Any]:
        """Leave out what was undone."""
        return super().get_queryset().filter(undone_at__isnull=True)


class Transition(models.Model):
    """One step taken: from where to where, by whom, when, why and with which answers.

    `before` is how the case stood, for who undoes the step; null where it did more than move the
    case. What was undone stays, and counts nowhere: `objects` leaves it out, `every` shows it.
    """

    case = models.ForeignKey(CaseFile, models.PROTECT, related_name="transitions")
    step = models.CharField(max_length=40)
    from_state = models.CharField(max_length=40, blank=True)
    to_state = models.CharField(max_length=40)
    at = models.DateTimeField()
    user_id = models.BigIntegerField()
    actor_name = models.CharField(max_length=160)
    answers = models.JSONField(default=dict)
    was_late = models.BooleanField(default=False)
    before = models.JSONField(null=True)
    undone_at = models.DateTimeField(null=True)
    undone_name = models.CharField(max_length=160, blank=True, db_default="")

    objects = Standing()
    every = models.Manager["Transition"]()

    class Meta:
        ordering = ["at", "id"]
        indexes = [
            models.Index(fields=["case", "id"], name="step_in_its_case"),
            models.Index(fields=["user_id", "at"], name="step_by_who_took_it"),
            models.Index(fields=["to_state", "at"], name="step_by_its_state"),
        ]


class Note(models.Model):
    """A contact or a remark on a case: what was tried, with which outcome.

    `outcome` is blank where nobody said whether somebody answered: that is not "no answer".
    What was undone is kept as a step is: `every` shows it.
    """

    class Kind(models.TextChoices):
        CALL = "call", _("Call")
        VISIT = "visit", _("Home visit")
        LETTER = "letter", _("Letter")
        MESSAGE = "message", _("Message")
        EMAIL = "email", _("Email")
        RELATIVE = "relative", _("Relative or friend")
        REMARK = "remark", _("Remark")

    class Outcome(models.TextChoices):
        ANSWERED = "answered", _("Somebody answered")
        NO_ANSWER = "no_answer", _("No answer")
        DEAD = "dead", _("The number or address does not work")

    case = models.ForeignKey(CaseFile, models.PROTECT, related_name="notes")
    kind = models.CharField(max_length=12, choices=Kind)
    outcome = models.CharField(max_length=12, choices=Outcome, blank=True, db_default="")
    text = models.TextField(max_length=4000)
    at = models.DateTimeField()
    user_id = models.BigIntegerField()
    actor_name = models.CharField(max_length=160)
    undone_at = models.DateTimeField(null=True)
    undone_name = models.CharField(max_length=160, blank=True, db_default="")

    objects = Standing()
    every = models.Manager["Note"]()

    class Meta:
        ordering = ["at", "id"]


class Notice(models.Model):
    """What the holders of a position should know, once: about a case, or about a look by necessity.

    Addressed to a position, and shown to whoever is on duty for it; without one, to everybody who
    works on cases and may see this one: the shared queue that is never absent. `revision` is that
    of the case when it entered its state: one notice of a kind for each entry. `void_at` is when
    the sweep saw that it holds no more, without anybody having seen it.
    """

    class Kind(models.TextChoices):
        OPENED = "opened", _("New case")
        LATE = "late", _("Late")
        UNSTAFFED = "unstaffed", _("Nobody is on duty")
        ELEVATION = "elevation", _("Access by necessity")
        FAMILY = "family", _("The family answered")
        PACK = "pack", _("Trends pack")
        COMMENT = "comment", _("Comment wanted")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=12, choices=Kind)
    case = models.ForeignKey(CaseFile, models.PROTECT, null=True, related_name="notices")
    revision = models.PositiveIntegerField(null=True)
    about = models.UUIDField(null=True)
    position = models.ForeignKey(Position, models.PROTECT, null=True, related_name="notices")
    at = models.DateTimeField(default=now)
    seen_at = models.DateTimeField(null=True)
    seen_by = models.BigIntegerField(null=True)
    void_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "kind", "revision"], name="notice_once_per_state_entry"
            ),
            models.UniqueConstraint(
                fields=["about", "position", "kind"], name="notice_once_per_position"
            ),
            models.CheckConstraint(
                condition=Q(case__isnull=False, revision__isnull=False, about__isnull=True)
                | Q(case__isnull=True, about__isnull=False),
                name="notice_about_one_thing",
                violation_error_message=_("A notice is about a case or about an event."),
            ),
            models.CheckConstraint(
                condition=Q(seen_at__isnull=True, seen_by__isnull=True)
                | Q(seen_at__isnull=False, seen_by__isnull=False),
                name="notice_seen_by_somebody",
                violation_error_message=_("Who has seen a notice has seen it at some time."),
            ),
        ]
        indexes = [
            models.Index(
                fields=["position", "-at"],
                condition=Q(seen_at__isnull=True, void_at__isnull=True),
                name="notice_unseen",
            )
        ]


class CaseView(models.Model):
    """A part of the open cases under a name that somebody gave it, for oneself or for all who work.

    It holds no case: whoever opens it sees the cases that are theirs to see.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user_id = models.BigIntegerField()
    user_name = models.CharField(max_length=160)
    title = models.CharField(max_length=60)
    part = models.JSONField()
    is_shared = models.BooleanField(default=False)
    made_at = models.DateTimeField(default=now)

    class Meta:
        ordering = ["title", "id"]
        constraints = [
            models.UniqueConstraint(fields=["user_id", "title"], name="case_view_named_once")
        ]


class MailChoice(models.Model):
    """How often somebody is mailed that there are notices of a kind; without a row never.

    What came up to `told_until` is no news any more: it was mailed, or is older than the choice.
    """

    class How(models.TextChoices):
        OFF = "off", _("Never")
        INSTANT = "instant", _("At once")
        DAILY = "daily", _("Each morning")
        WEEKLY = "weekly", _("Monday mornings")

    user_id = models.BigIntegerField()
    kind = models.CharField(max_length=12, choices=Notice.Kind)
    how = models.CharField(max_length=8, choices=How)
    told_until = models.DateTimeField()

    class Meta:
        ordering = ["user_id", "kind"]
        constraints = [
            models.UniqueConstraint(fields=["user_id", "kind"], name="mail_choice_once_a_kind")
        ]


class CalendarFeed(models.Model):
    """The secret address at which somebody's own calendar reads when cases run out.

    Of the secret only the digest is kept (SHA-256, 64 hex digits). A new address ends the old one.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user_id = models.BigIntegerField(unique=True)
    digest = models.CharField(max_length=64, unique=True)
    language = models.CharField(max_length=5)
    made_at = models.DateTimeField(default=now)


class Presence(models.Model):
    """Somebody types on the page of a case: since when, and when that was last told.

    Kept while the page tells it (`bascule.cases.presences`); `name` is how they sign there.
    """

    case = models.ForeignKey(CaseFile, models.CASCADE, related_name="presences")
    user_id = models.BigIntegerField()
    name = models.CharField(max_length=160)
    since = models.DateTimeField()
    at = models.DateTimeField()

    class Meta:
        ordering = ["since", "id"]
        constraints = [
            models.UniqueConstraint(fields=["case", "user_id"], name="presence_once_a_person")
        ]
