"""The service speaks so that a tired reader of eleven or twelve can follow it.

The measure is the Flesch-Kincaid grade, with the automated readability index as a second opinion
(one counts syllables, the other letters). A grade of 7 is a reading age of 12. Only running text
counts, as people read it: paragraphs, list items, explanations. Headings, names, tables and what
people wrote themselves are left out: short lines would make the text seem easier than it is.
"""

import re

import pytest
import textstat

HIGHEST_GRADE = 7
ENOUGH_WORDS = 100
LONGEST_SENTENCE = 25
FEWEST_WORDS = 5
RUNNING = "p, li, dd, .nhsuk-hint"
NOT_OURS = ["table", "svg", "select", "textarea"]
#: what people wrote themselves, and lists of names and dates
THEIR_WORDS = {"app-text", "app-facts"}

pytestmark = pytest.mark.enable_socket


def sentences_of(soup):
    """Give the sentences of a page's running text."""
    for block in soup.main.select(RUNNING):
        inner = block.find(["p", "li", "dl", "form", *NOT_OURS])
        if inner or block.find_parent(NOT_OURS) or block.find_parent(class_=list(THEIR_WORDS)):
            continue
        if THEIR_WORDS & set(block.get("class", ())):
            continue
        text = " ".join(block.get_text(" ").split())
        for sentence in re.split(r"(?<=[.?!]) +", text):
            if len(sentence.split()) >= FEWEST_WORDS:
                yield sentence.rstrip(".?!: ") + "."


def texts_by_page(walk):
    texts = {}
    for seen in walk.pages:
        texts.setdefault(seen.route, {}).update(dict.fromkeys(sentences_of(seen.soup)))
    return {route: " ".join(sentences) for route, sentences in texts.items()}


def grades(text):
    return (textstat.flesch_kincaid_grade(text), textstat.automated_readability_index(text))


def test_every_page_with_much_to_read_can_be_read_at_twelve(walk):
    texts = texts_by_page(walk)
    long_ones = {r: text for r, text in texts.items() if len(text.split()) >= ENOUGH_WORDS}

    assert "outcomes" in long_ones
    assert "appraisal.meet" in long_ones
    hard = {route: grades(text) for route, text in long_ones.items()}
    assert {route: both for route, both in hard.items() if max(both) > HIGHEST_GRADE} == {}


def test_the_short_pages_together_can_be_read_at_twelve(walk):
    texts = texts_by_page(walk)
    together = " ".join(text for text in texts.values() if len(text.split()) < ENOUGH_WORDS)

    assert len(together.split()) > ENOUGH_WORDS
    assert max(grades(together)) <= HIGHEST_GRADE


def test_no_sentence_is_too_long_to_hold_in_mind(walk):
    long = {
        sentence
        for seen in walk.pages
        for sentence in sentences_of(seen.soup)
        if len(sentence.split()) > LONGEST_SENTENCE
    }

    assert long == set()
