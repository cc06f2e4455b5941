"""The numbers of an outcome report as CSV. A text that looks like a formula stays text."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from tracker.documents.report_rows import number_blocks
from tracker.services.spreadsheet_text import plain_cell

if TYPE_CHECKING:
    from tracker.documents.report_rows import NumberRow
    from tracker.documents.values import ReportDocument

COLUMNS = (
    "organisation",
    "about",
    "for",
    "data_taken",
    "measure",
    "read_with",
    "period",
    "begins_on",
    "value",
    "value_is",
    "numerator",
    "denominator",
    "mean",
    "lower_limit",
    "upper_limit",
    "what_the_chart_shows",
    "is_final",
    "lines_start_anew",
    "what_happened",
)


def outcome_csv(document: ReportDocument) -> str:
    """Write one row a point; the first columns say whose numbers these are."""
    lines = io.StringIO()
    writer = csv.writer(lines, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    about = (
        plain_cell(document.organisation),
        plain_cell(document.scope),
        document.audience,
        document.extracted_at.isoformat(timespec="seconds"),
    )
    for block in number_blocks(document):
        writer.writerows([*about, *_cells(row)] for row in block.rows)
    return lines.getvalue()


def _cells(row: NumberRow) -> list[str]:
    return [
        plain_cell(row.measure),
        plain_cell(row.read_with),
        row.period,
        row.begins_on.isoformat() if row.begins_on else "",
        _number(row.value),
        plain_cell(row.value_is),
        _number(row.numerator),
        _number(row.denominator),
        _number(row.mean),
        _number(row.lower),
        _number(row.upper),
        plain_cell(row.shows),
        "yes" if row.is_final else "no",
        plain_cell(row.new_start),
        plain_cell(row.happened),
    ]


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.10g}"
