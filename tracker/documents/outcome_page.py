"""The outcome report as a page: in the service, and as a file that needs nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from tracker.documents.charts import REGULAR, WIDE
from tracker.documents.page import PageChart, page_chart
from tracker.documents.verdicts import VERDICTS

if TYPE_CHECKING:
    from jinja2 import Environment

    from tracker.documents.values import ReportDocument


@dataclass(frozen=True, kw_only=True)
class ReportPage:
    """A document, and its charts drawn for a page, by key."""

    document: ReportDocument
    charts: dict[str, PageChart]
    verdict_words: dict[str, str]


def report_page(document: ReportDocument) -> ReportPage:
    """Draw every chart of the document."""
    charts = {
        chart.key: page_chart(chart, WIDE if len(figure.charts) == 1 else REGULAR)
        for section in document.sections
        for figure in section.figures
        for chart in figure.charts
    }
    words = {verdict.value: text for verdict, text in VERDICTS.items()}
    return ReportPage(document=document, charts=charts, verdict_words=words)


def report_html(document: ReportDocument) -> str:
    """Make one file that can be read anywhere: no links to styles, scripts or pictures."""
    page = report_page(document)
    styles = files("tracker").joinpath("static/report.css").read_text(encoding="utf-8")
    template = _environment().get_template("outcomes/file.jinja2")
    return template.render(page=page, styles=styles)


@cache
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    return Environment(
        loader=PackageLoader("templates", ""),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
