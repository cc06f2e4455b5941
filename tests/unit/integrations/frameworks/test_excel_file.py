"""Workbooks: what is written is read again, nothing is run, and hostile files are turned away."""

import io
import zipfile

import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook

from integrations.errors import FileRefusedError
from integrations.frameworks.csv_file import COLUMNS, write_csv
from integrations.frameworks.excel_file import read_excel, write_excel
from integrations.frameworks.files import read_framework
from integrations.tables import excel_file
from tests.support.frameworks import SCHEMA, SMALL, competence, domain, framework

ROW = ("ours", "Our own", "data", "About data", "find", "Finding", "How.", "a", "b", "c", "d")
ODD = '=HYPERLINK("http://example.org","x")'


@pytest.fixture
def workbook(tmp_path):
    """Write rows under the columns, and whatever else a test does to the sheet."""

    def workbook(*rows, then=None, columns=COLUMNS):
        path = tmp_path / "framework.xlsx"
        book = xlsxwriter.Workbook(path, {"strings_to_formulas": False})
        sheet = book.add_worksheet()
        for line, row in enumerate((columns, *rows)):
            sheet.write_row(line, 0, row)
        if then:
            then(sheet)
        book.close()
        return path

    return workbook


def changed(**cells):
    return tuple(cells.get(name, cell) for name, cell in zip(COLUMNS, ROW, strict=True))


def refusal(path):
    with pytest.raises(FileRefusedError) as refused:
        read_framework(path, SCHEMA)
    return str(refused.value)


def test_what_is_written_is_read_again(tmp_path):
    path = tmp_path / "framework.xlsx"
    odd = framework(
        domain("data", competence("find", name=ODD, description="+1 -2 @x 🙂 <script>")),
        name="'quoted",
    )
    for one in (SMALL, odd):
        path.write_bytes(write_excel(one))
        assert read_framework(path, SCHEMA) == one


def test_no_cell_that_we_write_is_a_formula(tmp_path):
    path = tmp_path / "framework.xlsx"
    path.write_bytes(write_excel(framework(domain("data", competence("find", name=ODD)))))

    with zipfile.ZipFile(path) as book:
        assert b"<f>" not in book.read("xl/worksheets/sheet1.xml")
    (_head, row) = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
    assert row[COLUMNS.index("competence_name")] == ODD
    assert f"\"'{ODD[:10]}" in write_csv(framework(domain("data", competence("find", name=ODD))))


def test_a_formula_counts_as_the_text_that_it_last_showed(workbook):
    def put_formula(sheet):
        sheet.write_formula(1, 5, '=CONCAT("Fin","ding")', value="Finding it")

    read = read_excel(workbook(ROW, then=put_formula), SCHEMA)

    assert [one.name for _domain, one in read.competences()] == ["Finding it"]


def test_merged_cells_hold_the_text_of_the_first_of_them(workbook):
    second = changed(competence="judge", domain="", domain_name="", framework="")

    def merge(sheet):
        sheet.merge_range(1, 0, 2, 0, "ours")
        sheet.merge_range(1, 2, 2, 2, "data")
        sheet.merge_range(1, 3, 2, 3, "About data")

    read = read_excel(workbook(ROW, second, then=merge), SCHEMA)

    assert [(d.key, one.key) for d, one in read.competences()] == [
        ("data", "find"),
        ("data", "judge"),
    ]


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ((ROW, ROW), "Line 3, competence: is used twice"),
        ((changed(confident=""),), "Line 2, confident:"),
        ((changed(competence="Not A Key"),), "Line 2, competence: should have only small letters"),
        ((ROW, changed(competence="b", framework="other")), "Line 3, framework: differs"),
        ((), "no competences under its first line"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(workbook, rows, words):
    assert words in refusal(workbook(*rows))


def test_a_number_is_read_as_excel_shows_it(workbook):
    read = read_excel(workbook(changed(name=1, competence_name=2030)), SCHEMA)

    assert [one.name for _domain, one in read.competences()] == ["2030"]


def test_missing_columns_are_named(workbook):
    assert "confident, helps_others" in refusal(workbook(ROW[:-2], columns=COLUMNS[:-2]))


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", b"PK\x03\x04", b"a,b\n1,2\n" * 99])
def test_another_kind_of_file_under_a_false_name_is_turned_away(tmp_path, content):
    path = tmp_path / "framework.xlsx"
    path.write_bytes(content)

    assert "not an Excel workbook" in refusal(path)


def test_a_zip_that_is_no_workbook_is_turned_away(tmp_path):
    path = tmp_path / "framework.xlsx"
    with zipfile.ZipFile(path, "w") as other:
        other.writestr("hello.txt", "hello")

    assert "This is a zip file. Unpack it" in refusal(path)


@pytest.mark.parametrize("is_lying", [False, True])
def test_a_small_file_that_unpacks_to_a_huge_one_is_turned_away(workbook, monkeypatch, is_lying):
    monkeypatch.setattr(excel_file, "LARGEST_UNPACKED", 1_000_000)
    path = workbook(ROW)
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as book:
        book.writestr("xl/worksheets/sheet2.xml", b"0" * 5_000_000)
    if is_lying:  # about its own size, in both places
        size = (5_000_000).to_bytes(4, "little")
        content = path.read_bytes()
        assert content.count(size) >= 2
        path.write_bytes(content.replace(size, (10).to_bytes(4, "little")))

    assert "far too large once it is unpacked" in refusal(path)


def test_thousands_of_empty_rows_are_said_kindly(workbook, monkeypatch):
    monkeypatch.setattr("integrations.frameworks.excel_file.MOST_ROWS", 50)
    path = workbook(ROW, then=lambda sheet: sheet.write(60, 0, "x"))

    assert "more than 50 rows" in refusal(path)


def test_a_cut_off_workbook_is_turned_away(tmp_path):
    path = tmp_path / "framework.xlsx"
    content = write_excel(SMALL)
    for length in (len(content) // 2, len(content) - 30):
        path.write_bytes(content[:length])
        assert "not an Excel workbook" in refusal(path)


def test_the_same_framework_makes_a_workbook_with_the_same_cells():
    first, second = (
        CalamineWorkbook.from_filelike(io.BytesIO(write_excel(SMALL))).get_sheet_by_index(0)
        for _ in range(2)
    )

    assert first.to_python() == second.to_python()
