"""Logs of alerts: our own columns, Epic's, and audits' samples."""

from datetime import UTC, date, datetime
from io import StringIO

import pytest

from integrations.errors import FileRefusedError
from integrations.outcomes.alert_line import AlertLine
from integrations.outcomes.alert_log import AlertLog
from integrations.outcomes.kept_alerts import write_log
from integrations.tables.rows import RejectedRow

TODAY = date(2026, 11, 22)
HEADER = "alert_id,unit,fired_at,staff,alert_type,response,responded_at,true_alert,patient\n"
EPIC = (
    "ALT_CSN_ID,ALT_ACTION_INST,ALT_STATUS_C,ACTION_TAKEN_C,SPEC_OVR_RSN_C,SPEC_OVR_CMNT,USER_ID,"
    "PAT_CSN,BPA_LOCATOR_ID,DEPARTMENT,InterruptFLG,AcceptedFLG,IgnoredFLG\n"
)


def unit_of(text):
    if text == "nowhere":
        raise ValueError("This unit is not known here.")
    return {"W12": 12}.get(text)


@pytest.fixture
def read(tmp_path):
    def read_text(text, **more):
        path = tmp_path / "alerts.csv"
        path.write_text(text, encoding="utf-8")
        log = AlertLog(path, today=TODAY, unit_of=unit_of, staff_of=lambda text: f"hash {text}")
        return list(log.blocks(**more))

    return read_text


def test_an_alert_is_read_without_the_patient(read):
    (block,) = read(
        HEADER + "A1,W12,2026-07-03T09:00,20001,allergy,accepted,2026-07-03T09:01,yes,Mrs Jones\n"
    )

    assert block.lines == [
        AlertLine(
            line=2,
            source_key="A1",
            unit_id=12,
            staff="hash 20001",
            alert_type="allergy",
            fired_at=datetime(2026, 7, 3, 8, 0, tzinfo=UTC),
            response="accepted",
            responded_at=datetime(2026, 7, 3, 8, 1, tzinfo=UTC),
            is_true_alert=True,
            has_reason=False,
            is_override_right=None,
        )
    ]
    assert "Jones" not in repr(block)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (",W,2026-07-03T09:00,2,x,accepted,,yes,", "The alert number is missing."),
        ("A1,W,2026-07-03T09:00,,x,accepted,,yes,", "The staff number is missing."),
        ("=A1,W,2026-07-03T09:00,2,x,accepted,,yes,", "The alert number looks like a formula."),
        ("A1,W,noon,2,x,accepted,,yes,", "The time of the alert is not a date and time."),
        ("A1,W,2027-07-03T09:00,2,x,accepted,,yes,", "The time of the alert is in the future."),
        ("A1,W,2026-07-03T09:00,2,x,shrugged,,yes,", "The response must be one of"),
        ("A1,W,2026-07-03T09:00,2,x,accepted,,perhaps,", "The true_alert column must say yes"),
        ("A1,nowhere,2026-07-03T09:00,2,x,accepted,,,", "This unit is not known here."),
        ("A1,W,2026-07-03T09:00", "The row has 3 columns, the first line has 9."),
        (f"{'A' * 81},W,2026-07-03T09:00,2,x,accepted,,yes,", "longer than 80 characters"),
    ],
)
def test_a_bad_line_is_named_and_the_good_ones_beside_it_are_kept(read, row, reason):
    good = "B1,W12,2026-07-03T09:00,2,x,accepted,,yes,\n"

    (block,) = read(HEADER + good + row + "\n" + good.replace("B1", "B2"))

    (rejected,) = block.rejected
    assert rejected.line == 3
    assert rejected.reason.startswith(reason) or reason in rejected.reason
    assert [line.source_key for line in block.lines] == ["B1", "B2"]
    assert [line.line for line in block.lines] == [2, 4]


def test_lines_are_counted_where_a_cell_has_several(read):
    bad = "A2,W,noon,2,x,accepted,,yes,\n"

    (block,) = read(HEADER + 'A1,W,2026-07-03T09:00,2,x,accepted,,,"a\nb"\n' + bad)

    assert [line.line for line in block.lines] == [2]
    assert [row.line for row in block.rejected] == [4]
    assert isinstance(block.rejected[0], RejectedRow)


