"""Templates that trainers write: refused with a sentence and a place, or drawn as they say."""

import copy
import json
import re
from importlib.resources import files

import pytest

from tracker.practice import (
    TemplateError,
    as_template,
    make_screen,
    problems_of,
    read_template,
    the_bank,
)
from tracker.practice.check import texts_of
from tracker.practice.rules import BrokenRuleError, Rule, needs_action, read_place
from tracker.practice.screens import Facts, Lines, Table

GOOD = json.loads((files("tracker.practice") / "items" / "meal_tray.json").read_text())
PARTS = (
    Facts(key="banner", name="Patient", pairs=(("Born", "3 March 1950"), ("Urgent", "14 days"))),
    Lines(key="notes", name="Notes", lines=("Tell only: Gwen Oakshaw.", "Hears badly.")),
    Table(key="list", name="List", columns=("Name", "Days"), rows=(("Ines", "12"), ("Oren", "30"))),
)


def changed(*path, to=None, drop=False):
    """Give the good template with one place changed."""
    item = copy.deepcopy(GOOD)
    place = item
    for step in path[:-1]:
        place = place[step]
    if drop:
        del place[path[-1]]
    else:
        place[path[-1]] = to
    return item


V = "values"
GIVEN_AWAY = {
    "swap": ["Not {diet}", "{diet}"],
    "parts": [
        GOOD[V]["parts"][0],
        {**GOOD[V]["parts"][1], "rows": [["{one}", "{here}"], ["{two}", "{here}"]]},
    ],
}


@pytest.mark.parametrize(
    ("item", "says"),
    [
        (changed("feedback", "with", drop=True), "feedback with needs"),
        (changed("feedback", "without", "why", to=" "), "At feedback, without, why"),
        (changed(V, "rule", drop=True), "lack: rule"),
        (changed(V, "rule", "is", to="like"), "At values, rule, is: use one of"),
        (changed(V, "swap", to=["{diet}"]), "At values, swap: there are too few"),
        (changed("difficulty", to=9), "At difficulty: use one of: 1, 2, 3"),
        (changed("for", to=["wizards"]), "At for, number 1"),
        (changed(V, "script", to="alert(1)"), "use only these names"),
        (changed(V, "parts", 0, "kind", to="script"), "facts, lines, table"),
        (changed(V, "parts", 0, "onclick", to="x"), "use only these names"),
        (changed(V, "parts", 0, "rows", 0, to=["one cell"]), "each row needs 3 cells"),
        (changed(V, "parts", 1, "key", to="board"), "a key of its own"),
        (changed(V, "where", to="nowhere"), "name one of the parts"),
        (changed(V, "numbers", "bed", to={"from": 9, "to": 1}), "from is more than to"),
        (changed(V, "numbers", "bed", "from", to=True), "a whole number"),
        (changed(V, "numbers", "one", to={"from": 1, "to": 2}), "can be drawn only once"),
        (changed(V, "cases", 0, to={"dish": "soup"}), "the same names"),
        (changed("setting", to="a\u202eb"), "cannot be shown"),
        (changed("setting", to="x" * 501), "too long"),
        (changed("key", to="Bad Key"), "At key"),
    ],
)
def test_a_template_that_cannot_be_used_says_where_and_why(item, says):
    with pytest.raises(TemplateError, match=says):
        as_template(item)


@pytest.mark.parametrize("text", ["[" * 100_000, '{"key":' * 20_000, "x" * 50_000, "null", '"x"'])
def test_what_is_no_template_at_all_is_refused_and_nothing_breaks(text):
    with pytest.raises(TemplateError):
        read_template(text)


@pytest.mark.parametrize(
    ("item", "says"),
    [
        (changed(V, "rule", "look_at", to="trolley/{one}/Colour"), "There is no"),
        (changed(V, "rule", "look_at", to="cellar/{one}"), "There is no part"),
        (changed(V, "rule", "is", to="the same as"), "The rule says"),
        (changed(V, "rule", "is", to="more than"), "no number"),
        (changed(V, "rule", "that", to="board/{two}/May eat"), "The rule says"),
        (changed(V, "swap", to=["{diet}", "{diet}"]), "the same"),
        (changed(V, "parts", 1, "rows", to=[["{one}", "x"], ["{two}", "y"]]), "The rule says"),
        (changed(V, to={**GOOD[V], **GIVEN_AWAY}), "gives the answer away"),
        (changed("setting", to="{nobody} waits"), "nothing is drawn"),
        (changed("setting", to="{one.__class__}"), "bracket without a name"),
        (changed("setting", to="{one:>999999999}"), "bracket without a name"),
        (changed("setting", to="{0}"), "bracket without a name"),
        (changed("feedback", "with", "what", to="{who}"), "nothing is drawn"),
    ],
)  # fmt: skip
def test_trying_it_out_finds_what_the_shape_does_not_show(item, says):
    problems = problems_of(as_template(item))

    assert problems
    assert any(re.search(says, why) for why in problems), problems


def test_a_script_is_only_text():
    item = changed("setting", to="<script>alert(1)</script> {one}")

    screen = make_screen(as_template(item), 1, with_signal=True)

    assert screen.setting.startswith("<script>")
    assert problems_of(as_template(item)) == []


@pytest.mark.parametrize(
    ("look_at", "comparison", "that", "says"),
    [
        ("banner/Born", "the same as", "banner/Born", True),
        ("banner/Born", "different from", "banner/Urgent", True),
        ("list/Oren/Days", "more than", "banner/Urgent", True),
        ("list/Ines/Days", "more than", "banner/Urgent", False),
        ("list/Ines/Days", "less than", "13", True),
        ("notes/Tell only", "the same as", "gwen oakshaw", True),
        ("list/Ines/Days", "among", "10, 11, 12", True),
        ("list/Ines/Days", "not among", "10; 11; 12", False),
    ],
)
def test_a_rule_reads_what_stands_on_the_screen(look_at, comparison, that, says):
    assert needs_action(Rule(look_at=look_at, comparison=comparison, that=that), PARTS) is says


@pytest.mark.parametrize("place", ["list", "list/Ines", "list/Ines/Weeks", "notes/", "a/b", "/"])
def test_a_place_that_is_not_there_is_named(place):
    with pytest.raises(BrokenRuleError, match="There is no"):
        read_place(place, PARTS)


def test_both_sides_of_a_seed_hold_the_same_words():
    for template in the_bank().values():
        if template.kind != "written":
            continue
        for seed in range(20):
            sides = [make_screen(template, seed, with_signal=side) for side in (True, False)]
            words = [sorted(" ".join(_cells(screen)).split()) for screen in sides]
            assert words[0] == words[1], template.key


def _cells(screen):
    return texts_of(screen)
