"""Seats of Options programs: lines, the dated rows that change them, and who holds one."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from bascule.cases.models import CaseFile
from bascule.directory.models import Organization, span_is_ordered
from bascule.roster.models import Student


class OptionsProgram(models.Model):
    """What an Options school offers: for which ages and credits, when in the day, with what help.

    Ages in years and credits earned are inclusive; null is no limit.
    """

    class Schedule(models.TextChoices):
        FULL_DAY = "full_day", _("Full day")
        HALF_DAY = "half_day", _("Half day")
        EVENING = "evening", _("Evening")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    school = models.ForeignKey(Organization, models.PROTECT, related_name="options_programs")
    name = models.CharField(max_length=120)
    youngest_age = models.PositiveSmallIntegerField(null=True)
    oldest_age = models.PositiveSmallIntegerField(null=True)
    fewest_credits = models.DecimalField(max_digits=4, decimal_places=1, null=True)
    most_credits = models.DecimalField(max_digits=4, decimal_places=1, null=True)
    schedule = models.CharField(max_length=12, choices=Schedule, default=Schedule.FULL_DAY)
    languages = ArrayField(models.CharField(max_length=40), default=list)
    supports = ArrayField(models.CharField(max_length=80), default=list)

    class Meta:
        ordering = ["school__name", "name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["school", "name"], name="program_once_a_school"),
            models.CheckConstraint(
                condition=Q(oldest_age__gte=F("youngest_age"))
                | Q(oldest_age__isnull=True)
                | Q(youngest_age__isnull=True),
                name="program_ages_ordered",
                violation_error_message=_("The oldest age lies below the youngest."),
            ),
            models.CheckConstraint(
                condition=Q(most_credits__gte=F("fewest_credits"))
                | Q(most_credits__isnull=True)
                | Q(fewest_credits__isnull=True),
                name="program_credits_ordered",
                violation_error_message=_("The most credits lie below the fewest."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.school.name}: {self.name}"


class SeatLine(models.Model):
    """Seats of one kind: a program, a band of grades, a window in which to start, a service.

    How many there are is told by its changes; a seat is one start in the window. Grades are codes
    that sort ("09" to "12").
    """

    class Service(models.TextChoices):
        GENERAL = "general", _("General")
        IEP = "iep", _("With an education program (IEP)")
        EL = "el", _("For English learners")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    program = models.ForeignKey(OptionsProgram, models.PROTECT, related_name="lines")
    lowest_grade = models.CharField(max_length=2)
    highest_grade = models.CharField(max_length=2)
    window = models.CharField(max_length=40)  # as the district calls it: "Quarter 2"
    starts_on = models.DateField()
    ends_on = models.DateField()
    service = models.CharField(max_length=12, choices=Service, default=Service.GENERAL)

    class Meta:
        ordering = ["starts_on", "lowest_grade", "service", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["program", "lowest_grade", "highest_grade", "starts_on", "service"],
                name="seat_line_once",
            ),
            span_is_ordered("seat_line_span_ordered"),
            models.CheckConstraint(
                condition=Q(highest_grade__gte=F("lowest_grade")),
                name="seat_line_grades_ordered",
                violation_error_message=_("The highest grade lies below the lowest."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.program}, {self.band}, {self.window}{self.suffix}"

    @property
    def place(self) -> str:
        """The line in words that tell no service: its band of grades may be that of one alone."""
        return f"{self.program}, {self.window}"

    @property
    def band(self) -> str:
        """The grades as people write them: 9-10."""
        return f"{int(self.lowest_grade)}\u2013{int(self.highest_grade)}"

    @property
    def suffix(self) -> str:
        """The service where it is one, as an abbreviation that no language changes."""
        return "" if self.service == self.Service.GENERAL else f", {self.service.upper()}"


class SeatChange(models.Model):
    """So many seats more, or fewer, from a day on: who said so, and why. Never changed itself."""

    line = models.ForeignKey(SeatLine, models.PROTECT, related_name="changes")
    seats = models.SmallIntegerField()
    effective_on = models.DateField()
    reason = models.CharField(max_length=400)
    user_id = models.BigIntegerField()
    actor_name = models.CharField(max_length=160)
    at = models.DateTimeField()

    class Meta:
        ordering = ["effective_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(seats=0),
                name="seat_change_changes",
                violation_error_message=_("A change of no seats changes nothing."),
            )
        ]


class SeatHold(models.Model):
    """A seat held for one case: offered until an instant, or accepted until it ends.

    After its `until_at` an offer holds nothing any more, whether or not anybody has noticed.
    With the acceptance the school promises a first day, a first week, an advocate and a month of
    finishing (`finish_in` is its first day); `promise_kept` is null until a check has judged it.
    """

    class Ended(models.TextChoices):
        DECLINED = "declined", _("Declined")
        LAPSED = "lapsed", _("Lapsed")
        WITHDRAWN = "withdrawn", _("Withdrawn")
        LEFT = "left", _("Left again")
        RETURNED = "returned", _("Returned to the sending school")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    line = models.ForeignKey(SeatLine, models.PROTECT, related_name="holds")
    case = models.ForeignKey(CaseFile, models.PROTECT, related_name="seat_holds")
    student = models.ForeignKey(Student, models.PROTECT, related_name="seat_holds")
    held_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(null=True)
    intake_on = models.DateField(null=True)
    first_day_on = models.DateField(null=True)
    first_week = models.CharField(max_length=400, blank=True)
    advocate = models.CharField(max_length=160, blank=True)
    finish_in = models.DateField(null=True)
    promise_kept = models.BooleanField(null=True)
    promise_judged_on = models.DateField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_because = models.CharField(max_length=12, choices=Ended, blank=True)

    class Meta:
        ordering = ["held_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["case"],
                condition=Q(ended_at__isnull=True),
                name="seat_hold_once_a_case",
                violation_error_message=_("A seat is already held for this case."),
            ),
            models.CheckConstraint(
                condition=Q(until_at__isnull=True, accepted_at__isnull=False)
                | Q(until_at__isnull=False, accepted_at__isnull=True),
                name="seat_hold_offered_or_accepted",
                violation_error_message=_("A seat is offered until an instant, or accepted."),
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_because="")
                | Q(ended_at__isnull=False) & ~Q(ended_because=""),
                name="seat_hold_ends_for_a_reason",
                violation_error_message=_("What ends a hold is said."),
            ),
            models.CheckConstraint(
                condition=Q(promise_kept=None, promise_judged_on=None)
                | Q(promise_kept__isnull=False, promise_judged_on__isnull=False),
                name="seat_hold_promise_judged",
            ),
        ]
        indexes = [
            models.Index(
                fields=["line"], condition=Q(ended_at__isnull=True), name="seat_hold_standing"
            )
        ]

    @property
    def has_promise(self) -> bool:
        """Whether the school promised more than the day: what the first check can judge."""
        return self.first_day_on is not None and bool(self.advocate)
