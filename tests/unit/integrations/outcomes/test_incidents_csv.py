from datetime import date

import pytest

from integrations.errors import FileRefusedError
from integrations.outcomes.incidents_csv import read_incidents
from integrations.outcomes.records import Cause, Harm, IncidentRow
from integrations.tables.rows import RejectedRow

TODAY = date(2026, 11, 22)
HEADER = "reference,unit,occurred_on,reported_on,harm,cause,description,nhs_number\n"


@pytest.fixture
def read(tmp_path):
    def read_text(text):
        path = tmp_path / "incidents.csv"
        path.write_text(text, encoding="utf-8")
        return list(read_incidents(path, today=TODAY))

    return read_text


def test_an_incident_is_read_without_its_story(read):
    (row,) = read(
        HEADER + 'I-1,W12,2026-09-03,2026-09-05,Low,use-related,"Mr Smith, bed 4",9434765919\n'
    )

    assert row == IncidentRow(
        line=2,
        reference="I-1",
        unit="W12",
        occurred_on=date(2026, 9, 3),
        reported_on=date(2026, 9, 5),
        harm=Harm.LOW,
        cause=Cause.USE_RELATED,
    )
    assert "Smith" not in repr(row)
    assert "9434765919" not in repr(row)


def test_a_story_over_many_lines_does_not_shift_the_line_numbers(read):
    _, rejected = read(
        HEADER
        + 'I-1,W12,2026-09-03,,none,technical,"first\nsecond\nthird",\n'
        + "I-2,W12,never,,none,technical,,\n"
    )

    assert rejected == RejectedRow(
        line=5, reason="The date of the incident is not a date. Write it as 2026-09-30."
    )


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (",W,2026-09-03,,none,technical,,", "The reference is missing."),
        ("I-1,W,2026-11-23,,none,technical,,", "The date of the incident is in the future."),
        (
            "I-1,W,2026-09-03,2026-09-01,none,technical,,",
            "The incident was reported before it happened. Check the two dates.",
        ),
        (
            "I-1,W,2026-09-03,,awful,technical,,",
            "The harm must be one of: none, low, moderate, severe, fatal, unclear, no_patient.",
        ),
        (
            "I-1,W,2026-09-03,,none,gremlins,,",
            "The cause must be one of: use_related, technical, unclear.",
        ),
        (
            "=HYPERLINK(1),W,2026-09-03,,none,technical,,",
            "The reference looks like a formula. Write it as plain text.",
        ),
    ],
)
def test_a_bad_incident_is_named_by_line_and_reason(read, row, reason):
    assert read(HEADER + row + "\n") == [RejectedRow(line=2, reason=reason)]


def test_a_reference_counts_once(read):
    row = "I-1,W,2026-09-03,,none,technical,,\n"

    _, second = read(HEADER + row + row)

    assert second == RejectedRow(line=3, reason="This reference is already on line 2.")


def test_other_words_for_harm_are_understood(read):
    rows = read(HEADER + "I-1,W,2026-09-03,,No Harm,technical,,\n" + "I-2,W,2026-09-03,,Death,,,\n")

    assert [(row.harm, row.cause) for row in rows] == [
        (Harm.NONE, Cause.TECHNICAL),
        (Harm.FATAL, Cause.UNCLEAR),
    ]


def test_where_only_the_month_is_known_the_incident_counts_in_its_month(read):
    (row,) = read(HEADER + "I-1,W,2026-09,2026-09,none,technical,,\n")

    assert (row.occurred_on, row.is_month_only, row.reported_on) == (date(2026, 9, 1), True, None)


def test_dates_with_the_month_first_are_refused_as_some_would_be_wrong(read):
    days = ("3/7/2026", "3/13/2026")
    rows = [f"I-{at},W,{day},,none,technical,,\n" for at, day in enumerate(days)]

    with pytest.raises(FileRefusedError, match="the month before the day"):
        read(HEADER + "".join(rows))
    whole = read(HEADER + "".join(rows) + "I-9,W,14/3/2026,,none,technical,,\n")

    assert [type(row) for row in whole] == [IncidentRow, RejectedRow, IncidentRow]


def test_a_file_with_other_columns_is_refused(read):
    with pytest.raises(FileRefusedError, match="reference, unit, occurred_on, harm, cause"):
        read("Mr Smith,fell\n")
