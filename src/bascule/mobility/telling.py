"""Why a flag stands or a case was opened, told in the reader's language. No Django import.

The night stores an English sentence beside the rule and the facts that it is made of. It is told
anew from those; where they do not give the stored sentence back (an older version of the rule, a
case that a person opened in their own words), the stored one is shown as it is (ADR 0080).
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from bascule.kernel.wording import ENGLISH, Sentence, Value, Voice
from bascule.roster.rules import RULES, Figures, reason


def overlap_reason(began_on: date, names: Mapping[str, str]) -> Sentence:
    """Return why a case about two schools' claims is opened: `school` and `other` by name."""
    return Sentence(
        "%(other)s and %(school)s both claim this student since %(since)s.",
        other=names["other"], school=names["school"], since=began_on,
    )  # fmt: skip


def last_school(name: str) -> Sentence:
    """Return where a student was last."""
    return Sentence("Last at %(school)s.", school=name)


def place_of(rule: str, name: str) -> Sentence:
    """Return where a student was last, or was expected and did not come."""
    if rule == "did_not_arrive":
        return Sentence("Expected at %(school)s.", school=name)
    return last_school(name)


def disagreement(kind: str, left: str, came: str, first_day: str) -> Sentence:
    """Return what the SIS makes of a move: `kind` as RosterAnswer has it, two schools by name."""
    told: dict[str, Value] = {"left": left, "came": came, "day": date.fromisoformat(first_day)}
    if kind == "missed":
        return Sentence(
            "The SIS does not show the move from %(left)s to %(came)s on %(day)s.", **told
        )
    return Sentence(
        "The SIS shows the move from %(left)s to %(came)s on %(day)s otherwise.", **told
    )


def flag_words(voice: Voice, *, rule: str, began_on: date, figures: Figures, stored: str) -> str:
    """Return a flag's reason in `voice`, or as it is stored."""
    return _told(voice, [_rule_reason(rule, figures, began_on)], stored)


def case_words(voice: Voice, *, particulars: Mapping[str, Any], stored: str) -> str:
    """Return a case's reason in `voice`, or as it is stored."""
    if told := particulars.get("disagreement"):
        return _told(voice, [disagreement(**told)], stored)
    names = particulars.get("names")
    if not names:
        return stored
    began_on = date.fromisoformat(particulars["began_on"])
    if "other" in names:
        return _told(voice, [overlap_reason(began_on, names)], stored)
    rule = particulars["rule"]
    because = _rule_reason(rule, particulars.get("figures", {}), began_on)
    return _told(voice, [because, place_of(rule, names["school"])], stored)


def _rule_reason(rule: str, figures: Figures, began_on: date) -> Sentence | None:
    """Return what a rule says now; None where it needs figures that were not kept."""
    try:
        return reason(RULES[rule], figures, began_on)
    except KeyError:
        return None


def _told(voice: Voice, sentences: list[Sentence | None], stored: str) -> str:
    known = [each for each in sentences if each is not None]
    if len(known) < len(sentences) or _joined(ENGLISH, known) != stored:
        return stored
    return _joined(voice, known)


def _joined(voice: Voice, sentences: list[Sentence]) -> str:
    return " ".join(voice.say(each) for each in sentences)
