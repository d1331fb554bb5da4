"""Writes into the manifest what the moves and returns of a year carry."""

import numpy as np

from bascule.ops.generator.planned import Planned, Trouble
from bascule.ops.generator.plants import Kind
from bascule.ops.generator.returns import Returns
from bascule.ops.generator.state import District

WAVE_PLANTS = (
    (Trouble.GAP, Kind.GAP, True, "more than 10 school days between two schools"),
    (Trouble.OPEN_GAP, Kind.GAP, True, "left more than 10 school days ago, not arrived"),
    (Trouble.GAP_OF_THE_LIMIT, Kind.GAP, False, "exactly 10 school days between two schools"),
    (Trouble.ONE_DAY, Kind.GAP, False, "one school day between two schools"),
    (Trouble.BACK_TO_BACK, Kind.OVERLAP, False, "the next claim starts on the next day"),
    (Trouble.WRONG_CODE, Kind.UNPROVEN, False, "enrolled elsewhere in the district"),
    (Trouble.DAY_ONE, Kind.NO_SHOW, False, "moved inside the district on day one"),
    (Trouble.ONE_MOVE, Kind.HIGHLY_MOBILE, False, "one move"),
    (Trouble.CHAIN_SECOND, Kind.HIGHLY_MOBILE, True, "two moves in one school year"),
    (Trouble.SECOND_RECORD, Kind.LOOK_ALIKE, True, "second record of one student"),
    (Trouble.OVERLAP, Kind.OVERLAP, True, "the sender withdrew too late or not at all"),
)


def note_wave(
    wave: Planned, lands: np.ndarray, third: np.ndarray, district: District, days: np.ndarray
) -> None:
    """Record what the moves of a wave carry."""
    out, into = days[wave.out], days[np.minimum(wave.into, len(days) - 1)]
    for trouble, kind, fires, detail in WAVE_PLANTS:
        chosen = (wave.trouble == trouble) & ~(third & (trouble == Trouble.ONE_MOVE))
        at_sender = kind in (Kind.GAP, Kind.UNPROVEN, Kind.NO_SHOW)
        ends = (wave.sender, wave.receiver) if at_sender else (wave.receiver, wave.sender)
        began = out + (kind == Kind.GAP) if at_sender else into
        who = wave.student if kind == Kind.UNPROVEN else lands
        district.plants.note(
            kind, who[chosen], ends[0][chosen], began[chosen],
            other_school=ends[1][chosen], fires=fires, detail=detail,
            other_student=wave.student[chosen] if kind == Kind.LOOK_ALIKE else None,
        )  # fmt: skip
    district.plants.note(
        Kind.HIGHLY_MOBILE, lands[third], wave.receiver[third], into[third],
        other_school=wave.sender[third], fires=True, detail="third move within three years",
    )  # fmt: skip
    marked = (wave.trouble != Trouble.NONE) | third
    district.people["troubled"][lands[marked]] = True
    district.people["troubled"][wave.student[marked]] = True


def note_returns(returns: Returns, school: np.ndarray, out: np.ndarray, district: District) -> None:
    """Record drop-and-return pairs and their near misses, on the last day before the drop."""
    same_day = returns.back == returns.out
    for chosen, fires, detail in (
        (returns.fires, True, "out with code 33 or 40 and back in 7 to 30 days"),
        (~returns.fires & same_day, False, "code 30, back the same day"),
        (~returns.fires & ~same_day, False, "back after more than 30 days"),
    ):
        district.plants.note(
            Kind.DROP_AND_RETURN, returns.student[chosen], school[chosen], out[chosen],
            other_school=school[chosen], fires=fires, detail=detail,
        )  # fmt: skip
