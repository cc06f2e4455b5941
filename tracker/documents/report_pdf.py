"""The outcome report as an accessible PDF that can be put before a board."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from tracker.documents.charts import REGULAR, WIDE, draw
from tracker.documents.report_tables import add_numbers, add_table
from tracker.documents.structure import DocumentFacts
from tracker.documents.tagged_pdf import TableLook, TaggedPDF
from tracker.documents.verdicts import VERDICTS
from tracker.documents.words import date_and_time

if TYPE_CHECKING:
    from tracker.documents.values import ChartData, ReportDocument, ReportFigure, ReportSection

_HOW_TO_READ = (
    "Each chart shows one number over time. The solid line is the mean. The dashed lines are the "
    "limits of the usual ups and downs: points between them, in no pattern, say nothing new. A "
    "square marks an improvement, a triangle a concern, a diamond a change that is neither. A "
    "mark is a reason to ask why; it is not yet proof that something changed. What changed is "
    'said by a test of its own, under "What changed".'
)


def report_pdf(document: ReportDocument) -> bytes:
    """Make the PDF; the same report always makes the same bytes."""
    facts = DocumentFacts(
        title=f"{document.title}: {document.organisation}, {document.period}",
        author=document.organisation,
        subject="Outcome report",
        made_at=document.made_at,
    )
    footer = f"{document.organisation} \u00b7 {document.title} \u00b7 {document.period}"
    pdf = TaggedPDF(facts, footer=footer)
    _opening(pdf, document)
    _findings(pdf, document)
    for section in document.sections:
        _section(pdf, section)
    _closing(pdf, document)
    return pdf.render()


def _opening(pdf: TaggedPDF, document: ReportDocument) -> None:
    pdf.paragraph(document.organisation, "kicker")
    pdf.heading(1, document.title)
    rows = [
        ("About", document.scope, "Period", document.period),
        (
            "For",
            document.audience or "Everybody",
            "Data taken",
            date_and_time(document.extracted_at),
        ),
    ]
    look = TableLook(widths=(0.7, 3, 1, 2.6), row_heads=frozenset({0, 2}))
    pdf.table("", (), rows, look)
    if document.page_address:
        words = "Read this report as a web page, with the counts behind every value"
        pdf.link(words, document.page_address)


def _findings(pdf: TaggedPDF, document: ReportDocument) -> None:
    pdf.heading(2, "What changed")
    for sentence in document.summary:
        pdf.paragraph(sentence, "lead")
    if document.findings:
        rows = [(VERDICTS[f.verdict], f.sentence, f.how_sure) for f in document.findings]
        columns = ("Verdict", "What we saw", "How sure we are")
        pdf.table("", columns, rows, TableLook(widths=(1, 3, 2.2)))
    if not (document.summary or document.findings):
        pdf.paragraph("There is nothing to report for this period.", "lead")
    if any(figure.charts for section in document.sections for figure in section.figures):
        with pdf.together():
            pdf.heading(2, "How to read the charts")
            pdf.paragraph(_HOW_TO_READ)


def _section(pdf: TaggedPDF, section: ReportSection) -> None:
    """Add a section; its heading stays with its first chart."""
    first, *rest = section.figures or (None,)
    with pdf.together():
        pdf.heading(2, section.title)
        for text in section.introduction:
            pdf.paragraph(text)
        if first is not None:
            _figure(pdf, first)
    for figure in rest:
        if figure is not None:
            pdf.space(8)
            with pdf.together():
                _figure(pdf, figure)
    for table in section.tables:
        add_table(pdf, table)


def _figure(pdf: TaggedPDF, figure: ReportFigure) -> None:
    if len(figure.charts) == 1:
        pdf.heading(3, figure.charts[0].title)
    if figure.sentence:
        pdf.paragraph(figure.sentence)
    if len(figure.charts) == 1:
        pdf.figure(draw(figure.charts[0], WIDE))
    elif figure.charts:
        pdf.side_by_side(*(partial(_half, pdf, chart) for chart in figure.charts))
    if figure.withheld:
        pdf.paragraph(figure.withheld, label="No chart:")
    for note in figure.notes:
        pdf.paragraph(note, "small")
    for chart in figure.charts:
        add_numbers(pdf, chart)


def _half(pdf: TaggedPDF, chart: ChartData) -> None:
    pdf.heading(3, chart.title)
    pdf.figure(draw(chart, REGULAR))


def _closing(pdf: TaggedPDF, document: ReportDocument) -> None:
    if document.data_quality:
        pdf.heading(2, "How good the data are")
        pdf.bullets(document.data_quality)
    if document.definitions:
        pdf.heading(2, "What the words mean")
        rows = [(definition.term, definition.meaning) for definition in document.definitions]
        pdf.table("", ("Word or measure", "Meaning"), rows, TableLook(widths=(1, 2.6)))
    if document.disclosure:
        pdf.heading(2, "How people are protected")
        for text in document.disclosure:
            pdf.paragraph(text)
