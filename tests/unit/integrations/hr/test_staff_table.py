"""A CSV with the names of the Workforce Minimum Data Set."""

import csv
import io
from dataclasses import asdict
from datetime import date
from decimal import Decimal

import pytest

from integrations.errors import (
    TruncatedFileError,
    WrongLayoutError,
    WrongOrganisationError,
)
from integrations.hr.records import AssignmentRecord, PersonRecord, PostRecord, RejectedRecord
from integrations.hr.staff_table import open_staff_table

ROW = {
    "EMPLOYEE_NUMBER": "20000001",
    "EMPLOYING_ORG_CODE": "RXD",
    "FIRST_NAME": "Ann",
    "LAST_NAME": "Hughes",
    "PREFERRED_NAME": "Annie",
    "EMAIL": "ann@aldwater.example",
    "ASSIGNMENT_NUMBER": "20000001-2",
    "PRIMARY_ASSIGNMENT": "Y",
    "STAFF_GROUP": "Nursing and Midwifery Registered",
    "JOB_ROLE": "Staff Nurse",
    "POSITION_TITLE": "Ward Nurse",
    "ORGANISATION_UNIT": "Ward 1",
    "ORGANISATION_UNIT_CODE": "W1",
    "PARENT_UNIT_CODE": "MED",
    "CONTRACTED_FTE": "0.80000",
    "START_DATE": "2020-01-06",
    "START_DATE_ASSIGNMENT": "01/04/2024",
    "END_DATE_ORG": "",
    "END_DATE_CONTRACT": "",
    "SUPERVISOR_EMPLOYEE_NUMBER": "20000009",
    "DATE_OF_BIRTH": "1980-02-29",
    "NI_NUMBER": "QQ123456C",
}
LEAST = {
    "EMPLOYEE_NUMBER": "1",
    "EMPLOYING_ORG_CODE": "rxd",
    "FIRST_NAME": "Ann",
    "LAST_NAME": "Hughes",
    "ASSIGNMENT_NUMBER": "1",
    "ORGANISATION_UNIT": "Ward 1",
    "START_DATE": "20200106",
}


