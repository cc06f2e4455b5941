from datetime import UTC, date, datetime

import pytest

from integrations.errors import FileRefusedError
from integrations.outcomes.alerts_csv import read_alerts
from integrations.outcomes.records import AlertRow, Response
from integrations.tables.rows import RejectedRow

TODAY = date(2026, 11, 22)
HEADER = "alert_id,unit,fired_at,staff,alert_type,response,responded_at,true_alert,patient\n"


@pytest.fixture
def read(tmp_path):
    def read_text(text):
        path = tmp_path / "alerts.csv"
        path.write_text(text, encoding="utf-8")
        return list(read_alerts(path, today=TODAY))

    return read_text


def test_an_alert_is_read_without_the_patient(read):
    (row,) = read(
        HEADER + "A1,W12,2026-07-03T09:00,20001,allergy,accepted,2026-07-03T09:01,yes,Mrs Jones\n"
    )

    assert row == AlertRow(
        line=2,
        alert_id="A1",
        unit="W12",
        fired_at=datetime(2026, 7, 3, 8, 0, tzinfo=UTC),  # a ward clock shows summer time
        staff="20001",
        alert_type="allergy",
        response=Response.ACCEPTED,
        responded_at=datetime(2026, 7, 3, 8, 1, tzinfo=UTC),
        was_true=True,
    )
    assert "Jones" not in repr(row)


def test_an_alert_that_nobody_answered_was_ignored(read):
    (row,) = read(HEADER + "A1,W12,2026-07-03T09:00:00Z,20001,allergy,,,,\n")

    assert (row.response, row.responded_at, row.was_true) == (Response.IGNORED, None, None)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (",W,2026-07-03T09:00,2,x,accepted,,yes,", "The alert number is missing."),
        ("A1,W,2026-07-03T09:00,,x,accepted,,yes,", "The staff number is missing."),
        (
            "A1,W,noon,2,x,accepted,,yes,",
            "The time of the alert is not a date and time. Write it as 2026-09-30T14:05.",
        ),
        ("A1,W,2027-07-03T09:00,2,x,accepted,,yes,", "The time of the alert is in the future."),
        (
            "A1,W,2026-07-03T09:00,2,x,accepted,2026-07-03T08:00,yes,",
            "The response comes before the alert. Check the two times.",
        ),
        (
            "A1,W,2026-07-03T09:00,2,x,shrugged,,yes,",
            "The response must be one of: accepted, overridden, ignored.",
        ),
        (
            "A1,W,2026-07-03T09:00,2,x,accepted,,perhaps,",
            "The true_alert column must say yes, no, or nothing.",
        ),
    ],
)
def test_a_bad_alert_is_named_by_line_and_reason(read, row, reason):
    assert read(HEADER + row + "\n") == [RejectedRow(line=2, reason=reason)]


def test_an_alert_counts_once(read):
    row = "A1,W,2026-07-03T09:00,2,x,accepted,,yes,\n"

    _, second = read(HEADER + row + row)

    assert second == RejectedRow(line=3, reason="This alert number is in the file already.")


def test_a_file_with_other_columns_is_refused(read):
    with pytest.raises(FileRefusedError, match="must name these columns"):
        read("alert_id,unit\n")
