"""Templates that cannot be used are refused with a sentence."""

import dataclasses
import json
from importlib.resources import files
from random import Random

import pytest
import textstat

from tracker.practice import make_screen, read_template, the_bank
from tracker.practice.charts import getting_worse

GOOD = json.loads((files("tracker.practice") / "items" / "allergy.json").read_text())


def without(name):
    return {key: value for key, value in GOOD.items() if key != name}


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ("{", "This is not JSON"),
        (json.dumps([]), "in curly brackets"),
        (json.dumps(without("family")), "lacks: family"),
        (json.dumps({**GOOD, "script": "x"}), "unknown names: script"),
        (json.dumps({**GOOD, "setting": "  "}), "text for setting"),
        (json.dumps({**GOOD, "kind": "puzzle"}), "There is no such kind"),
        (json.dumps({**GOOD, "values": {"groups": []}}), "lack: others"),
        (json.dumps({**GOOD, "values": []}), "values is an object"),
        (json.dumps({**GOOD, "feedback": {"with": {}}}), "The feedback with needs"),
    ],
)
def test_a_template_that_cannot_be_used_says_why(given, says):
    with pytest.raises(ValueError, match=says):
        read_template(given)


def test_each_file_is_named_as_its_key():
    names = {file.name for file in (files("tracker.practice") / "items").iterdir()}

    assert {f"{key}.json" for key in the_bank()} == {n for n in names if n.endswith(".json")}


def test_a_patient_who_would_not_be_unwell_is_refused():
    with pytest.raises(ValueError, match="NEWS2 of 5 or more"):
        getting_worse({"pulse": [92, 95]}, Random(1))  # noqa: S311 - a test's own chance


@pytest.mark.parametrize("key", the_bank())
@pytest.mark.parametrize("with_signal", [True, False])
def test_the_words_can_be_read_at_eleven(key, with_signal):
    screen = make_screen(the_bank()[key], 7, with_signal=with_signal)
    words = " ".join([screen.setting, *dataclasses.astuple(screen.feedback)])

    assert textstat.flesch_kincaid_grade(words) <= 6.5
