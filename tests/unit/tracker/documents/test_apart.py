import pickletools
import subprocess
import sys
from datetime import UTC, datetime
from threading import BoundedSemaphore

import numpy as np
import pytest

from tests.support.charts import a_chart
from tracker.documents import apart
from tracker.documents.apart import FEW_CHARTS, as_plain_values, draw_report
from tracker.documents.report_pdf import report_pdf
from tracker.documents.values import ChartPhase, ReportDocument, ReportFigure, ReportSection
from tracker.errors import NotDrawnError
from tracker.models import MeasureFamily

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


def test_a_report_takes_neither_models_nor_numpy_along():
    phase = ChartPhase(first=0, last=0, mean=np.float64(12.5))
    section = ReportSection(key=MeasureFamily.OUTCOME, title="Outcomes")

    packed = pickletools.optimize(as_plain_values((phase, section)))

    words = {arg for _, arg, _ in pickletools.genops(packed) if isinstance(arg, str)}
    modules = {word for word in words if word.partition(".")[0] in {"tracker", "numpy"}}
    assert modules == {"tracker.documents.values"}
    assert "outcome" in words


@pytest.mark.parametrize(
    "does",
    [
        "import os; os.kill(os.getpid(), 9)",
        "raise MemoryError",
        "import time; time.sleep(60)",
        None,
    ],
)
def test_a_process_that_ends_badly_or_never_is_told_in_words(monkeypatch, does):
    there = sys.executable if does else "/no/such/program"
    monkeypatch.setattr(apart, "COMMAND", (there, "-S", "-c", does or ""))
    monkeypatch.setattr(apart, "LONGEST_SECONDS", 0.5)

    with pytest.raises(NotDrawnError, match="Choose fewer months"):
        draw_report("pdf", a_report(FEW_CHARTS + 1))


def test_who_asks_while_many_wait_is_told_to_ask_again(monkeypatch):
    monkeypatch.setattr(apart, "TURNS", BoundedSemaphore(1))
    monkeypatch.setattr(apart, "LONGEST_WAIT", 0)

    with apart.TURNS, pytest.raises(NotDrawnError, match="Wait a minute"):
        draw_report("pdf", a_report(FEW_CHARTS + 1))


def test_where_it_failed_is_said_without_the_words_of_the_error():
    ended = subprocess.run(
        [*apart.COMMAND, "pdf"], input=b"sorrows", capture_output=True, check=False
    )

    assert ended.returncode == 1
    assert b"UnpicklingError at " in ended.stderr
    assert b"invalid load key" not in ended.stderr
