"""Draws a large report in a process of its own, which ends when it is drawn.

Its memory goes with it, and the server's other pages do not wait while it counts and draws.
"""

from __future__ import annotations

import pickle
import subprocess
import sys
from threading import BoundedSemaphore
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tracker.documents.values import ReportDocument

#: with so many charts a document is drawn at once, sooner than a process starts
FEW_CHARTS = 4
#: so many at a time, however many people ask; the others wait for their turn
TURNS = BoundedSemaphore(2)
LONGEST_SECONDS = 120


def draw_report(kind: str, document: ReportDocument) -> bytes:
    """Draw a report as a PDF or a workbook (xlsx).

    :raises subprocess.SubprocessError: when its process was stopped, or ran out of memory.
    """
    charts = (f.charts for section in document.sections for f in section.figures)
    if sum(map(len, charts)) <= FEW_CHARTS:
        return _draw(kind, document)
    with TURNS:
        return subprocess.run(  # noqa: S603 - words of ours
            [sys.executable, "-m", "tracker.documents.apart", kind],
            input=pickle.dumps(document),
            stdout=subprocess.PIPE,
            timeout=LONGEST_SECONDS,
            check=True,
        ).stdout


def _draw(kind: str, document: ReportDocument) -> bytes:
    if kind == "pdf":
        from tracker.documents.report_pdf import report_pdf

        return report_pdf(document)
    from tracker.documents.report_workbook import report_workbook

    return report_workbook(document)


if __name__ == "__main__":
    asked = pickle.load(sys.stdin.buffer)  # noqa: S301 - from the process that started this one
    sys.stdout.buffer.write(_draw(sys.argv[1], asked))
