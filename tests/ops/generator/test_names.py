"""Names of invented persons."""

import numpy as np

from bascule.ops.generator.names import (
    FIRST_NAMES,
    LAST_NAMES,
    draw_names,
    edit_distances,
    folded,
    last_names_as_text,
    misspelled,
    similar_first_names,
)


def test_edit_distances_are_those_of_levenshtein() -> None:
    found = edit_distances(["kitten", "sitting", "flaw", "lawn", "kitten"])
    assert found[0].tolist() == [0, 3, 6, 5, 0]
    assert found[2].tolist() == [6, 7, 0, 2, 6]


def test_a_misspelled_name_differs_but_is_similar() -> None:
    assert [misspelled(name) for name in ("José", "Łukasz", "Emma")] == ["Jose", "Lukasz", "Emmma"]
    assert all(misspelled(name) != name for name in FIRST_NAMES)


def test_accents_do_not_make_names_different() -> None:
    assert folded("Núñez-O'Łoś") == "nunezolos"
    place = {name: number for number, name in enumerate(FIRST_NAMES)}
    similar = similar_first_names()
    assert similar[place["Sofía"], place["Zofia"]]
    assert not similar[place["Sofía"], place["Mateo"]]


def test_hispanic_students_may_have_two_family_names_and_others_a_hyphen() -> None:
    race = np.repeat(np.arange(5), 200)
    names = draw_names(race, race % 2, np.random.default_rng(3))
    text = np.array(last_names_as_text(names, race))
    spaced, hyphened = np.char.find(text, " ") >= 0, np.char.find(text, "-") >= 0
    assert spaced[:200].sum() > 60
    assert not spaced[200:].any()
    assert hyphened[200:].sum() > 40
    assert not hyphened[:200].any()


def test_name_lists_hold_no_name_twice_and_letters_of_many_languages() -> None:
    assert len(set(FIRST_NAMES)) == len(FIRST_NAMES)
    assert len(set(LAST_NAMES)) == len(LAST_NAMES)
    assert {"Muñoz", "Wiśniewski", "O'Brien", "Zhang", "Nguyen"} <= set(LAST_NAMES)
