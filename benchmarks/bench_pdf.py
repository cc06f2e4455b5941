"""How long an outcome report of 12 charts takes as PDF: `python -m benchmarks.bench_pdf`.

Beside it, in the same run, a plain ReportLab document with the same charts and the same tables but
without tags, and the same 12 charts as SVG with their tables on a page.
"""

import io
import random
import resource
import time
from collections.abc import Callable
from datetime import UTC, datetime
from statistics import mean, median

from reportlab.graphics import shapes
from reportlab.lib.colors import HexColor
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.platypus import Paragraph, SimpleDocTemplate, Table

from tracker.documents.charts import WIDE, draw
from tracker.documents.page import page_chart
from tracker.documents.primitives import Circle, Line, Polyline, Text
from tracker.documents.report_pdf import report_pdf
from tracker.documents.tables import MONTHS, months_by_year
from tracker.documents.values import (
    ChartData,
    ChartPhase,
    ChartPoint,
    NumberFormat,
    ReportDocument,
    ReportFigure,
    ReportSection,
)

CHARTS, YEARS, REPEATS = 12, 3, 5
NOW = datetime(2026, 1, 12, 6, 0, tzinfo=UTC)


def a_chart(number: int) -> ChartData:
    chance = random.Random(number)  # noqa: S311 - not a secret
    values = [chance.gauss(12, 2) for _ in range(12 * YEARS)]
    points = tuple(
        ChartPoint(
            label=f"{MONTHS[n % 12]} {2023 + n // 12}", value=value, numerator=n, denominator=9
        )
        for n, value in enumerate(values)
    )
    middle = mean(values)
    phase = ChartPhase(
        first=0, last=len(values) - 1, mean=middle, lower=middle - 5, upper=middle + 5
    )
    return ChartData(
        key=f"chart-{number}",
        title=f"Measure {number}",
        description="Control chart of a measure. Nothing but the usual ups and downs.",
        points=points,
        phases=(phase,),
        number_format=NumberFormat.PER_1000,
        unit_words="per 1,000 bed days",
    )


def tagged(charts: list[ChartData]) -> bytes:
    figures = tuple(ReportFigure(charts=(chart,), sentence="No change seen.") for chart in charts)
    return report_pdf(
        ReportDocument(
            title="Outcome report",
            organisation="Aldwater NHS Foundation Trust",
            scope="Whole organisation",
            period="January 2023 to December 2025",
            extracted_at=NOW,
            made_at=NOW,
            sections=(ReportSection(key="all", title="Outcomes", figures=figures),),
        )
    )


def untagged(charts: list[ChartData]) -> bytes:
    """The same charts and tables by ReportLab's own means, with its built-in face."""
    styles, flow, buffer = getSampleStyleSheet(), [], io.BytesIO()
    for chart in charts:
        flow.append(Paragraph(chart.title, styles["Heading3"]))
        flow.append(Paragraph("No change seen.", styles["BodyText"]))
        flow.append(plain_drawing(chart))
        rows = [
            [
                year,
                *(
                    Paragraph(f"{by_month[month].value:.1f}", styles["BodyText"])
                    for month in MONTHS
                ),
            ]
            for year, by_month in months_by_year(chart)
        ]
        flow.append(Table([["Year", *MONTHS], *rows], repeatRows=1))
    SimpleDocTemplate(buffer).build(flow)
    return buffer.getvalue()


def plain_drawing(chart: ChartData) -> shapes.Drawing:
    picture = draw(chart, WIDE)
    made = shapes.Drawing(430, picture.height * 0.6)
    group = shapes.Group(transform=(0.6, 0, 0, -0.6, 0, picture.height * 0.6))
    for item in picture.items:
        match item:
            case Line():
                colour = HexColor(item.stroke)
                group.add(shapes.Line(item.x1, item.y1, item.x2, item.y2, strokeColor=colour))
            case Polyline():
                flat = [number for point in item.points for number in point]
                group.add(shapes.PolyLine(flat, strokeColor=HexColor(item.stroke)))
            case Circle():
                group.add(shapes.Circle(item.x, item.y, item.radius, fillColor=HexColor(item.fill)))
            case Text():
                group.add(shapes.String(item.x, item.y, item.text, textAnchor=item.anchor))
    made.add(group)
    return made


def on_a_page(charts: list[ChartData]) -> int:
    return sum(len(page_chart(chart).svg) for chart in charts)


def seconds(work: Callable[[], object]) -> float:
    work()
    times = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return median(times)


def main() -> None:
    charts = [a_chart(number) for number in range(CHARTS)]
    start = time.perf_counter()
    size = len(tagged(charts))
    first = time.perf_counter() - start
    ours, plain = seconds(lambda: tagged(charts)), seconds(lambda: untagged(charts))
    svg = seconds(lambda: on_a_page(charts))
    print(f"report PDF, {CHARTS} charts, first in the process (with fonts)  {first:6.3f} s")
    print(f"report PDF, {CHARTS} charts, tagged, {size // 1024} kB             {ours:6.3f} s")
    print(f"the same, untagged, ReportLab's own shapes           {plain:6.3f} s")
    print(f"  ratio {ours / plain:.2f}")
    print(f"{CHARTS} charts as SVG with their tables, for a page     {svg:6.3f} s")
    print(f"memory at most {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main()
