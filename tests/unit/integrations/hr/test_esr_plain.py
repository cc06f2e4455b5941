"""The short way in which nearly all rows of ESR's file are read: the same as the careful one."""

from dataclasses import fields

import pytest

from integrations.hr.esr import open_file
from integrations.hr.esr_plain import write_plain
from integrations.hr.esr_rows import LAYOUTS, fit
from integrations.hr.records import WrittenRecords
from tests.support.hr_files import assignment_row, person_row, post_row, unit_row, write_go


def as_line(record):
    """Write a record as PostgreSQL's COPY reads it."""

    def text(value):
        if isinstance(value, bool):
            return "t" if value else "f"
        return "\\N" if value is None else str(value)

    return "~".join(text(getattr(record, field.name)) for field in fields(record))


@pytest.mark.parametrize(
    "line",
    [
        person_row("7", "20000007"),
        person_row("7", "20000007", c10="Annie", c15="12345", c17="20260131"),
        person_row("7", "20000007", family="O'Brien-Smith", c3="20250101", c5=""),
        assignment_row("700", "7"),
        assignment_row("700", "7", supervisor="8", c4="20260131", c48="20260131", c21="No"),
        assignment_row("700", "7", c25="", c34="Estates", c9="", c20="", c27="", c28=""),
    ],
)
def test_they_say_what_the_careful_reader_says(line):
    row = line.split("~")

    written = write_plain(line, row, 3)

    layout = LAYOUTS[row[0]]
    assert written == as_line(layout.read(fit(row, layout), 3))


@pytest.mark.parametrize(
    "line",
    [
        person_row("7", "20000007", family="Sørensen"),
        person_row("7", "20000007", family=" Hughes"),
        person_row("7", "20000007", family="Hu\\ghes"),
        person_row("7", "20000007", family="Hu\tghes"),
        person_row("7", "20000007", family="x" * 301),
        person_row("7", "20000007", family=""),
        person_row("7" * 81, "20000007"),
        person_row("7", "20000007", c33="APL"),
        person_row("7", "20000007", c33=" APL"),
        person_row("7", "20000007", c16="20261301"),
        person_row("7", "20000007", c16="20260101", c17="20250101"),
        person_row("7", "20000007") + "~",
        assignment_row("700", "7", c25="full"),
        assignment_row("700", "7", c6="A"),
        assignment_row("700", "7", c34="Estates|\x0bPorter"),
        assignment_row("700", "7", c9=" "),
        assignment_row("700", "7", c21="perhaps"),
        assignment_row("700", "7", c5="20260101", c48="20250101"),
        assignment_row("", "7"),
        unit_row(),
    ],
)
def test_whatever_is_not_plain_is_left_to_the_careful_reader(line):
    assert write_plain(line, line.split("~"), 3) is None


def test_a_file_is_the_same_read_either_way(tmp_path):
    people = [
        (person_row(f"{one}", f"{20000000 + one}"), assignment_row(f"{one}00", f"{one}"))
        for one in range(1, 450)
    ]
    odd = [
        person_row("900", "20000900", family="Sørensen"),
        person_row("901", "20000901"),
        assignment_row("90100", "901", c25="x"),
    ]
    path = write_go(tmp_path, [unit_row(), post_row(), *sum(people, ()), *odd])

    feed = open_file(path, organisation_vpd="900", is_written=True)

    lines, records = [], []
    for one in feed.records:
        lines += one.lines if isinstance(one, WrittenRecords) else []
        records += [] if isinstance(one, WrittenRecords) else [one]
    careful = list(open_file(path, organisation_vpd="900").records)
    assert sorted(lines) == sorted(as_line(one) for one in careful if one not in records)
    assert [one for one in careful if one in records] == records
    assert len(records) == 4
    assert records[-1].employee_number == "20000901"
