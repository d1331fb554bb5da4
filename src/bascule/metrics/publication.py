"""The audited version of figures: what those see who may not open the rows.

School, network and district figures of one measure are one publication, protected together, so
that no answer depends on which of them was asked for. A student who counts in two schools counts
once in their network: the true network figure is less than the sum over its schools. The
publication is audited with the sum, the most that an attacker could subtract from.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from bascule.metrics.figures import DISTRICT, Figure
from bascule.metrics.profiles import DISTRICT_MINIMUM, Profile
from bascule.metrics.runs import Unit
from bascule.metrics.suppression import Rule, protect
from bascule.metrics.tables import Cell, Publication, Sum

ALL = "all"

Figures = Mapping[Unit, Sequence[Figure]]


class Place(NamedTuple):
    """A school, a network or the district."""

    kind: Unit
    key: str


class Rate(NamedTuple):
    """One figure: a place and a group (ALL for all students). Shown or hidden as a whole."""

    place: Place
    group: str


class Part(NamedTuple):
    """One count of a rate: "num", "rest" (the others of the base) or "den"."""

    rate: Rate
    name: str


def audited(
    open_figures: Mapping[str, Figures],
    network_of: Mapping[str, str | None],
    profile: Profile,
    published: Figures | None = None,
) -> dict[str, dict[Unit, list[Figure]]]:
    """Return the figures with numbers hidden until the auditor finds nothing.

    `open_figures` gives for each group (ALL alone, or every value of one attribute) the open
    figures of schools, networks and district; `network_of` each school key's network. With
    groups, `published` are the audited figures of all students: what they show stays shown.
    """
    least = max(DISTRICT_MINIMUM, profile.suppress_below)
    counts = _leaf_counts(open_figures)
    publication = Publication(*_cells_and_sums(counts, network_of))
    atoms: dict[Cell, Rate] = {
        cell: cell.rate for cell in publication.values if isinstance(cell, Part)
    }
    before = dict(_rates({ALL: published or {}}))
    small = {rate for rate, figure in _rates(open_figures) if _is_small(figure, least)}
    small |= {rate for rate, figure in before.items() if figure.suppressed}
    shown = {rate for rate, figure in before.items() if not figure.suppressed}
    chosen = protect(
        publication,
        Rule(below=least),
        primary=[cell for cell, rate in atoms.items() if rate in small],
        atoms=atoms,
        public=[cell for cell, rate in atoms.items() if rate in shown],
    )
    hidden = {atoms[cell] for cell in chosen.hidden}
    return {
        group: {
            unit: [f.hidden() if Rate(Place(unit, f.unit), group) in hidden else f for f in rows]
            for unit, rows in figures.items()
        }
        for group, figures in open_figures.items()
    }


def _rates(open_figures: Mapping[str, Figures]) -> Iterator[tuple[Rate, Figure]]:
    for group, figures in open_figures.items():
        for unit, rows in figures.items():
            for figure in rows:
                yield Rate(Place(unit, figure.unit), group), figure


def _is_small(figure: Figure, least: int) -> bool:
    """Say whether any part of the rate is under `least`; 0 % and 100 % always are."""
    num, den = figure.num or 0, figure.den or 0
    rest = den - num if num <= den else least
    return min(num, den, rest) < least


def _leaf_counts(open_figures: Mapping[str, Figures]) -> dict[Part, int]:
    """Return the parts of every school's rates; without "rest" where events are counted."""
    leaves = [(r, f) for r, f in _rates(open_figures) if r.place.kind is Unit.SCHOOL]
    is_share = all((figure.num or 0) <= (figure.den or 0) for _, figure in leaves)
    counts: dict[Part, int] = {}
    for rate, figure in leaves:
        num, den = figure.num or 0, figure.den or 0
        counts |= {Part(rate, "num"): num, Part(rate, "den"): den}
        if is_share:
            counts[Part(rate, "rest")] = den - num
    return counts


def _cells_and_sums(
    counts: Mapping[Part, int], network_of: Mapping[str, str | None]
) -> tuple[dict[Cell, int], tuple[Sum, ...]]:
    """Add up schools to networks, these to the district, groups to ALL, parts to rates."""
    values = dict(counts)
    members: dict[Part, list[Part]] = {}

    def add(total: Part, part: Part) -> None:
        members.setdefault(total, []).append(part)
        values[total] = values.get(total, 0) + values[part]

    top = Place(Unit.DISTRICT, DISTRICT)
    for part in counts:
        network = network_of.get(part.rate.place.key)
        add(_at(part, Place(Unit.NETWORK, network) if network else top), part)
    for part in [part for part in members if part.rate.place.kind is Unit.NETWORK]:
        add(_at(part, top), part)
    for part in [part for part in values if part.rate.group != ALL]:
        add(Part(Rate(part.rate.place, ALL), part.name), part)
    sums = [Sum(total, tuple(parts)) for total, parts in members.items()]
    sums += [
        Sum(part, (Part(part.rate, "num"), Part(part.rate, "rest")))
        for part in values
        if part.name == "den" and Part(part.rate, "rest") in values
    ]
    sums += _sums_of_all(values, network_of)
    return dict(values.items()), tuple(dict.fromkeys(sums))


def _at(part: Part, place: Place) -> Part:
    return Part(Rate(place, part.rate.group), part.name)


def _sums_of_all(values: Mapping[Part, int], network_of: Mapping[str, str | None]) -> list[Sum]:
    """Return the sums of the ALL rates over places, where groups were given."""
    members: dict[Part, list[Part]] = {}
    top = Place(Unit.DISTRICT, DISTRICT)
    for part in values:
        kind, key = part.rate.place
        if part.rate.group == ALL and kind is not Unit.DISTRICT:
            network = network_of.get(key) if kind is Unit.SCHOOL else None
            above = Place(Unit.NETWORK, network) if network else top
            members.setdefault(_at(part, above), []).append(part)
    return [Sum(total, tuple(parts)) for total, parts in members.items()]
