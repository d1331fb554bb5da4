"""Plays one school year: turns a roster and the drawn flows into spells and reported claims."""

from dataclasses import dataclass

import numpy as np

from bascule.ops.generator.arrivals import place_arrivals
from bascule.ops.generator.move_notes import note_returns, note_wave
from bascule.ops.generator.moves import draw_flows, may_move, third_in_three_years
from bascule.ops.generator.planned import Planned, Trouble, plan_moves
from bascule.ops.generator.plants import Kind
from bascule.ops.generator.returns import Exits, Returns, plan_exits, same_day_returns
from bascule.ops.generator.spells import OPEN, Spells, joined, spells_of
from bascule.ops.generator.state import District, Roster, Term


@dataclass
class Year:
    """The spells of one year while it is played; `row_of` finds a student's latest row."""

    term: Term
    spells: Spells
    row_of: np.ndarray

    def append(self, rows: Spells) -> None:
        """Add rows; each becomes the latest of its student."""
        first = len(self.spells)
        self.spells = joined([self.spells, rows])
        missing = int(rows["student"].max(initial=-1)) + 1 - len(self.row_of)
        self.row_of = np.r_[self.row_of, np.full(max(0, missing), -1)]
        self.row_of[rows["student"]] = np.arange(first, len(self.spells))

    def close(self, student: np.ndarray, on: np.ndarray, code: np.ndarray | int) -> np.ndarray:
        """End the latest spells of students on a day; return the rows."""
        rows = self.row_of[student]
        for name in ("end", "said_end"):
            self.spells[name][rows] = on
        self.spells["exit"][rows] = code
        return rows


def play_year(district: District, roster: Roster, term: Term) -> Year:
    """Play the year up to the as-of day; whoever is still enrolled has `end` on the last day."""
    people = district.people
    flows = draw_flows(people, district.schools, term.first, term.last, district.rng)
    rested, third = may_move(people, term.first, term.last), third_in_three_years(people, term.last)
    is_free = rested & ~third
    moves = flows.moves
    planned = plan_moves(moves, is_free[moves.student], district.shares, term, district.rng)
    exits = plan_exits(flows.leaving, is_free, district, term)
    busy = np.r_[moves.student, flows.leaving.student]
    year = _open_year(roster, people.enrolled(), district, term)
    _note_no_shows(district, roster, term)
    _play_moves(year, planned, district)
    _play_exits(year, exits, district)
    _play_returns(year, exits.returns, district)
    _play_returns(year, same_day_returns(busy, is_free, district, term), district)
    year.append(place_arrivals(flows.arriving, district, term))
    return year


def _open_year(roster: Roster, enrolled: np.ndarray, district: District, term: Term) -> Year:
    """Give everybody on the roster a spell for the whole year, and the missing a spell of a day."""
    people = district.people
    row_of = np.full(len(people), -1)
    year = Year(term, _no_shows(roster, term), row_of)
    entry = np.zeros(len(people), dtype=np.int8)
    entry[roster.student] = roster.entry
    year.append(
        spells_of(
            len(enrolled),
            student=enrolled,
            school=people["school"][enrolled],
            grade=people["grade"][enrolled],
            year=term.year,
            start=term.first,
            end=term.last,
            entry=entry[enrolled],
        )
    )
    return year


def _no_shows(roster: Roster, term: Term) -> Spells:
    """Return the one-day spells of those who never came: exit 99 at the end of day one."""
    return spells_of(
        len(roster.missing_student),
        student=roster.missing_student,
        school=roster.missing_school,
        grade=roster.missing_grade,
        year=term.year,
        start=term.first,
        end=term.first,
        entry=2,
        exit=99,
    )


def _note_no_shows(district: District, roster: Roster, term: Term) -> None:
    """Record the did-not-arrives."""
    who = roster.missing_student
    district.people["left_code"][who] = 99
    district.people["troubled"][who] = True
    began = np.full(len(who), term.first)
    detail = "expected on the first day, withdrawn with code 99 at its end"
    district.plants.note(Kind.NO_SHOW, who, roster.missing_school, began, fires=True, detail=detail)


def _play_moves(year: Year, planned: Planned, district: District) -> None:
    """Apply the moves: first those from the roster, then the second moves of chains."""
    is_second = planned.follows >= 0
    for wave in (planned.at(~is_second), _seconds(planned, is_second)):
        _play_wave(year, wave, district)


