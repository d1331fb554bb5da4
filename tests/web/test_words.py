"""Small words of the pages."""

import pytest

from bascule.web.templatetags.bascule import grade


@pytest.mark.parametrize(
    ("code", "said"), [("02", "2"), ("10", "10"), ("KG", "K"), ("PK", "PK"), ("", "")]
)
def test_a_grade_is_said_as_people_say_it(code: str, said: str) -> None:
    assert grade(code) == said
