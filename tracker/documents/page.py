"""A chart as a page shows it: the picture, its words, and its numbers in a table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tracker.documents.charts import REGULAR
from tracker.documents.svg import chart_svg
from tracker.documents.tables import data_table, lines_in_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markupsafe import Markup

    from tracker.documents.charts import ChartSize
    from tracker.documents.values import ChartData, TableData


@dataclass(frozen=True, kw_only=True, slots=True)
class PageChart:
    """What templates/macros/charts.jinja2 draws."""

    key: str
    title: str
    description: str
    svg: Markup
    lines: Sequence[str]  # the mean and limits of every phase, a sentence each
    table: TableData
    rules: str = ""  # by which rules it is drawn


def page_chart(chart: ChartData, size: ChartSize = REGULAR) -> PageChart:
    """Make a chart ready for the page."""
    return PageChart(
        key=chart.key,
        title=chart.title,
        description=chart.description,
        svg=chart_svg(chart, size),
        lines=lines_in_words(chart),
        table=data_table(chart),
        rules=chart.rules,
    )
