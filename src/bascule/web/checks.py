"""System checks of the pages: what may not be there in production."""

from typing import Any

from django.conf import settings
from django.core.checks import Error, register


@register("security")
def check_demo_sign_in(**kwargs: Any) -> list[Error]:
    """Fail where anybody could sit at anybody's desk over real students."""
    if not (settings.PRODUCTION and settings.DEMO_SIGN_IN):
        return []
    return [Error("the demo's sign-in is open in production", id="web.E001")]