def _seconds(planned: Planned, is_second: np.ndarray) -> Planned:
    """Return the second moves alone."""
    alone = Planned(*(column[is_second] for column in vars(planned).values()))
    alone.follows = np.full(len(alone), -1)
    return alone


def _play_wave(year: Year, wave: Planned, district: District) -> None:
    """Close the spells at the senders, open those at the receivers, note what was planted."""
    days, people = year.term.days, district.people
    rows = year.close(wave.student, days[wave.out], wave.exit)
    third = third_in_three_years(people, year.term.last)[wave.student]
    third &= ~np.isin(wave.trouble, (Trouble.CHAIN_SECOND, Trouble.SECOND_RECORD))
    stays = wave.trouble != Trouble.OPEN_GAP
    gone = ~stays
    people.remove(wave.student[gone], wave.exit[gone], days[wave.out[gone]])
    lands = _take_second_records(wave, district)
    into = days[wave.into[stays]]
    year.append(
        spells_of(
            int(stays.sum()),
            student=lands[stays],
            school=wave.receiver[stays],
            grade=wave.grade[stays],
            year=year.term.year,
            start=into,
            end=year.term.last,
            entry=wave.entry[stays],
        )
    )
    people.place(lands[stays], wave.receiver[stays], wave.grade[stays])
    same = lands == wave.student
    people.note_change(lands[stays & same], days[wave.into[stays & same]], is_move=True)
    people.note_change(lands[~same], days[wave.into[~same]], is_move=False)
    note_wave(wave, lands, third & stays, district, days)
    _say_overlaps(year, rows, wave, district)


def _take_second_records(wave: Planned, district: District) -> np.ndarray:
    """Return who arrives: the mover, or a new record that the receiver opens by mistake."""
    people, lands = district.people, wave.student.copy()
    twice = np.flatnonzero(wave.trouble == Trouble.SECOND_RECORD)
    old = wave.student[twice]
    copied = {name: people[name][old] for name in ("sex", "race", "home", "ability", "truancy")}
    slip = district.rng.choice([0, 0, 0, 1, -1, 10, -10, 30, -30], len(old))
    lands[twice] = people.add(len(old), born=people["born"][old] + slip, record_of=old, **copied)
    people.remove(old, wave.exit[twice], np.full(len(old), 0))
    return lands


def _say_overlaps(year: Year, rows: np.ndarray, wave: Planned, district: District) -> None:
    """Let the sender report its withdrawal days too late, or only at the end of the year."""
    chosen = np.flatnonzero(wave.trouble == Trouble.OVERLAP)
    days = year.term.days
    late = wave.into[chosen] + district.rng.integers(2, 26, len(chosen))
    never = (district.rng.random(len(chosen)) < 0.4) | (late >= len(days) - 1)
    said = days[np.where(never, len(days) - 1, late)]
    year.spells["exit"][rows[chosen]] = np.where(never, 1, wave.exit[chosen])
    year.spells["said_end"][rows[chosen]] = np.where(said > year.term.as_of, OPEN, said)


def _play_exits(year: Year, exits: Exits, district: District) -> None:
    """Close the spells of those who leave the district for good."""
    on = year.term.days[exits.out]
    year.close(exits.student, on, exits.code)
    district.people.remove(exits.student, exits.code, on)


def _play_returns(year: Year, returns: Returns, district: District) -> None:
    """Close and reopen the spells of those who return to the same school, and note them."""
    days, who = year.term.days, returns.student
    out, back = days[returns.out], days[returns.back]
    rows = year.close(who, out, returns.exit)
    same_day = returns.back == returns.out
    year.spells["end"][rows[same_day]] = days[returns.out[same_day] - 1]
    school, grade = district.people["school"][who], district.people["grade"][who]
    year.append(
        spells_of(
            len(who), student=who, school=school, grade=grade, year=year.term.year,
            start=back, end=year.term.last, entry=10,
        )
    )  # fmt: skip
    district.people.note_change(who, back, is_move=False)
    district.people.note_change(who, back, is_move=False)
    district.people["troubled"][who] = True
    note_returns(returns, school, out, district)
