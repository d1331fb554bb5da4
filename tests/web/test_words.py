"""Small words of the pages."""

from datetime import date
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import translation

from bascule.web.templatetags.bascule import address, day, grade, grade_words, left, since


@pytest.mark.parametrize(
    ("code", "said"), [("02", "2"), ("10", "10"), ("KG", "K"), ("PK", "PK"), ("", "")]
)
def test_a_grade_is_said_as_people_say_it(code: str, said: str) -> None:
    assert grade(code) == said


def test_days_are_written_in_the_language_of_who_reads() -> None:
    first, none = date(2025, 8, 24), None
    with translation.override("en"):
        english = [day(first), since(first), left(first), day(none)]
    with translation.override("es"):
        spanish = [day(first), since(first), left(first), day(none)]
    assert english == ["Aug 24, 2025", "since Aug 24, 2025", "left Aug 24, 2025", ""]
    assert spanish == ["24 ago 2025", "desde el 24 ago 2025", "salió el 24 ago 2025", ""]


def test_a_grade_that_is_not_reported_is_not_said() -> None:
    with translation.override("en"):
        assert [grade_words("09"), grade_words("KG"), grade_words("")] == ["grade 9", "grade K", ""]


@pytest.mark.parametrize("view", ["student", "case"])
def test_the_address_of_a_row_is_where_its_page_is(view: str) -> None:
    uuid = uuid4()
    assert address(uuid, view) == reverse(view, args=[uuid])
