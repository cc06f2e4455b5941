"""How long a report of 40 charts takes to leave: `python -m benchmarks.bench_outlets`.

The same report as PDF, workbook and CSV.
"""

import time
from collections.abc import Callable
from statistics import median

from benchmarks.bench_pdf import NOW, a_chart
from tracker.documents.outcome_csv import outcome_csv
from tracker.documents.report_pdf import report_pdf
from tracker.documents.report_workbook import report_workbook
from tracker.documents.values import ReportDocument, ReportFigure, ReportSection

CHARTS, REPEATS = 40, 3


def a_report() -> ReportDocument:
    figures = tuple(
        ReportFigure(charts=(a_chart(number),), sentence="No change seen.")
        for number in range(CHARTS)
    )
    return ReportDocument(
        title="Outcome report",
        organisation="Aldwater NHS Foundation Trust",
        scope="Whole organisation",
        period="January 2023 to December 2025",
        extracted_at=NOW,
        made_at=NOW,
        sections=(ReportSection(key="all", title="Outcomes", figures=figures),),
    )


def timed(name: str, work: Callable[[ReportDocument], bytes | str], limit: str) -> None:
    report = a_report()
    started = time.perf_counter()
    size = len(work(report))
    first = time.perf_counter() - started
    times, worked = [], []
    for _ in range(REPEATS):
        started, before = time.perf_counter(), time.process_time()
        work(report)
        times.append(time.perf_counter() - started)
        worked.append(time.process_time() - before)
    print(
        f"{name}, {CHARTS} charts: first {first:.2f} s, then {median(times):.2f} s by the clock, "
        f"{median(worked):.2f} s of processor, "
        f"{size // 1000} kB; {limit}"
    )


def main() -> None:
    timed("workbook", report_workbook, "limit 4 s")
    timed("CSV", outcome_csv, "no limit given")
    timed("PDF", report_pdf, "limit 8 s")


if __name__ == "__main__":
    main()
