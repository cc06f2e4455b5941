"""Patients who cannot be are refused: by age, sex, sign, dose and day, whatever the seed."""

import copy
import json
from importlib.resources import files

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.practice import ImpossiblePatientError, as_template, make_screen, problems_of, the_bank
from tracker.practice.people import Person
from tracker.practice.possible import impossible
from tracker.practice.screens import Facts, Lines, Table

ITEMS = files("tracker.practice") / "items"
SCAN = json.loads((ITEMS / "scan_question.json").read_text())
MAN = Person("Oren Netherby", "3 March 1980", "H10000", sex="male", age=46)
OLD_WOMAN = Person("Edie Oakshaw", "3 March 1940", "H10001", sex="female", age=86)


def facts(*pairs):
    return (Facts(key="banner", name="Patient", pairs=pairs),)


@settings(max_examples=150, deadline=None)
@given(
    key=st.sampled_from(sorted(the_bank())),
    seed=st.integers(0, 2**31 - 1),
    with_signal=st.booleans(),
)
def test_no_seed_of_ours_makes_an_impossible_patient(key, seed, with_signal):
    screen = make_screen(the_bank()[key], seed, with_signal=with_signal)

    assert impossible(screen.parts, screen.people) == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Age", "150"), ("Age", "-3"), ("Pulse", "900"), ("Breaths a minute", "0"),
        ("Temperature", "73.4"), ("Oxygen level %", "120"), ("Weight", "712 kg"),
        ("Born", "31 February 1960"), ("Born", "yesterday"), ("Born", "3 March 1850"),
        ("Given", "Paracetamol 10 g"), ("Given", "Warfarin 300 mg"),
        ("Given", "Insulin 900 units"),
        ("Given", "Aspirin 0 mg"), ("Seen at", "25:10"), ("Seen at", "12:75"), ("NEWS2", "31"),
    ],
)  # fmt: skip
def test_what_nobody_has_is_refused(name, value):
    (why, *_) = impossible(facts((name, value)))

    assert why.startswith("Patient: ")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Age", "0"), ("Age", "104"), ("Pulse", "38"), ("Temperature", "34.2"),
        ("Oxygen level %", "71"), ("Born", "29 February 1960"), ("Given", "Paracetamol 1 g"),
        ("Given", "Morphine 10 mg, counted 60"), ("Seen at", "00:00"), ("Fridge °C", "12.1"),
    ],
)  # fmt: skip
def test_what_a_very_ill_patient_has_is_possible(name, value):
    assert impossible(facts((name, value))) == []


@pytest.mark.parametrize(
    ("person", "text"),
    [(MAN, "Pregnant, 30 weeks"), (OLD_WOMAN, "Pregnant, 30 weeks"), (OLD_WOMAN, "Prostate check")],
)
def test_what_cannot_be_said_of_somebody_is_refused(person, text):
    lines = Lines(key="notes", name="Notes", lines=(text,))
    row = Table(key="t", name="List", columns=("Name", "Why"), rows=((person.name, text),))

    assert impossible((lines,), (person,))
    assert impossible((row,), (person,))


def test_it_is_held_against_the_person_of_the_row():
    rows = ((OLD_WOMAN.name, "Hip"), (MAN.name, "Prostate check"))
    table = Table(key="t", name="List", columns=("Name", "Why"), rows=rows)

    assert impossible((table,), (OLD_WOMAN, MAN)) == []


def changed(change):
    item = copy.deepcopy(SCAN)
    change(item["values"])
    return as_template(item)


@pytest.mark.parametrize(
    "change",
    [
        lambda values: values["people"][0].update(sex="male"),
        lambda values: values["people"][0].update(oldest=80),
        lambda values: values["parts"][1]["pairs"].append(["Pulse", "500"]),
        lambda values: values["choices"].update(reason=["Weight 800 kg", "Seen at 29:00"]),
    ],
)
def test_a_seed_that_makes_an_impossible_patient_is_found_and_named(change):
    template = changed(change)

    assert any("Seed" in why for why in problems_of(template))


def test_a_screen_with_an_impossible_patient_is_never_made():
    template = changed(lambda values: values["people"][0].update(sex="male"))

    with pytest.raises(ImpossiblePatientError, match="cannot be said of"):
        make_screen(template, 1, with_signal=True)
