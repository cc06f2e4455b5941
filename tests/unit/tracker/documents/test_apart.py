from datetime import UTC, datetime

import pytest

from tests.support.charts import a_chart
from tracker.documents.apart import FEW_CHARTS, draw_report
from tracker.documents.report_pdf import report_pdf
from tracker.documents.values import ReportDocument, ReportFigure, ReportSection

TAKEN = datetime(2026, 1, 12, 6, 0, tzinfo=UTC)


def a_report(charts):
    figures = tuple(ReportFigure(charts=(a_chart(key=f"c{n}"),)) for n in range(charts))
    return ReportDocument(
        title="Outcome report",
        organisation="Aldwater NHS Foundation Trust",
        scope="Ysbyty O\u2019Brien \u0142",
        period="January to December 2023",
        extracted_at=TAKEN,
        made_at=TAKEN,
        sections=(ReportSection(key="o", title="Outcomes", figures=figures),),
    )


@pytest.mark.parametrize("charts", [1, FEW_CHARTS + 1])
def test_a_report_is_the_same_wherever_it_is_drawn(charts):
    report = a_report(charts)

    assert draw_report("pdf", report) == report_pdf(report)
