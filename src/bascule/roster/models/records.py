"""What is recorded of a student: demographics, attendance, marks and programs."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bascule.directory.models import Organization, Reported, once_per_source, span_is_ordered
from bascule.roster.models.students import Student, by_alias, of_alias


class Demographics(Reported):
    """What a source says of a student's birth, sex and race; null where it says nothing.

    Birth date and sex are copied to the student, where lists and the search for look-alikes
    need them.
    """

    student = models.OneToOneField(Student, models.PROTECT, related_name="demographics")
    birth_on = models.DateField(null=True)
    sex = models.CharField(max_length=20, blank=True)
    is_american_indian = models.BooleanField(null=True)
    is_asian = models.BooleanField(null=True)
    is_black = models.BooleanField(null=True)
    is_pacific_islander = models.BooleanField(null=True)
    is_white = models.BooleanField(null=True)
    is_of_two_or_more_races = models.BooleanField(null=True)
    is_hispanic = models.BooleanField(null=True)
    birth_country = models.CharField(max_length=80, blank=True)
    birth_state = models.CharField(max_length=80, blank=True)
    birth_city = models.CharField(max_length=255, blank=True)
    residence_status = models.CharField(max_length=80, blank=True)

    class Meta:
        constraints = [once_per_source("demographics_once_per_source")]


class AttendanceEvent(Reported):
    """An exception of one school day; whoever has none was present. The last 180 school days."""

    class Kind(models.TextChoices):
        ABSENT_UNEXCUSED = "absent_unexcused", _("Absent, not excused")
        ABSENT_EXCUSED = "absent_excused", _("Absent, excused")
        ABSENT_HALF_UNEXCUSED = "absent_half_unexcused", _("Absent half a day, not excused")
        ABSENT_HALF_EXCUSED = "absent_half_excused", _("Absent half a day, excused")
        TARDY = "tardy", _("Tardy")
        LEFT_EARLY = "left_early", _("Left early")

    student = models.ForeignKey(Student, models.PROTECT, related_name="attendance_events")
    reported_for = of_alias()
    school = models.ForeignKey(Organization, models.PROTECT, related_name="attendance_events")
    day = models.DateField()
    kind = models.CharField(max_length=24, choices=Kind)
    reason = models.CharField(max_length=255, blank=True)

    class Meta:
        constraints = [once_per_source("attendance_event_once_per_source")]
        indexes = [
            by_alias("attendance_event_by_alias"),
            models.Index(fields=["school", "day"], name="attendance_event_by_day"),
        ]


class AttendanceDay(models.Model):
    """How many students of a school had an event of a kind on a day: counted from all events.

    A total of which nothing is told any more ends, so that a run can be taken back.
    """

    school = models.ForeignKey(Organization, models.PROTECT, related_name="attendance_days")
    day = models.DateField()
    kind = models.CharField(max_length=24, choices=AttendanceEvent.Kind)
    students = models.PositiveIntegerField()
    source = models.CharField(max_length=40)
    changed_at = models.DateTimeField(null=True)  # when a feed last counted it otherwise
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["school", "day", "kind", "source"], name="attendance_day_once"
            )
        ]


class Mark(Reported):
    """A mark and its credits, of a course in a term. `course` is what the source calls it."""

    student = models.ForeignKey(Student, models.PROTECT, related_name="marks")
    reported_for = of_alias()
    school = models.ForeignKey(Organization, models.PROTECT, related_name="marks")
    school_year = models.PositiveSmallIntegerField()
    term = models.CharField(max_length=4)
    course = models.CharField(max_length=255)
    mark = models.CharField(max_length=20, blank=True)
    credits_attempted = models.DecimalField(max_digits=6, decimal_places=3, null=True)
    credits_earned = models.DecimalField(max_digits=6, decimal_places=3, null=True)

    class Meta:
        constraints = [
            once_per_source("mark_once_per_source"),
            models.CheckConstraint(
                condition=Q(credits_earned__isnull=True) | Q(credits_earned__gte=0),
                name="mark_credits_not_negative",
            ),
        ]
        indexes = [by_alias("mark_by_alias")]


class ProgramSpell(Reported):
    """A student belongs to a program. That the row exists is itself restricted."""

    class Program(models.TextChoices):
        HOMELESS = "homeless", _("Temporary living situation")
        FOSTER = "foster", _("Foster care")
        IEP = "iep", _("Individualized education program")
        EL = "el", _("English learner")
        JUSTICE = "justice", _("Justice involvement")
        SECTION_504 = "section_504", _("Section 504 plan")
        LOW_INCOME = "low_income", _("Low income")

    student = models.ForeignKey(Student, models.PROTECT, related_name="program_spells")
    reported_for = of_alias()
    program = models.CharField(max_length=12, choices=Program)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)

    class Meta:
        constraints = [
            once_per_source("program_spell_once_per_source"),
            span_is_ordered("program_spell_span_ordered"),
        ]
        indexes = [by_alias("program_spell_by_alias")]
