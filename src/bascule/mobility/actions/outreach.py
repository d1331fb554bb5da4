"""The night puts inactive students into bands, and counts how far those of a year came."""

from datetime import date, datetime

from django.db import transaction

from bascule.cases.models import CaseFile
from bascule.kernel.actor import Actor
from bascule.kernel.clock import local_day
from bascule.kernel.school_calendar import school_year_of
from bascule.kernel.wording import kept_sentence
from bascule.mobility import outreach_funnel
from bascule.mobility.models import OutreachBands, OutreachCount, OutreachSlice
from bascule.mobility.outreach_bands import FLAGS, HIGH, VERSION, Facts, banded, flagged
from bascule.mobility.outreach_funnel import CUTS, Tally, counts, hidden, publication
from bascule.mobility.outreach_slice import drawn_kind
from bascule.mobility.queries import (
    outreach_facts,
    outreach_paths,
    to_reach,
    undrawn_cases,
)

KEPT = ("reach", "comeback", "finish", "highs", "told", "version", "as_of")


@transaction.atomic
def keep_outreach_bands(actor: Actor, *, at: datetime) -> int:
    """Keep the bands of every case to be reached as of `at`; return how many. Runs as the loader.

    The bands of a case that is no longer to be reached stay as they were.
    """
    day = local_day(at)
    cases = list(to_reach().select_related("student"))
    facts, lots = outreach_facts(cases, day), _lots()
    OutreachBands.objects.bulk_create(
        [_bands(case, facts[case.pk], day, lots.get(case.pk)) for case in cases],
        update_conflicts=True, unique_fields=["case"], update_fields=KEPT, batch_size=1_000,
    )  # fmt: skip
    return len(cases)


Lot = tuple[OutreachSlice, str]


def _lots() -> dict[int, Lot]:
    """Return what is drawn tonight, by case: of who is newly found, while a slice runs."""
    running = OutreachSlice.objects.filter(ended_at__isnull=True).first()
    if running is None:
        return {}
    rows = undrawn_cases(running.started_at).values_list("pk", "uuid")
    return {pk: (running, drawn_kind(running.seed, str(uuid))) for pk, uuid in rows}


def _bands(case: CaseFile, facts: Facts, day: date, lot: Lot | None) -> OutreachBands:
    """Return the bands of a case; what was drawn counts on the night that adds the row alone."""
    found = banded(facts)
    running, kind = lot or (None, "")
    told = {key: [kept_sentence(each) for each in band.told] for key, band in found.items()}
    return OutreachBands(
        case=case, **{key: each.band for key, each in found.items()}, version=VERSION, as_of=day,
        highs=sum(each.band == HIGH for each in found.values()),
        told={**told, FLAGS: [kept_sentence(each) for each in flagged(facts)]},
        slice=running, first_kind=kind,
    )  # fmt: skip


@transaction.atomic
def keep_outreach_counts(actor: Actor, *, at: datetime) -> int:
    """Replace the counts of this school year and the last; return how many. Runs as the loader."""
    day = local_day(at)
    years = (school_year_of(day) - 1, school_year_of(day))
    rows = [each for year in years for each in _counts(year, day)]
    OutreachCount.objects.filter(year__in=years).delete()
    OutreachCount.objects.bulk_create(rows, batch_size=1_000)
    return len(rows)


def _counts(year: int, day: date) -> list[OutreachCount]:
    """Count the cases that were opened in a school year; nothing where none was."""
    found = counts(outreach_paths(year, day))
    if not found:
        return []
    kept = publication(found, tuple(CUTS)).values
    secret = hidden(found)
    return [
        OutreachCount(
            year=year, month=each.month, cut=each.cut, group=each.group, key=each.key,
            count=count, is_hidden=each in secret, version=outreach_funnel.VERSION, as_of=day,
        )
        for each, count in kept.items() if isinstance(each, Tally)
    ]  # fmt: skip
