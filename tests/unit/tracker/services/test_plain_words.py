"""The check that stands beside each text: what a tired reader would stumble over."""

import pytest

from tracker.content import framework, work_tasks
from tracker.content.readiness_questions import QUESTIONS
from tracker.services.plain_words import read_plainly

SHIPPED = [
    (one.description, *one.levels)
    for text in (framework.FRAMEWORK, work_tasks.FRAMEWORK)
    for domain in text.domains
    for one in domain.competences
]


def test_nothing_is_said_of_what_we_ship():
    remarks = {
        remark
        for texts in [*SHIPPED, *((question.statement,) for question in QUESTIONS)]
        for remark in read_plainly(*texts).remarks
    }

    assert remarks == set()


@pytest.mark.parametrize(
    ("text", "remark"),
    [
        ("I can " + "do this and " * 8 + "that.", "has 27 words. Make two of it."),
        ("I utilise tools.", "Instead of “utilise” you could write “use”."),
        ("I know the functionality and interoperability.", "Is there a shorter word for"),
    ],
)
def test_what_is_hard_is_named(text, remark):
    assert any(remark in one for one in read_plainly(text).remarks)


def test_the_age_is_said_only_of_enough_words():
    short = read_plainly("I can do it.")
    long = read_plainly("I can do it by myself, and I show others how it is done. " * 3)
    hard = read_plainly(
        "Responsible organisational stakeholders systematically demonstrate considerable "
        "understanding regarding technological interoperability requirements. " * 3
    )

    assert short.age is None
    assert long.age is not None
    assert long.is_plain
    assert hard.age is not None
    assert hard.age > 12
    assert any("It reads as for age" in one for one in hard.remarks)


@pytest.mark.parametrize("text", ["", " ", "???", "12 34", "é" * 400, "a" * 2_000])
def test_any_text_can_be_looked_at(text):
    assert read_plainly(text).remarks is not None
