"""The night puts each inactive student who is still to be reached into bands."""

from datetime import date, datetime

from django.db import transaction

from bascule.cases.models import CaseFile
from bascule.kernel.actor import Actor
from bascule.kernel.clock import local_day
from bascule.kernel.wording import kept_sentence
from bascule.mobility.models import OutreachBands
from bascule.mobility.outreach_bands import FLAGS, HIGH, VERSION, Facts, banded, flagged
from bascule.mobility.queries import outreach_facts, to_reach

KEPT = ("reach", "comeback", "finish", "highs", "told", "version", "as_of")


@transaction.atomic
def keep_outreach_bands(actor: Actor, *, at: datetime) -> int:
    """Keep the bands of every case to be reached as of `at`; return how many. Runs as the loader.

    The bands of a case that is no longer to be reached stay as they were.
    """
    day = local_day(at)
    cases = list(to_reach().select_related("student"))
    facts = outreach_facts(cases, day)
    OutreachBands.objects.bulk_create(
        [_bands(case, facts[case.pk], day) for case in cases],
        update_conflicts=True, unique_fields=["case"], update_fields=KEPT, batch_size=1_000,
    )  # fmt: skip
    return len(cases)


def _bands(case: CaseFile, facts: Facts, day: date) -> OutreachBands:
    found = banded(facts)
    told = {key: [kept_sentence(each) for each in band.told] for key, band in found.items()}
    return OutreachBands(
        case=case, **{key: each.band for key, each in found.items()}, version=VERSION, as_of=day,
        highs=sum(each.band == HIGH for each in found.values()),
        told={**told, FLAGS: [kept_sentence(each) for each in flagged(facts)]},
    )  # fmt: skip
