"""The report as a workbook and as CSV: the same numbers, real charts, and nothing that runs."""

import csv
import io
import re
import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from python_calamine import CalamineWorkbook

from tests.support.charts import USUAL, a_chart
from tracker.documents.outcome_csv import outcome_csv
from tracker.documents.report_workbook import report_workbook
from tracker.documents.values import (
    ChartPhase,
    Definition,
    Finding,
    PointKind,
    ReportDocument,
    ReportFigure,
    ReportSection,
    Verdict,
)

NOW = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)
EVIL = ("=1+1", '=HYPERLINK("http://x")', "@SUM(A1)", "+1", "-1", "\t=1", "https://x.example")
PHASES = (
    ChartPhase(first=0, last=5, mean=8.0, lower=-1.0, upper=12.0),
    ChartPhase(first=6, last=11, mean=9.0, lower=5.0, upper=13.0),
)


def a_report(*charts, words="Plain", **more):
    return ReportDocument(
        title="Outcome report",
        organisation=words,
        scope=words,
        period="January to December 2023",
        extracted_at=NOW,
        made_at=NOW,
        summary=(words,),
        findings=(Finding(verdict=Verdict.BETTER, sentence=words, how_sure=words),),
        sections=(
            ReportSection(
                key="all", title=words, figures=(ReportFigure(charts=charts, sentence=words),)
            ),
        ),
        definitions=(Definition(term=words, meaning=words),),
        data_quality=(words,),
        disclosure=(words,),
        **more,
    )


@pytest.fixture(scope="module")
def parts():
    chart = a_chart(USUAL, kinds={4: PointKind.CONCERN}, phases=PHASES)
    content = report_workbook(a_report(chart))
    with zipfile.ZipFile(io.BytesIO(content)) as pack:
        return content, {name: pack.read(name).decode() for name in pack.namelist()}


def test_a_workbook_has_sentences_charts_numbers_and_definitions(parts):
    sheets = CalamineWorkbook.from_filelike(io.BytesIO(parts[0]))

    assert sheets.sheet_names == [
        "What changed",
        "Charts",
        "Numbers",
        "Tables",
        "What the words mean",
        "How good the data are",
    ]
    first = sheets.get_sheet_by_name("What changed").to_python()
    assert ["Data taken", "22 November 2026 at 06:00 UTC", ""] in first
    assert ["Better", "Plain", "Plain"] in first
    numbers = sheets.get_sheet_by_name("Numbers").to_python()
    assert [row[4] for row in numbers[1:]] == list(USUAL)
    assert {row[9] for row in numbers[1:7]} == {""}, "a limit below nought is none"


def test_its_chart_draws_from_the_sheet_and_remembers_no_other_number(parts):
    (chart,) = (text for name, text in parts[1].items() if "charts/chart" in name)

    assert "<c:f>Numbers!$E$2:$E$13</c:f>" in chart
    remembered = {float(n) for n in re.findall(r"<c:v>(-?[\d.]+)</c:v>", chart)}
    assert remembered == {*USUAL, 8, 9, 5, 12, 13}


def test_a_chart_says_what_it_shows_to_those_who_cannot_see_it(parts):
    (drawing,) = (text for name, text in parts[1].items() if "drawings/drawing" in name)

    assert 'descr="Incidents from use. Control chart' in drawing


@pytest.mark.parametrize("words", EVIL)
def test_nothing_in_a_workbook_or_csv_runs(words):
    chart = a_chart(USUAL, title=words, unit_words=words)
    document = a_report(chart, a_chart(USUAL, title="Other"), words=words)
    with zipfile.ZipFile(io.BytesIO(report_workbook(document))) as pack:
        everything = "".join(pack.read(name).decode() for name in pack.namelist())

    assert "<f>" not in everything
    assert "<hyperlink" not in everything
    assert not re.findall(r"<c:f>(?!Numbers!)", everything)
    rows = list(csv.reader(io.StringIO(outcome_csv(document))))
    assert not [cell for row in rows for cell in row if cell[:1] in ("=", "+", "-", "@", "\t")]


def test_csv_has_a_row_a_point_with_when_the_data_were_taken():
    chart = a_chart((1.5, None, 2.5), phases=())
    first, second, third = csv.DictReader(io.StringIO(outcome_csv(a_report(chart))))

    assert first["data_taken"] == "2026-11-22T06:00:00+00:00"
    assert (first["period"], first["value"]) == ("Jan 2023", "1.5")
    assert (second["value"], second["what_the_chart_shows"]) == ("", "No data")
    assert third["mean"] == ""
    assert first["begins_on"] == ""


def test_days_are_days_for_a_spreadsheet():
    chart = a_chart((1.0, 2.0))
    points = tuple(
        replace(point, begins_on=date(2023, n, 1)) for n, point in enumerate(chart.points, start=1)
    )
    content = report_workbook(a_report(replace(chart, points=points)))
    numbers = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_name("Numbers")

    assert [row[3] for row in numbers.to_python()[1:]] == [date(2023, 1, 1), date(2023, 2, 1)]
