"""Courses, their sections, who sits and teaches in them, and the roles that people hold."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bascule.directory.models import (
    AcademicSession,
    Organization,
    Person,
    Reported,
    once_per_source,
    span_is_ordered,
)
from bascule.roster.models.families import Guardian
from bascule.roster.models.students import Student, by_alias, of_alias


class Course(Reported):
    """What is taught, of one school or of the whole district. Lists are joined by commas."""

    title = models.CharField(max_length=255)
    code = models.CharField(max_length=255, blank=True)
    grades = models.CharField(max_length=255, blank=True)
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="courses")
    session = models.ForeignKey(
        AcademicSession, models.PROTECT, null=True, related_name="courses"
    )  # the school year
    subjects = models.CharField(max_length=1000, blank=True)
    subject_codes = models.CharField(max_length=1000, blank=True)

    class Meta:
        ordering = ["title", "id"]
        constraints = [once_per_source("course_once_per_source")]

    def __str__(self) -> str:
        return self.title


class Section(Reported):
    """A class of a course at a school. Lists are joined by commas, in the order reported.

    `session_keys` are the source's keys of its terms: loaded only where each is known, and
    sessions end but never vanish, so a key cannot come to name nothing.
    """

    title = models.CharField(max_length=255)
    code = models.CharField(max_length=255, blank=True)
    kind = models.CharField(max_length=80)  # homeroom, scheduled, or the source's own word
    course = models.ForeignKey(Course, models.PROTECT, related_name="sections")
    school = models.ForeignKey(Organization, models.PROTECT, related_name="sections")
    session_keys = models.CharField(max_length=2000)
    grades = models.CharField(max_length=255, blank=True)
    location = models.CharField(max_length=255, blank=True)
    periods = models.CharField(max_length=1000, blank=True)
    subjects = models.CharField(max_length=1000, blank=True)
    subject_codes = models.CharField(max_length=1000, blank=True)

    class Meta:
        ordering = ["title", "id"]
        constraints = [once_per_source("section_once_per_source")]

    def __str__(self) -> str:
        return self.title


class SectionEnrollment(Reported):
    """A student sits in a section, or an adult teaches it. It says nothing about membership."""

    section = models.ForeignKey(Section, models.PROTECT, related_name="enrollments")
    student = models.ForeignKey(Student, models.PROTECT, null=True, related_name="sections")
    reported_for = of_alias()
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="sections")
    role = models.CharField(max_length=80)
    is_primary = models.BooleanField(null=True)
    starts_on = models.DateField(null=True)
    ends_on = models.DateField(null=True)

    class Meta:
        constraints = [
            once_per_source("section_enrollment_once_per_source"),
            span_is_ordered("section_enrollment_span_ordered"),
            models.CheckConstraint(
                condition=Q(student__isnull=False) ^ Q(person__isnull=False),
                name="section_enrollment_has_one_holder",
                violation_error_message=_("A place in a section is a student's or an adult's."),
            ),
        ]
        indexes = [by_alias("section_enrollment_by_alias")]


class SchoolRole(Reported):
    """A student, an adult or a guardian has a role at an organization. It grants nothing."""

    student = models.ForeignKey(Student, models.PROTECT, null=True, related_name="school_roles")
    reported_for = of_alias()
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="school_roles")
    guardian = models.ForeignKey(Guardian, models.PROTECT, null=True, related_name="school_roles")
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="school_roles")
    role = models.CharField(max_length=80)
    is_primary = models.BooleanField(null=True)
    starts_on = models.DateField(null=True)
    ends_on = models.DateField(null=True)

    class Meta:
        constraints = [
            once_per_source("school_role_once_per_source"),
            span_is_ordered("school_role_span_ordered"),
            models.CheckConstraint(
                condition=(
                    Q(student__isnull=False, person__isnull=True, guardian__isnull=True)
                    | Q(student__isnull=True, person__isnull=False, guardian__isnull=True)
                    | Q(student__isnull=True, person__isnull=True, guardian__isnull=False)
                ),
                name="school_role_has_one_holder",
                violation_error_message=_("A role is held by one person."),
            ),
        ]
        indexes = [by_alias("school_role_by_alias")]