def test_neutral_alerts_are_left_out_by_rule(read):
    (block,) = read(
        HEADER
        + "A1,W,2026-07-03T09:00Z,2,x,neutral,,,\n"
        + "A2,W,2026-07-03T09:00Z,2,x,filtered,,,\n"
        + "A3,W,2026-07-03T09:00Z,2,x,,,,\n"
    )

    assert [(line.source_key, line.response) for line in block.lines] == [("A3", "ignored")]
    assert block.left_out == {"neutral": 1, "not_shown": 1}


@pytest.mark.parametrize(
    ("row", "response", "has_reason"),
    [
        ("1,2026-07-03 09:00:00.000,,18,,,U1,P9,BPA 7,W12,1,,", "accepted", False),
        ("1,2026-07-03 09:00:00,1,,,Mrs Jones is fine,U1,P9,BPA 7,W12,1,0,0", "overridden", False),
        ("1,2026-07-03 09:00:00,1,,4,,U1,P9,BPA 7,W12,1,0,0", "overridden", True),
        ("1,2026-07-03 09:00:00,,,,,U1,P9,BPA 7,W12,1,1,0", "accepted", False),
        ("1,2026-07-03 09:00:00,,,,,U1,P9,BPA 7,nowhere,1,0,1", "ignored", False),
        ("1,03/07/2026 09:00,1.0,,,,U1,P9,BPA 7,W12,Y,,", "overridden", False),
    ],
)
def test_an_epic_log_is_read_by_its_codes(read, row, response, has_reason):
    (block,) = read(EPIC + row + "\n")

    (line,) = block.lines
    assert (line.response, line.has_reason) == (response, has_reason)
    assert (line.source_key, line.staff, line.alert_type) == ("1", "hash U1", "BPA 7")
    for secret in ("P9", "Jones"):
        assert secret not in repr(block)


def test_an_epic_log_leaves_out_what_was_filtered_or_did_not_interrupt(read):
    (block,) = read(
        EPIC
        + "1,2026-07-03 09:00:00,3,,,,U1,P9,BPA 7,W12,1,,\n"
        + "2,2026-07-03 09:00:00,,,,,U1,P9,BPA 7,W12,0,,\n"
    )

    assert block.lines == []
    assert block.left_out == {"not_shown": 1, "neutral": 1}


@pytest.mark.parametrize(
    ("text", "response", "has_reason"),
    [
        (
            (
                "OurPractice Advisory ID,Alert CSN,Update Date/Time,User ID,Department,"
                "Alert Action,Override Reason,PAT\n"
                "BPA 7,A1,03/07/2026 09:00,U1,W12,Accept BPA (no action),,Jones\n"
            ),
            "accepted",
            False,
        ),
        (
            (
                "ALERT_ID,EVENT_DT_TM,NURSE_UNIT,RULE_NAME,PERSON_ID,ALERT_ACTION,OVERRIDE_REASON_DISP\n"
                "A1,46206.375,nowhere,BPA 7,Jones,Override,Benefit outweighs risk\n"
            ),
            "overridden",
            True,
        ),
    ],
)
def test_a_log_whose_columns_have_other_names_is_read_by_them(read, text, response, has_reason):
    (block,) = read(text)
    (line,) = block.lines

    assert (line.source_key, line.alert_type, line.response) == ("A1", "BPA 7", response)
    assert line.fired_at == datetime(2026, 7, 3, 8, 0, tzinfo=UTC)
    assert (line.has_reason, line.responded_at) == (has_reason, None)
    assert "Jones" not in repr(line)


OTHERS = "Alert CSN,Alert Time,Alert Action,User ID\n"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("event_id,timestamp,user,action\n1,2026-07-03T09:00,U1,accepted\n", "must name these"),
        ("Alert ID,Fired At,Shown At,Response\n", "could be when it was shown: \u201cfired at"),
        ("Alert ID,Alert-ID,Alert Time,Response\n", "could be the alert\u2019s number"),
        ("Alert ID,Alert Time,Response,Ward,Department\n", "could be the unit"),
        (OTHERS + "A1,03/07/2026 09:00,,U1\nA2,07/13/2026 09:00,,U1\n", "month before the day"),
    ],
)
def test_what_a_log_means_is_not_guessed_where_it_may_be_another_thing(read, text, reason):
    with pytest.raises(FileRefusedError, match=reason):
        read(text)


