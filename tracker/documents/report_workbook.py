"""The outcome report as an Excel workbook: sentences, real charts, numbers and definitions.

It holds what the page holds and nothing else: charts draw from the sheet of numbers, so that what
a workbook remembers of a chart is what stands in its cells.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from tracker.documents.report_rows import number_blocks
from tracker.documents.verdicts import VERDICTS
from tracker.documents.words import date_and_time
from tracker.documents.workbook_charts import HEIGHT, NUMBERS, Column, add_chart, in_words
from tracker.documents.workbook_sheet import Looks, Sheet

if TYPE_CHECKING:
    from tracker.documents.report_rows import NumberBlock, NumberRow
    from tracker.documents.values import ReportDocument, ReportFigure, ReportSection

NUMBERS_SHEET = "Numbers"
#: an empty row is as high as this, in pixels
ROW = 20
SECOND_CHART = 9
COLUMNS = (
    "Measure",
    "Read with",
    "Period",
    "Begins",
    "Value",
    "Value is",
    "Numerator",
    "Denominator",
    "Mean",
    "Lower limit",
    "Upper limit",
    "What the chart shows",
    "Final",
    "Lines start anew",
    "What happened",
)
WIDTHS = (34, 26, 12, 12, 10, 22, 12, 12, 10, 12, 12, 40, 8, 40, 40)


class _Book:
    """A workbook under way, and where each chart's numbers stand."""

    def __init__(self, book: Any) -> None:
        self.book = book
        self.looks = Looks(book)
        self.places: dict[object, tuple[str, int, int]] = {}

    def sheet(self, name: str, *widths: int) -> Sheet:
        sheet = self.book.add_worksheet(name)
        sheet.hide_gridlines(2)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        return Sheet(sheet=sheet, looks=self.looks, name=name, widths=widths)


def report_workbook(document: ReportDocument) -> bytes:
    """Make the workbook; the same report always makes the same sheets."""
    import xlsxwriter

    content = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    made = xlsxwriter.Workbook(content, options)
    made.set_properties(
        {
            "title": f"{document.title}: {document.organisation}, {document.period}",
            "author": document.organisation,
            "created": document.made_at.replace(tzinfo=None),
        }
    )
    made.set_calc_mode("manual")
    book = _Book(made)
    first = book.sheet("What changed", 24, 70, 60)
    charts = book.sheet("Charts", 18)
    blocks = number_blocks(document)
    _numbers(book, blocks)
    _first_page(first, document)
    _charts(book, charts, document)
    _tables(book, document)
    _about(book, document)
    made.close()
    return content.getvalue()


def _first_page(sheet: Sheet, document: ReportDocument) -> None:
    sheet.heading(document.title, 20)
    sheet.pairs(
        (
            ("Organisation", document.organisation),
            ("About", document.scope),
            ("Period", document.period),
            ("For", document.audience),
            ("Data taken", date_and_time(document.extracted_at)),
            ("Made", date_and_time(document.made_at)),
        )
    )
    sheet.row += 1
    sheet.heading("What changed")
    for sentence in document.summary:
        sheet.sheet.merge_range(sheet.row, 0, sheet.row, 2, "")
        sheet.sheet.set_row(sheet.row, 32)
        sheet.text(0, sentence, text_wrap=True, valign="top", font_size=12)
        sheet.row += 1
    sheet.row += 1
    sheet.table(
        ("Verdict", "What we saw", "How sure we are"),
        ((VERDICTS[f.verdict], f.sentence, f.how_sure) for f in document.findings),
    )
    sheet.row += 1
    sheet.text(0, "The other sheets: charts, numbers, tables, and what the words mean.")


def _numbers(book: _Book, blocks: tuple[NumberBlock, ...]) -> None:
    """Write one row a point, as a table that can be filtered."""
    sheet = book.sheet(NUMBERS_SHEET, *WIDTHS)
    sheet.table(COLUMNS, ())
    for block in blocks:
        first = sheet.row
        look = NUMBERS[block.chart.number_format]
        for row in block.rows:
            _number_row(sheet, row, look)
            sheet.row += 1
        mark = (block.chart.title, block.chart.points, block.chart.phases)
        book.places[mark] = (NUMBERS_SHEET, first, sheet.row - 1)
    sheet.sheet.freeze_panes(1, 1)
    if sheet.row > 1:
        sheet.sheet.autofilter(0, 0, sheet.row - 1, len(COLUMNS) - 1)


