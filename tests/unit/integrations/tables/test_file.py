"""Tables as people save them: signs, letters, titles, headings again, merged cells, noughts."""

import io

import pytest
import xlsxwriter

from integrations.errors import FileRefusedError
from integrations.hr.staff_table import STAFF_TABLE, open_staff_table
from integrations.tables.file import open_table
from integrations.tables.maps import check_table, missing_fields, propose
from integrations.tables.rows import RejectedRow

CSV = """Staff list,,,
as of 1 May,,,
Emp No,Surname,Forename,Date of Birth,Department,Hire Date
00012,Ó Briain,Ann,1980-01-01,Ward 1,01-MAY-2020
13,Smith,Jo,1981-01-01,Ward 1,2020-05-02
Emp No,Surname,Forename,Date of Birth,Department,Hire Date
14,Lee,Mo,1982-01-01,Ward 2,03/05/2020
15,Cut
"""


def table(tmp_path, content, name="staff.csv"):
    path = tmp_path / name
    path.write_bytes(content)
    return open_table(path, known=STAFF_TABLE.known_names, never=STAFF_TABLE.never)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_csv_file_is_read_however_it_was_saved(tmp_path, encoding, delimiter):
    found = table(tmp_path, CSV.replace(",", delimiter).encode(encoding))

    assert found.columns == ("Emp No", "Surname", "Forename", "Department", "Hire Date")
    assert found.left_out == ("Date of Birth",)
    rows = list(found.rows())
    assert [row.line for row in rows] == [4, 5, 7, 8]
    assert rows[0].cells["Surname"] == "Ó Briain"
    assert isinstance(rows[3], RejectedRow)


def test_what_is_put_aside_keeps_its_lines_and_loses_what_we_may_not_keep(tmp_path):
    out = io.StringIO()
    table(tmp_path, CSV.encode()).write_clean(out)
    again = table(tmp_path, out.getvalue().encode(), "clean.csv")

    assert "1980" not in out.getvalue()
    assert [row.line for row in again.rows()] == [4, 5, 7, 8]
    assert again.columns == ("Emp No", "Surname", "Forename", "Department", "Hire Date")


def test_the_map_is_guessed_and_puts_back_noughts_that_excel_took(tmp_path):
    found = table(tmp_path, CSV.encode())
    guess = propose(STAFF_TABLE, found.columns, digits={"employee_number": 5})
    feed = open_staff_table(tmp_path / "staff.csv", organisation_code="RXD", table_map=guess)
    numbers = {r.employee_number for r in feed.records if hasattr(r, "given_name")}

    assert guess.columns == {
        "employee_number": "Emp No",
        "first_name": "Forename",
        "last_name": "Surname",
        "organisation_unit": "Department",
        "start_date": "Hire Date",
    }
    assert numbers == {"00012", "00013", "00014"}


def test_the_check_of_the_whole_file_says_what_is_wrong_and_where(tmp_path):
    found = table(tmp_path, CSV.replace("03/05/2020", "spring").encode())
    checked = check_table(STAFF_TABLE, propose(STAFF_TABLE, found.columns), found)

    assert (checked.good, checked.bad) == (2, 2)
    assert {problem.lines for problem in checked.problems} == {(7,), (8,)}


def test_a_workbook_with_merged_cells_a_title_and_three_kinds_of_date(tmp_path):
    path = tmp_path / "staff.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        day = book.add_format({"num_format": "dd mmm yyyy"})
        sheet.merge_range(0, 1, 0, 5, "All staff")
        for column, name in enumerate(["Emp No", "Surname", "Forename", "Ward", "Start Date"], 1):
            sheet.write(2, column, name)
        sheet.merge_range(3, 4, 5, 4, "Ward 1")
        for row, (number, start) in enumerate(
            [(12, 43952), (13, "01/05/2020"), (14, "2020-05-01")], 3
        ):
            sheet.write(row, 1, number)
            sheet.write(row, 2, "Lee")
            sheet.write(row, 3, "Mo")
            sheet.write(row, 5, start, day if row == 3 else None)
    found = open_table(path, known=STAFF_TABLE.known_names)
    guess = propose(STAFF_TABLE, found.columns)

    feed = open_staff_table(path, organisation_code="RXD", table_map=guess)
    people = [r for r in feed.records if hasattr(r, "given_name")]

    assert [p.hired_on.isoformat() for p in people] == ["2020-05-01"] * 3
    assert [p.employee_number for p in people] == ["12", "13", "14"]
    assert [row.cells["Ward"] for row in found.rows()] == ["Ward 1"] * 3


@pytest.mark.parametrize(
    "headings",
    [
        (
            "Employee ID,Legal First Name,Legal Last Name,Position ID,Business Title,"
            "Supervisory Organization,Cost Center - ID,Hire Date,Manager Employee ID,"
            "Primary Work Email"
        ),
        (
            "Personal Reference,Forename 1,Surname,Position Reference,Position Title,"
            "Organisation Unit,Unit Reference,Continuous Service Date,Reports To Personal Reference"
            ",Work Email Address"
        ),
        (
            "Pers.No.,First name,Last name,Position,Position Title,"
            "Organizational Unit,Org.unit,Entry date,Manager Pers.No.,E-mail"
        ),
        (
            "PersonNumber,FirstName,LastName,JobName,PositionName,"
            "DepartmentName,Department Code,HireDate,ManagerPersonNumber,WorkEmail"
        ),
    ],
)
def test_the_headings_of_well_known_systems_are_guessed(headings):
    number, first, last, other, work, unit, code, start, manager, mail = headings.split(",")

    guess = propose(STAFF_TABLE, headings.split(",")).columns

    assert (guess["employee_number"], guess["first_name"], guess["last_name"]) == (
        number,
        first,
        last,
    )
    assert (guess["organisation_unit"], guess["organisation_unit_code"]) == (unit, code)
    assert (guess["start_date"], guess["supervisor_employee_number"]) == (start, manager)
    assert (guess["position_title"], guess["email"]) == (work, mail)
    assert other not in guess.values()


def test_the_sheet_with_the_staff_is_found_behind_one_that_explains_it(tmp_path):
    path = tmp_path / "staff.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet("Empty")
        book.add_worksheet("About").write(0, 0, "Staff in post")
        staff = book.add_worksheet("Staff")
        staff.write_row(0, 0, ["Emp No", "Surname", "Forename", "Ward", "Started"])
        staff.write_row(1, 0, [12, "Lee", "Mo", "Ward 1", "01/05/2020"])
    found = open_table(path, known=STAFF_TABLE.known_names)

    assert [row.cells["Surname"] for row in found.rows()] == ["Lee"]
    assert missing_fields(STAFF_TABLE, propose(STAFF_TABLE, found.columns)) == ()
    assert open_table(path).columns == ("Staff in post",)  # nothing is known: the first with cells


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"\xd0\xcf\x11\xe0 old", "not an Excel workbook"),
        (b"<table><tr><td>Emp No</td></tr></table>", "not an Excel workbook"),
        (b'Emp No;Surname\n1;"Lee\n2;Li\n', "quote mark is left open"),
        (b"PK\x03\x04 broken", "not an Excel workbook"),
        (b"\0\1\2", "not a CSV file"),
        (b'a,b\n"open,1\n', "quote mark is left open"),
        (b"a," * 600, "more than 500 columns"),
    ],
)
def test_what_is_no_table_is_refused_in_words(tmp_path, content, said):
    with pytest.raises(FileRefusedError, match=said):
        list(table(tmp_path, content).rows())
