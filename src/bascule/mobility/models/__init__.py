"""Tables of mobility. One file a noun; everybody imports them from here."""

from bascule.mobility.models.board import BoardFigure
from bascule.mobility.models.contingency import ContingencyPlan, Rehearsal
from bascule.mobility.models.families import FamilyAnswer, FamilyLink
from bascule.mobility.models.flags import Flag
from bascule.mobility.models.gaps import SystemGap
from bascule.mobility.models.handovers import Handover, HandoverFile, RosterAnswer
from bascule.mobility.models.outreach import OutreachBands, OutreachCount, OutreachSlice
from bascule.mobility.models.packs import PackFigure, TrendPack
from bascule.mobility.models.procedures import (
    LinkCheck,
    Procedure,
    ProcedureScenario,
    ProcedureSignature,
    ProcedureVersion,
    SchoolCertification,
)
from bascule.mobility.models.rounds import PlacementRound, RoundResult
from bascule.mobility.models.seats import OptionsProgram, SeatChange, SeatHold, SeatLine
from bascule.mobility.models.transition_notes import RestrictedPart, TransitionNote

__all__ = [
    "BoardFigure",
    "ContingencyPlan",
    "FamilyAnswer",
    "FamilyLink",
    "Flag",
    "Handover",
    "HandoverFile",
    "LinkCheck",
    "OptionsProgram",
    "OutreachBands",
    "OutreachCount",
    "OutreachSlice",
    "PackFigure",
    "PlacementRound",
    "Procedure",
    "ProcedureScenario",
    "ProcedureSignature",
    "ProcedureVersion",
    "Rehearsal",
    "RestrictedPart",
    "RosterAnswer",
    "RoundResult",
    "SchoolCertification",
    "SeatChange",
    "SeatHold",
    "SeatLine",
    "SystemGap",
    "TransitionNote",
    "TrendPack",
]
