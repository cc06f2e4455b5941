from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tests.support.charts import a_chart
from tests.support.pdfs import check_marks, reader, spoken, tree
from tracker.documents.report_pdf import report_pdf
from tracker.documents.values import (
    ChartPoint,
    Definition,
    Finding,
    NumberFormat,
    PointKind,
    ReportDocument,
    ReportFigure,
    ReportSection,
    TableData,
    Verdict,
)

TAKEN = datetime(2026, 1, 12, 6, 0, tzinfo=UTC)


def a_report(**changes):
    return replace(
        ReportDocument(
            title="Outcome report",
            organisation="Aldwater NHS Foundation Trust",
            scope="Whole organisation",
            period="January to December 2023",
            extracted_at=TAKEN,
            made_at=TAKEN,
        ),
        **changes,
    )


def the_sections():
    alone = ReportFigure(
        charts=(a_chart(kinds={4: PointKind.CONCERN}, key="use"),),
        sentence="No change was seen.",
        notes=("One month has no data and is left out.",),
    )
    pair = ReportFigure(
        charts=(
            a_chart(key="completion", title="Training completed", needs_companion=True),
            a_chart(key="recognition", title="Alerts acted on"),
        ),
        sentence="Completion rose and the outcome did not follow.",
    )
    hidden = ReportFigure(withheld="Fewer than eight staff took part.")
    missed = TableData(
        caption="Units that met the target", columns=("Unit", "Completion"), rows=(("A", "96%"),)
    )
    return (
        ReportSection(
            key="o",
            title="Outcomes",
            introduction=("For patients.",),
            figures=(alone, hidden),
        ),
        ReportSection(key="m", title="Target met, point missed", figures=(pair,), tables=(missed,)),
    )


@pytest.fixture(scope="module")
def whole():
    return report_pdf(
        a_report(
            audience="Published",
            summary=("We looked at 12 series. One changed.",),
            findings=(
                Finding(verdict=Verdict.BETTER, sentence="Incidents fell.", how_sure="Likely."),
                Finding(verdict=Verdict.TOO_FEW, sentence="Deaths.", how_sure="Fewer than 8."),
            ),
            sections=the_sections(),
            data_quality=("Two months are late.",),
            definitions=(Definition(term="Bed day", meaning="One patient at midnight."),),
            disclosure=("Small numbers are hidden.",),
            page_address="https://tracker.example/outcomes/1",
        )
    )


def test_what_changed_and_how_sure_we_are_come_first(whole):
    heard = spoken(whole)
    order = [
        "Outcome report",
        "What changed",
        "We looked at 12 series. One changed.",
        "Incidents fell.",
        "Likely.",
        "Outcomes",
        "Target met, point missed",
        "How good the data are",
        "What the words mean",
        "How people are protected",
    ]
    places = [heard.index(text) for text in order]

    assert places == sorted(places)


def test_it_says_whose_it_is_for_when_and_from_which_data(whole):
    heard = spoken(whole)

    for text in (
        "Aldwater NHS Foundation Trust",
        "Whole organisation",
        "January to December 2023",
        "12 January 2026 at 06:00 UTC",
        "Published",
    ):
        assert text in heard


def test_every_chart_has_words_and_its_numbers(whole):
    alts = [figure.entry["/Alt"] for figure in tree(whole).every("Figure")]
    captions = [text for text in spoken(whole) if text.endswith((")", "bed days"))]

    assert len(alts) == 3
    assert all("The mean is 8.9." in alt for alt in alts)
    assert "Incidents from use, per 1,000 bed days (\u25b2 concern)" in captions


def test_a_number_of_concern_is_heard_as_one(whole):
    cells = [cell.entry.get("/ActualText") for cell in tree(whole).every("TD")]

    assert "12.4, concern: above the upper limit" in cells


def test_a_completion_rate_stands_beside_its_outcome(whole):
    pages = [page.extract_text() for page in reader(whole).pages]
    (page,) = [n for n, text in enumerate(pages) if "Training completed\n" in text]

    assert "Alerts acted on\n" in pages[page]


def test_a_chart_that_is_held_back_says_why(whole):
    assert "No chart: Fewer than eight staff took part." in spoken(whole)


def test_every_part_is_tagged(whole):
    check_marks(whole)


def test_a_report_for_a_period_without_data_says_so():
    empty = a_chart([None] * 12, phases=())
    section = ReportSection(key="o", title="Outcomes", figures=(ReportFigure(charts=(empty,)),))
    heard = spoken(report_pdf(a_report(sections=(section,))))

    assert "There is nothing to report for this period." in heard
    assert any("No data for this period" in text for text in heard)


def test_a_report_without_any_section_is_still_a_report():
    data = report_pdf(a_report())

    assert len(reader(data).pages) == 1
    assert "How to read the charts" not in spoken(data)


def test_numbers_that_are_not_monthly_are_listed_one_by_one():
    points = tuple(ChartPoint(label=f"Q{n} 2025", value=float(n)) for n in range(1, 5))
    chart = replace(a_chart(number_format=NumberFormat.COUNT), points=points, phases=())
    section = ReportSection(key="o", title="Outcomes", figures=(ReportFigure(charts=(chart,)),))
    heard = spoken(report_pdf(a_report(sections=(section,))))

    assert [text for text in heard if text.startswith("Q")] == [f"Q{n} 2025" for n in range(1, 5)]


def test_a_month_without_data_is_heard_as_such():
    chart = a_chart([1.0, None, 3.0], phases=())
    section = ReportSection(key="o", title="Outcomes", figures=(ReportFigure(charts=(chart,)),))
    data = report_pdf(a_report(sections=(section,)))

    assert "no data" in [cell.entry.get("/ActualText") for cell in tree(data).every("TD")]


def test_twelve_charts_a_board_could_read_leave_nothing_out():
    figures = tuple(ReportFigure(charts=(a_chart([8.0] * 36, key=f"c{n}"),)) for n in range(12))
    data = report_pdf(a_report(sections=(ReportSection(key="o", title="O", figures=figures),)))

    assert len(tree(data).every("Figure")) == 12
    check_marks(data)


def test_the_same_report_always_makes_the_same_file():
    assert report_pdf(a_report()) == report_pdf(a_report())
