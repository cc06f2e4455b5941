"""Templates that cannot be used are refused with a sentence."""

import json
from importlib.resources import files

import pytest

from tracker.practice import read_template, the_bank

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
