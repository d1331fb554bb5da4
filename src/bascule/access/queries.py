"""Questions about people's visits."""

from datetime import datetime

from bascule.access.models import Visit


def last_visit(user_id: int, page: str) -> datetime | None:
    """Return when the person last opened `page`, or None."""
    seen = Visit.objects.filter(user_id=user_id, page=page).order_by("-at").first()
    return seen.at if seen else None
