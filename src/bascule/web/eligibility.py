"""What the rules of eligibility found, in words: on the page of a case, and in its history."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from bascule.kernel.wording import ENGLISH
from bascule.mobility.eligibility import ASK, FAILS, PASSES, UNKNOWN, Finding
from bascule.web.templatetags.bascule import READERS

TONES = {PASSES: "kept", ASK: "due", FAILS: "late", UNKNOWN: "held"}


@dataclass(frozen=True)
class ToldFinding:
    """What one rule says: its verdict, the fact that it read, its source, and what lifts it."""

    tone: str
    verdict: str
    title: str
    told: str
    source: str
    lifted_by: str


def told_findings(findings: Iterable[Finding]) -> list[ToldFinding]:
    """Say findings in the reader's language. What passes needs nobody to lift it."""
    voice = ENGLISH if get_language() == "en" else READERS
    verdicts = {
        PASSES: _("Passes"), ASK: _("Needs a person"), FAILS: _("Does not pass"),
        UNKNOWN: _("Not known"),
    }  # fmt: skip
    return [
        ToldFinding(
            TONES[each.verdict], verdicts[each.verdict],
            _(each.rule.title) if each.rule else each.key, voice.say(each.told),
            _(each.rule.source) if each.rule else "",
            _(each.rule.lifted_by) if each.rule and each.verdict != PASSES else "",
        )
        for each in findings
    ]  # fmt: skip
