"""The funnel of outreach and its months by group, as tables: shares never without their base."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bascule.metrics.rounding import percent
from bascule.mobility.models import OutreachCount
from bascule.mobility.outreach_funnel import (
    CUTS,
    ENGLISH_LEARNER,
    PLACED,
    RACE,
    STEPS,
    Step,
    Tally,
)

CUT_TITLES: Mapping[str, Promise] = {
    RACE: _("Race and ethnicity"), ENGLISH_LEARNER: _("English learners"),
}  # fmt: skip
GROUP_TITLES: Mapping[tuple[str, str], Promise] = {
    (RACE, "hispanic"): _("Hispanic"), (RACE, "black"): _("Black"), (RACE, "white"): _("White"),
    (RACE, "asian"): _("Asian"), (RACE, "two_or_more"): _("Two or more races"),
    (RACE, "american_indian"): _("American Indian"),
    (RACE, "pacific_islander"): _("Pacific Islander"), (RACE, "unknown"): _("Not reported"),
    (ENGLISH_LEARNER, "yes"): _("English learners"),
    (ENGLISH_LEARNER, "no"): _("Not English learners"),
    (ENGLISH_LEARNER, "unknown"): _("Not reported"),
}  # fmt: skip


@dataclass(frozen=True)
class Share:
    """A count of a base, half-up to a tenth of a percent; None where it is not shown or none."""

    count: int | None
    base: int | None
    percent: Decimal | None


@dataclass(frozen=True)
class FunnelRow:
    """One step with its share; `is_first` where it is a share of nothing."""

    step: Step
    share: Share

    @property
    def is_first(self) -> bool:
        """Whether the step has no base."""
        return not self.step.of


@dataclass(frozen=True)
class GroupRow:
    """One group: found in the whole year, then contacted and enrolled again, by month and whole."""

    title: str
    found: int | None
    contacted: Share
    placed: Share
    months: list[tuple[Share, Share]]


def by_place(kept: Iterable[OutreachCount]) -> dict[Tally, OutreachCount]:
    """Return counts by what they count."""
    return {Tally(each.month, each.cut, each.group, each.key): each for each in kept}


def funnel_rows(kept: Mapping[Tally, OutreachCount]) -> list[FunnelRow]:
    """Return the steps of the whole year, each as a share of those who could take it."""
    return [FunnelRow(step, _share(kept, Tally(None, "", "", step.key), step.of)) for step in STEPS]


def _share(kept: Mapping[Tally, OutreachCount], place: Tally, of: str) -> Share:
    count = kept.get(place)
    base = kept.get(Tally(place.month, place.cut, place.group, of)) if of else None
    if count is None or base is None or not base.count:
        return Share(count.count if count else None, base.count if base else None, None)
    return Share(count.count, base.count, percent(count.count, base.count))


def months_in(kept: Iterable[Tally]) -> list[date]:
    """Return the months of which something is counted."""
    return sorted({each.month for each in kept if each.month})


def group_rows(
    kept: Mapping[Tally, OutreachCount], cut: str, months: Sequence[date]
) -> list[GroupRow]:
    """Return everybody, then each group of a cut of whom anybody may have been found."""
    groups = [("", "", str(_("All")))]
    groups += [(cut, group, str(GROUP_TITLES[cut, group])) for group in CUTS[cut]]
    rows = [_group_row(kept, *each, months) for each in groups]
    return [row for row in rows if row.found != 0]


def _group_row(
    kept: Mapping[Tally, OutreachCount], cut: str, group: str, title: str,
    months: Sequence[date],
) -> GroupRow:  # fmt: skip
    def shares(month: date | None) -> tuple[Share, Share]:
        return (_share(kept, Tally(month, cut, group, "contacted"), "found"),
                _share(kept, Tally(month, cut, group, PLACED), "contacted"))  # fmt: skip

    found = kept.get(Tally(None, cut, group, "found"))
    whole = shares(None)
    return GroupRow(title, found.count if found else None, *whole,
                    [shares(month) for month in months])  # fmt: skip
