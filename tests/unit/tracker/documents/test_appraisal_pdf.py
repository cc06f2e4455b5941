from dataclasses import replace
from datetime import date, datetime, timedelta, timezone

import pytest

from tests.support.pdfs import check_marks, poppler, reader, spoken, tree
from tracker.documents.appraisal_pdf import appraisal_pdf
from tracker.documents.appraisal_text import appraisal_text
from tracker.documents.values import (
    AppraisalDocument,
    BarrierNote,
    ConfidenceChange,
    LastGoal,
    LaterNote,
    NewGoal,
    SignatureLine,
)

BST = timezone(timedelta(hours=1), "BST")
SIGNED = datetime(2026, 10, 12, 14, 20, tzinfo=BST)
NASTY = "<script>alert(1)</script> & O\u2019Brien " + "x" * 200


NEW_GOALS = (
    NewGoal(
        wording="Use the handover screen each shift.",
        why="The ward has many alerts.",
        due_on=date(2027, 1, 31),
        help_offered=("A Digital Angel on the ward", "A buddy"),
        in_the_way="The screen is slow.",
        safety_reason="An alert was missed at handover.",
    ),
    NewGoal(wording="Help a starter", due_on=date(2027, 4, 1)),
)


@pytest.fixture
def record():
    return AppraisalDocument(
        organisation="Aldwater NHS Foundation Trust",
        person="Sam Staff",
        post="Staff nurse",
        unit="Ward 7",
        manager="Mo Manager",
        held_on=date(2026, 10, 12),
        period="April to September 2026",
        made_at=SIGNED,
        last_goals=(
            LastGoal(wording="Act on every falls alert.", became="Met", note="In most shifts."),
            LastGoal(wording="Use the handover screen", became="Getting there: carried on"),
        ),
        barriers=(
            BarrierNote(
                kind="Hardware", what="Two tablets did not charge.", done="Replaced in May"
            ),
            BarrierNote(kind="Time", what="No quiet time to practise", done=""),
        ),
        confidence=(
            ConfidenceChange(competence="Spotting alerts", before="Not yet", now="Confident"),
            ConfidenceChange(competence="Sharing safely", before="", now="Getting there"),
        ),
        evidence=("Sam showed two starters the alert list.",),
        wellbeing="Nights have been hard.",
        new_goals=NEW_GOALS,
        summary="A good half year.",
        signatures=(
            SignatureLine(
                name="Sam Staff", side="Member of staff", statement="We agreed.", signed_at=SIGNED
            ),
            SignatureLine(
                name="Mo Manager", side="Manager", statement="We agreed.", signed_at=SIGNED
            ),
        ),
        snapshot_hash="9f86d081",
        next_on=date(2027, 4, 12),
    )


def test_a_usual_appraisal_stands_on_one_page(record):
    assert len(reader(appraisal_pdf(record)).pages) == 1


def test_it_is_heard_in_the_order_of_the_conversation(record):
    headings = [
        text
        for text in spoken(appraisal_pdf(record))
        if text
        in {
            "Appraisal of Sam Staff",
            "Since last time",
            "What got in the way",
            "How confident Sam Staff feels",
            "What shows it",
            "Wellbeing",
            "What we agreed",
            "In our own words",
            "Signed",
        }
    ]

    assert headings == [
        "Appraisal of Sam Staff",
        "Since last time",
        "What got in the way",
        "How confident Sam Staff feels",
        "What shows it",
        "Wellbeing",
        "What we agreed",
        "In our own words",
        "Signed",
    ]


def test_it_says_what_was_agreed(record):
    heard = spoken(appraisal_pdf(record))

    assert "1. Use the handover screen each shift \u2013 by 31 January 2027" in heard
    assert "Why: The ward has many alerts." in heard
    assert "Help offered: A Digital Angel on the ward; A buddy" in heard
    assert "What stands in the way: The screen is slow." in heard
    assert "Mandatory, to keep people safe: An alert was missed at handover." in heard
    assert "12 April 2027" in heard
    assert heard.count("12 October 2026 at 14:20 BST") == 2
    assert "Fingerprint of what was signed: 9f86d081" in heard


def test_the_plain_text_says_it_too_and_ends_no_sentence_twice(record):
    said = " ".join(appraisal_text(record).split())

    assert "1. Use the handover screen each shift, by 31 January 2027" in said
    assert "Why: The ward has many alerts." in said
    assert "Mandatory, to keep people safe: An alert was missed at handover." in said
    assert ".." not in said
    assert ".:" not in said


def test_what_was_not_done_and_not_said_is_put_plainly(record):
    heard = spoken(appraisal_pdf(record))

    assert heard[heard.index("Time: No quiet time to practise") + 1] == "Nothing yet"
    assert heard[heard.index("Sharing safely") + 1] == "Not said"


def test_wellbeing_that_was_not_shared_leaves_no_trace(record):
    assert "Wellbeing" not in poppler("pdftotext", appraisal_pdf(replace(record, wellbeing="")))


def test_without_signatures_it_says_that_it_is_a_draft(record):
    heard = spoken(appraisal_pdf(replace(record, signatures=())))

    assert "This is a draft. Nobody has signed it yet." in heard
    assert "Signed" not in heard


def test_a_later_note_is_added_below_what_was_signed(record):
    note = LaterNote(by="Sam Staff", added_at=SIGNED, text="The screen was mended.")
    heard = spoken(appraisal_pdf(replace(record, later_notes=(note,))))

    assert heard.index("The screen was mended.") > heard.index("Signed")
    assert "Added on 12 October 2026 at 14:20 BST by Sam Staff" in heard


def test_the_first_appraisal_has_no_empty_parts(record):
    bare = replace(
        record, last_goals=(), barriers=(), confidence=(), evidence=(), wellbeing="", new_goals=()
    )
    headings = {"Since last time", "What got in the way", "What shows it", "What we agreed"}

    assert not headings & set(spoken(appraisal_pdf(bare)))


def test_names_that_are_long_or_look_like_code_are_printed_whole(record):
    line = replace(record.signatures[0], name=NASTY, statement=NASTY)
    data = appraisal_pdf(
        replace(record, person=NASTY, organisation=NASTY, post=NASTY, signatures=(line,))
    )
    heard = spoken(data)

    assert f"Appraisal of {NASTY}" in heard
    assert heard.count(NASTY) == 4
    check_marks(data)


def test_the_same_record_always_makes_the_same_file(record):
    assert appraisal_pdf(record) == appraisal_pdf(record)


def test_every_part_is_tagged(record):
    data = appraisal_pdf(record)

    check_marks(data)
    assert [node.role for node in tree(data).kids][:3] == ["P", "H1", "Table"]
    assert reader(data).metadata.title == "Appraisal of Sam Staff, 12 October 2026"