def text_of(*rows, delimiter=","):
    out = io.StringIO()
    writer = csv.DictWriter(out, rows[0].keys(), delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def write(tmp_path, text, encoding="utf-8"):
    path = tmp_path / "staff.csv"
    path.write_bytes(text.encode(encoding))
    return path


def read(tmp_path, *rows, encoding="utf-8", delimiter=","):
    path = write(tmp_path, text_of(*rows, delimiter=delimiter), encoding)
    return list(open_staff_table(path, organisation_code="RXD").records)


class TestWhatIsRead:
    def test_one_row_is_a_unit_a_post_a_person_and_an_assignment(self, tmp_path):
        unit, post, person, assignment = read(tmp_path, ROW)

        assert (unit.source_key, unit.code, unit.name, unit.parent_key) == (
            "W1",
            "W1",
            "Ward 1",
            "MED",
        )
        assert isinstance(post, PostRecord)
        assert (post.title, post.unit_key) == ("Ward Nurse", "W1")
        assert isinstance(person, PersonRecord)
        assert person.source_key == person.employee_number == "20000001"
        assert person.hired_on == date(2020, 1, 6)
        assert isinstance(assignment, AssignmentRecord)
        assert assignment.effective_from == assignment.started_on == date(2024, 4, 1)
        assert assignment.post_key == post.source_key
        assert assignment.fte == Decimal("0.8")
        assert assignment.supervisor_person_key == "20000009"

    def test_the_least_columns_are_enough(self, tmp_path):
        unit, person, assignment = read(tmp_path, LEAST)

        assert unit.source_key
        assert assignment.unit_key == unit.source_key
        assert assignment.effective_from == person.hired_on == date(2020, 1, 6)
        assert assignment.is_primary

    def test_sensitive_columns_never_leave_the_reader(self, tmp_path):
        told = repr([asdict(record) for record in read(tmp_path, ROW)])

        assert "1980" not in told
        assert "QQ123456C" not in told

    def test_units_posts_and_people_are_told_once(self, tmp_path):
        records = read(tmp_path, ROW, ROW | {"ASSIGNMENT_NUMBER": "20000001-3"})

        assert [type(r).__name__ for r in records] == [
            "OrganisationUnitRecord",
            "PostRecord",
            "PersonRecord",
            "AssignmentRecord",
            "AssignmentRecord",
        ]

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
    @pytest.mark.parametrize("delimiter", [",", ";", "\t"])
    def test_it_is_read_as_excel_may_write_it(self, tmp_path, encoding, delimiter):
        rows = [ROW | {"LAST_NAME": "Ó Briain\u2019s"}]

        person = read(tmp_path, *rows, encoding=encoding, delimiter=delimiter)[2]

        assert person.family_name == "Ó Briain\u2019s"

    def test_headings_may_be_spaced_and_in_small_letters(self, tmp_path):
        row = {name.replace("_", " ").title(): value for name, value in LEAST.items()}

        assert len(read(tmp_path, row)) == 3

    @pytest.mark.parametrize("fte", ["0.8", "0,8", ".8", "80%"])
    def test_a_full_time_equivalent_is_read_as_systems_write_it(self, tmp_path, fte):
        assert read(tmp_path, ROW | {"CONTRACTED_FTE": fte})[-1].fte == Decimal("0.8")

    def test_the_last_day_of_9999_is_no_leaving_date(self, tmp_path):
        assert read(tmp_path, ROW | {"END_DATE_ORG": "31.12.9999"})[2].left_on is None

    @pytest.mark.parametrize("name", ["O'Neill", 'a "b" c', "x, y", "x" * 200, "<script>"])
    def test_a_name_is_carried_as_it_is(self, tmp_path, name):
        assert read(tmp_path, ROW | {"LAST_NAME": name})[2].family_name == name

    @pytest.mark.parametrize(
        "written",
        [
            "2021-03-04",
            "04/03/2021",
            "4/3/2021",
            "20210304",
            "04-MAR-2021",
            "4 March 2021",
            "04.03.21",
            "44259",
            "2021-03-04 00:00:00",
            "2021/03/04",
            "2021-03-04T00:00:00Z",
        ],
    )
    def test_dates_are_read_in_the_ways_that_people_write_them(self, tmp_path, written):
        person = read(tmp_path, ROW | {"START_DATE": written + " "})[2]

        assert person.hired_on == date(2021, 3, 4)


class TestWhatIsRejected:
    @pytest.mark.parametrize(
        ("changed", "said"),
        [
            ({"EMPLOYEE_NUMBER": ""}, "employee number is missing"),
            ({"START_DATE": ""}, "start date is missing"),
            ({"START_DATE": "soon"}, "not a date written as"),
            ({"START_DATE": "31/02/2021"}, "not a date written as"),
            ({"END_DATE_ORG": "2019-01-01"}, "employment ends before it starts"),
            ({"END_DATE_CONTRACT": "2019-01-01"}, "assignment ends before it starts"),
            ({"LAST_NAME": "a\nb"}, "not text"),
            ({"LAST_NAME": " "}, "last name is missing"),
            ({"ORGANISATION_UNIT": ""}, "organisation unit is missing"),
            ({"CONTRACTED_FTE": "-1"}, "full-time equivalent"),
            ({"EMPLOYEE_NUMBER": "2.00E+07"}, "Excel has shortened the employee number"),
            ({"EMPLOYEE_NUMBER": "####"}, "Excel has shortened the employee number"),
        ],
    )
    def test_a_bad_row_says_what_to_put_right(self, tmp_path, changed, said):
        (rejected,) = read(tmp_path, ROW | changed)

        assert isinstance(rejected, RejectedRecord)
        assert said in rejected.reason
        assert rejected.line == 2
        number = changed.get("EMPLOYEE_NUMBER", "20000001")
        assert rejected.employee_number == (number if number.isdigit() else None)
        assert rejected.may_be_anybody is not number.isdigit()

    def test_two_people_with_one_number_are_told_apart_and_one_persons_two_places_are_not(
        self, tmp_path
    ):
        place = {"ASSIGNMENT_NUMBER": "20000001-3", "LAST_NAME": "HUGHES"}
        other = {"ASSIGNMENT_NUMBER": "20000001-4", "LAST_NAME": "Smith"}

        records = read(tmp_path, ROW, ROW | place, ROW | other)

        assert [one.line for one in records if isinstance(one, AssignmentRecord)] == [2, 3]
        assert "another name further up" in records[-1].reason

    def test_a_repeated_assignment_is_used_once(self, tmp_path):
        assert "already in the file" in read(tmp_path, ROW, ROW)[-1].reason

    def test_a_row_with_too_many_columns(self, tmp_path):
        path = write(tmp_path, text_of(LEAST) + "2,RXD,Smith,Ann,extra,2,Ward,20200106\r\n")

        *_, rejected = open_staff_table(path, organisation_code="RXD").records

        assert "The row has 8 columns, and the first line has 7" in rejected.reason
        assert rejected.line == 3

    def test_lines_are_counted_across_a_line_break_in_a_field(self, tmp_path):
        *_, rejected = read(tmp_path, ROW | {"EMAIL": "a\nb"}, ROW | {"START_DATE": ""})

        assert rejected.line == 4


class TestWhatIsRefused:
    @pytest.mark.parametrize(
        ("text", "error", "said"),
        [
            ("", TruncatedFileError, "is empty"),
            (text_of(LEAST).splitlines()[0], TruncatedFileError, "headings and no rows"),
            (
                "a,b\n1,2\n",
                WrongLayoutError,
                "lacks the columns EMPLOYEE_NUMBER, EMPLOYING_ORG_CODE",
            ),
            (
                text_of({k: v for k, v in LEAST.items() if k != "START_DATE"}),
                WrongLayoutError,
                "lacks the column START_DATE.",
            ),
            ("Last Name," + text_of(LEAST), WrongLayoutError, "LAST_NAME twice"),
            (
                text_of(LEAST | {"EMPLOYING_ORG_CODE": "RF4"}),
                WrongOrganisationError,
                "Line 2 is about another organisation than RXD",
            ),
            (text_of(LEAST) + '"Smith,Ann\n', WrongLayoutError, "after line 3"),
            (text_of(LEAST) + '"Smith"x,Ann\n', WrongLayoutError, "after line 3"),
            (text_of(LEAST) + "x" * 1_000_000, WrongLayoutError, "Line 3 of the file is too long"),
        ],
    )
    def test_a_file_that_cannot_be_used(self, tmp_path, text, error, said):
        with pytest.raises(error) as refused:
            open_staff_table(write(tmp_path, text), organisation_code="RXD")

        assert said in str(refused.value)

    def test_letters_that_cannot_be_read_are_not_guessed(self, tmp_path):
        path = tmp_path / "staff.csv"
        path.write_bytes(text_of(LEAST).encode().replace(b"Hughes", b"H\x81ghes"))

        (rejected,) = open_staff_table(path, organisation_code="RXD").records

        assert "letter that cannot be read" in rejected.reason