def _number_row(sheet: Sheet, row: NumberRow, look: str) -> None:
    sheet.text(Column.MEASURE, row.measure)
    sheet.text(Column.READ_WITH, row.read_with)
    sheet.text(Column.PERIOD, row.period)
    sheet.day(Column.BEGINS, row.begins_on)
    sheet.text(Column.VALUE_IS, row.value_is)
    for column, value in (
        (Column.VALUE, row.value),
        (Column.MEAN, row.mean),
        (Column.LOWER, row.lower),
        (Column.UPPER, row.upper),
    ):
        sheet.number(column, value, num_format=look)
    sheet.number(Column.NUMERATOR, row.numerator, num_format="#,##0")
    sheet.number(Column.DENOMINATOR, row.denominator, num_format="#,##0")
    sheet.text(Column.SHOWS, row.shows)
    sheet.text(Column.FINAL, "Yes" if row.is_final else "Not yet")
    sheet.text(Column.NEW_START, row.new_start)
    sheet.text(Column.HAPPENED, row.happened)


def _charts(book: _Book, sheet: Sheet, document: ReportDocument) -> None:
    sheet.heading("Charts", 20)
    sheet.text(
        0, "A mark on a chart is a question, not an answer. What changed is on the first sheet."
    )
    sheet.row += 1
    for section in document.sections:
        if section.figures:
            sheet.row += 1
            sheet.heading(section.title)
            for text in section.introduction:
                sheet.text(0, text)
                sheet.row += 1
            for figure in section.figures:
                _figure(book, sheet, figure)


def _figure(book: _Book, sheet: Sheet, figure: ReportFigure) -> None:
    sheet.row += 1
    sheet.text(0, figure.sentence, bold=True)
    sheet.row += 1
    rules = dict.fromkeys(chart.rules for chart in figure.charts)
    for text in (figure.withheld, *figure.notes, *map(in_words, figure.charts), *rules):
        if text:
            sheet.text(0, text)
            sheet.row += 1
    for place, chart in enumerate(figure.charts):
        cells = book.places[(chart.title, chart.points, chart.phases)]
        sheet.sheet.insert_chart(
            sheet.row,
            place * SECOND_CHART,
            add_chart(book.book, chart, cells),
            {"description": f"{chart.title}. {chart.description}", "object_position": 1},
        )
    if figure.charts:
        sheet.row += HEIGHT // ROW + 1


def _tables(book: _Book, document: ReportDocument) -> None:
    """Write the tables of the report: at a glance, and where it changed."""
    found = [section for section in document.sections if section.tables or not section.figures]
    sheet = book.sheet("Tables", 34, 24, 24, 24, 34, *([18] * 12))
    for section in found:
        _table_section(sheet, section)


def _table_section(sheet: Sheet, section: ReportSection) -> None:
    sheet.heading(section.title)
    for text in section.introduction:
        sheet.text(0, text)
        sheet.row += 1
    for table in section.tables:
        sheet.text(0, table.caption, italic=True)
        sheet.row += 1
        sheet.table(table.columns, table.rows)
    sheet.row += 1


def _about(book: _Book, document: ReportDocument) -> None:
    sheet = book.sheet("What the words mean", 40, 110)
    sheet.heading("What the measures mean")
    sheet.table(
        ("Measure or word", "Meaning"), ((one.term, one.meaning) for one in document.definitions)
    )
    sheet = book.sheet("How good the data are", 130)
    sheet.heading("How good the data are")
    for text in (f"Data taken: {date_and_time(document.extracted_at)}.", *document.data_quality):
        sheet.line(text)
    sheet.row += 1
    sheet.heading("How people are protected")
    for text in document.disclosure:
        sheet.line(text)
