"""Which part of the open cases an address names, and that part in words."""

from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext as _

from bascule.cases.boards import NO_NETWORK, SCHOOLS, Part, uuid_in
from bascule.cases.registry import workflows
from bascule.directory.models import Organization, Position


@dataclass(frozen=True)
class Narrowed:
    """One thing by which a list is narrowed: in words, and the address of the list without it."""

    words: str
    without: str


def part_in(said: QueryDict) -> Part:
    """Return the part that an address names."""
    return Part(
        desk=said.get("desk", ""), network=said.get("network", ""),
        workflow=said.get("workflow", ""), state=said.get("state", ""),
        is_late=said.get("late") == "1", is_unclaimed=said.get("unclaimed") == "1",
    )  # fmt: skip


def address_of(part: Part) -> str:
    """Return the address of the list of a part, from its question mark on."""
    said = {
        "desk": part.desk, "network": part.network, "workflow": part.workflow,
        "state": part.state, "late": "1" if part.is_late else "",
        "unclaimed": "1" if part.is_unclaimed else "",
    }  # fmt: skip
    return f"?{urlencode({name: value for name, value in said.items() if value})}"


def told_part(part: Part) -> list[Narrowed]:
    """Return by what else than the kind of case a list is narrowed, each in words."""
    told = (
        ("desk", _desk(part.desk)), ("network", _network(part.network)), ("state", _state(part)),
        ("is_late", _("Late") if part.is_late else ""),
        ("is_unclaimed", _("Unclaimed for longer than a school day") if part.is_unclaimed else ""),
    )  # fmt: skip
    return [Narrowed(words, address_of(_without(part, name))) for name, words in told if words]


def _without(part: Part, name: str) -> Part:
    return replace(part, **{name: getattr(Part(), name)})


def _desk(wanted: str) -> str:
    if wanted == SCHOOLS:
        return _("Desks in schools")
    found = Position.objects.filter(uuid=uuid_in(wanted)).first() if wanted else None
    return _(found.title) if found else wanted and _("No such desk")


def _network(wanted: str) -> str:
    if wanted == NO_NETWORK:
        return _("No network")
    found = Organization.objects.filter(uuid=uuid_in(wanted)).first() if wanted else None
    return found.name if found else wanted and _("No such network")


def _state(part: Part) -> str:
    """Say a state in words; as its key where the kind of case is not named with it."""
    kinds = [each for each in workflows() if each.key == part.workflow]
    labels = {state.key: _(state.label) for each in kinds for state in each.states}
    return labels.get(part.state, part.state)