def test_words_that_may_mean_either_are_refused_and_overrides_are_never_taken_as_accepted(read):
    words = ("Acknowledged", "Cancelled", "Acknowledge/Override Warning", "Accept", "Overrode", "")
    rows = "".join(f"A{at},13/07/2026 9:05 AM,{word},U1\n" for at, word in enumerate(words))

    (block,) = read(OTHERS + rows)

    said = [(line.source_key, line.response) for line in block.lines]
    assert said == [
        ("A2", "overridden"),
        ("A3", "accepted"),
        ("A4", "overridden"),
        ("A5", "ignored"),
    ]
    assert [row.line for row in block.rejected] == [2, 3]
    assert all("draw a map" in row.reason for row in block.rejected)
    assert block.lines[0].fired_at == datetime(2026, 7, 13, 8, 5, tzinfo=UTC)


def test_what_another_systems_log_says_goes_no_further_than_the_door_and_the_guess_is_told(
    read, tmp_path
):
    header = "Alert CSN,Alert Time,Alert Action,Override Reason Disp,User ID\n"
    read(header)
    path, kept = tmp_path / "alerts.csv", StringIO()
    path.write_text(header + "A1,2026-07-03 09:00:00.000,Override,Jones bled,U1\n")

    write_log(path, kept, staff_of=lambda _: "hash")
    log = AlertLog(path, today=TODAY, unit_of=unit_of, staff_of=str)

    assert kept.getvalue().splitlines()[1] == "A1,2026-07-03 09:00:00.000,Override,1,hash"
    assert "\u201calert csn\u201d for the alert\u2019s number" in log.told


def test_at_the_door_every_alert_keeps_its_line_also_beside_lines_that_are_not_plain(tmp_path):
    path, kept = tmp_path / "alerts.csv", StringIO()
    rows = ['A1,yes,"W,1"', "", "A2,no", 'A3,no,"W\n2"', "A4,yes, a  b", 'A5,yes,""']
    path.write_text("alert_id,true_alert,unit\n" + "\n".join(rows) + "\n")

    write_log(path, kept, staff_of=str)

    assert kept.getvalue().split("\n") == [
        *("alert_id,true_alert", "A1,yes", "", "?,?,?", "A3,no", "", "A4,yes", "A5,yes", ""),
    ]


def test_an_audit_says_only_what_it_found(read):
    (block,) = read("alert_id,true_alert,override_appropriate\nA1,yes,\nA2,no,yes\n")

    assert [(line.source_key, *line[8:]) for line in block.lines] == [
        ("A1", True, False, None),
        ("A2", False, False, True),
    ]


def test_reading_goes_on_after_the_line_where_it_stopped(read):
    assert read(HEADER + "A1,W,2026-07-03T09:00,2,x,,,,\n", after_line=2) == []


def test_a_file_with_other_columns_is_refused(read):
    with pytest.raises(FileRefusedError, match="must name these columns"):
        read("alert_id,unit\n")


def test_an_answer_over_the_hour_that_comes_twice_takes_as_long_as_it_took(read):
    lines = (("10-25T00:50", "10-25T02:10"), ("03-29T00:50", "03-29T02:10"))
    (block,) = read(
        HEADER
        + "".join(
            f"A{number},W12,2026-{shown},2,x,accepted,2026-{answered},,\n"
            for number, (shown, answered) in enumerate(lines)
        )
    )

    (alerts,) = block.alerts
    worked_out = [(day, minutes) for _, day, minutes in alerts.each()]
    assert worked_out == [("2026-10-25", 140), ("2026-03-29", 20)]


def test_quoted_lines_amid_plain_ones_are_numbered_as_they_stand(read, monkeypatch):
    monkeypatch.setattr("integrations.outcomes.alert_lines.BLOCK", 2)
    good = "A{},W12,2026-07-03T09:00,2,x,accepted,,yes,{}\r\n"
    blocks = read(
        HEADER
        + good.format(1, "")
        + good.format(2, '"a, b\n\n"')
        + good.format(3, "")
        + "A4,W12,noon,2,x,accepted,,yes,"
    )

    assert [line.line for block in blocks for line in block.lines] == [2, 3, 6]
    assert [row.line for block in blocks for row in block.rejected] == [7]
