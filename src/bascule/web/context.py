"""What every page's frame shows: the menu, who is signed in, how fresh the data are."""

from typing import Any

from django.http import HttpRequest

from bascule.feeds.queries import latest_night
from bascule.kernel.actor import Actor
from bascule.web.workspaces import menu_of


def chrome(request: HttpRequest) -> dict[str, Any]:
    """Return the frame's values; nothing but the language for who is not signed in."""
    actor: Actor | None = getattr(request, "actor", None)
    if actor is None or actor.family is not None:
        return {"actor": None}
    here = request.resolver_match.view_name if request.resolver_match else ""
    return {"actor": actor, "menu": menu_of(actor), "here": here, "night": latest_night()}
