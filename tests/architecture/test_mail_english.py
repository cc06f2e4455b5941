"""Every mail that we ship can be read at twelve, alone where it is long, and all together."""

import re

import pytest
import textstat

from tracker.content.mail import MAIL
from tracker.services.mail_texts import EVERYWHERE, Text, fill

pytestmark = pytest.mark.enable_socket
HIGHEST_GRADE = 7
LONGEST_SENTENCE = 25


def sentences_of(kind):
    content = MAIL[kind]
    text = Text(kind=kind, content=content, subject="", body=content.body, is_own=False)
    filled = fill(text, {**EVERYWHERE, **content.words})
    for paragraph in filled.paragraphs:
        if not paragraph.startswith("Hello"):
            yield from re.split(r"(?<=[.?!:]) +", " ".join(paragraph.split()))


def grade(sentences):
    text = " ".join(sentences)
    return max(textstat.flesch_kincaid_grade(text), textstat.automated_readability_index(text))


def test_all_together_can_be_read_at_twelve():
    assert grade([one for kind in MAIL for one in sentences_of(kind)]) <= HIGHEST_GRADE


@pytest.mark.parametrize("kind", MAIL)
def test_no_sentence_is_too_long_to_hold_in_mind(kind):
    assert [one for one in sentences_of(kind) if len(one.split()) > LONGEST_SENTENCE] == []


@pytest.mark.parametrize("kind", MAIL)
def test_every_name_in_braces_is_known(kind):
    content = MAIL[kind]
    named = set(re.findall(r"\{(\w+)\}", content.subject + content.body))

    assert named <= {*EVERYWHERE, *content.words}


@pytest.mark.parametrize("kind", MAIL)
def test_a_mail_has_a_subject_unless_it_is_a_line(kind):
    assert bool(MAIL[kind].subject) != MAIL[kind].is_weekly
