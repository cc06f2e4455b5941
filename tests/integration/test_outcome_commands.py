"""The commands that bring outcome data in and take the report out."""

import json
import re

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.support import databases
from tracker.cli import main
from tracker.db import open_engine
from tracker.models import (
    AlertEvent,
    AuditEvent,
    AuditKind,
    ImportRun,
    Incident,
    Observation,
    RunState,
)
from tracker.services import incidents


@pytest.fixture(params=databases.KINDS)
def url(request, tmp_path):
    with databases.fresh_database(request.param, tmp_path) as url:
        yield url


@pytest.fixture
def tracker(url, tmp_path):
    ini = tmp_path / "test.ini"
    ini.write_text(
        "[app:main]\nuse = egg:competence-tracker\n"
        f"sqlalchemy.url = {url}\ntracker.secret = {'x' * 40}\n"
    )

    def tracker(*words, code=0):
        result = CliRunner().invoke(main, [*map(str, words), "--config", str(ini)])
        assert result.exit_code == code, (result.output, result.exception)
        return result.output

    tracker("organisation", "add", "RF4", "A Trust")
    return tracker


@pytest.fixture
def look(url):
    def look(query):
        engine = open_engine(url)
        with Session(engine) as db:
            found = db.scalars(query).all()
        engine.dispose()
        return found

    return look


@pytest.fixture
def attendances(tmp_path):
    """Write a file of the shape in which England publishes A&E attendances."""
    lines = ["period,org_code,type,attendances,breaches,admissions"]
    for n in range(36):
        period = f"{2016 + (n + 3) // 12}-{(n + 3) % 12 + 1:02}-01"
        breaches = 2000 + n % 7 * 40 + (1500 if n >= 24 else 0)
        lines += [
            f"{period},RF4,1,21000,{breaches},5060",
            f"{period},RF4,other,2900,6,0",
            f"{period},R1H,1,30000,5900,6943",
        ]
    path = tmp_path / "ae.csv"
    path.write_text("\n".join(lines))
    return path


def define(tracker):
    return tracker(
        *("measure", "add", "four_hour_breaches", "--name", "Waits of more than four hours"),
        *("--numerator", "People who waited more than four hours"),
        *("--denominator", "People who came", "--better", "lower"),
    )


def take_in(tracker, path, **more):
    return tracker(
        *("import", "measure", path, "--measure", "four_hour_breaches"),
        *("--map", "numerator=breaches", "--map", "denominator=attendances"),
        *("--where", "org_code=RF4", "--sum-rows"),
        **more,
    )


class TestMeasureFile:
    def test_a_published_file_goes_in_through_a_column_map(self, tracker, attendances, look):
        define(tracker)

        told = take_in(tracker, attendances)

        assert "36 months added, 0 restated." in told
        first = look(select(Observation).order_by(Observation.month))[0]
        assert (first.numerator, first.denominator, first.source) == (2006, 23900, "ae.csv")

    def test_the_second_time_changes_nothing(self, tracker, attendances, look):
        define(tracker)
        take_in(tracker, attendances)

        told = take_in(tracker, attendances)

        assert "Nothing changed" in told
        runs = look(select(ImportRun).order_by(ImportRun.id))
        assert [run.state for run in runs] == [RunState.APPLIED, RunState.UNCHANGED]
        assert runs[0].counts["added"] == 36

    def test_numbers_can_be_taken_away(self, tracker, attendances, look):
        define(tracker)
        tracker(
            *("import", "measure", attendances, "--measure", "four_hour_breaches"),
            *("--map", "numerator=attendances-breaches", "--map", "denominator=attendances"),
            *("--where", "org_code=R1H"),
        )

        assert look(select(Observation.numerator))[0] == 24100

    def test_rows_that_are_left_out_are_told_by_line(self, tracker, tmp_path):
        path = tmp_path / "bed_days.csv"
        path.write_text("period,unit,numerator\n2024-01,,900\nJane Doe,,1\n2024-02,W99,3\n")

        told = tracker("import", "measure", path, "--measure", "bed_days")

        assert "line 3: The period is not a month." in told
        assert "line 4: This unit is not known here." in told
        assert "Jane" not in told

    def test_an_older_extract_replaces_no_newer_number(self, tracker, tmp_path, look):
        path = tmp_path / "bed_days.csv"
        for beds, day in ((610, "2024-03-01"), (600, "2024-02-01")):
            path.write_text(f"period,unit,numerator,extract_time\n2024-01,,{beds},{day}\n")
            told = tracker("import", "measure", path, "--measure", "bed_days")

        assert "A later extract of this month and unit is here already" in told
        assert look(select(Observation.numerator)) == [610]

    def test_a_file_of_which_nothing_can_be_used_is_not_called_known(self, tracker, tmp_path):
        path = tmp_path / "bed_days.csv"
        path.write_text("period,unit,numerator\n2024-13,,900\n")

        told = tracker("import", "measure", path, "--measure", "bed_days")

        assert "Nothing came in: the file holds no months that can be used." in told
        assert "known already" not in told

    def test_a_file_that_is_refused_leaves_nothing_but_its_run(self, tracker, tmp_path, look):
        path = tmp_path / "bed_days.csv"
        path.write_text('period,numerator\n2024-01,900\n2024-02,"900\n')

        told = tracker("import", "measure", path, "--measure", "bed_days", code=1)

        assert "a quote mark is left open" in told
        assert look(select(Observation)) == []
        (run,) = look(select(ImportRun))
        assert run.state is RunState.REFUSED
        assert "quote mark" in run.message

    def test_an_unknown_measure_is_refused_with_the_known_ones(self, tracker, attendances):
        told = tracker("import", "measure", attendances, "--measure", "nonsense", code=1)

        assert "There is no measure with that key" in told
        assert "bed_days" in told

    def test_the_measures_can_be_listed(self, tracker):
        define(tracker)

        told = tracker("measure", "list")

        assert "four_hour_breaches: People who waited more than four hours" in told
        assert "harm_share" in told


class TestEventFiles:
    @pytest.fixture
    def incident_file(self, tmp_path):
        path = tmp_path / "incidents.csv"
        path.write_text(
            "reference,unit,occurred_on,reported_on,harm,cause,story\n"
            "I1,,2026-08-03,,none,technical,Mr Smith fell\n"
            "I2,,2026-09-03,,low,use_related,x\n"
        )
        return path

    def test_incidents_go_in_and_are_counted(self, tracker, incident_file, look):
        assert "2 incidents added" in tracker("import", "incidents", incident_file)
        assert "Nothing changed" in tracker("import", "incidents", incident_file)
        assert len(look(select(Incident))) == 2
        assert look(select(func.count(Observation.id))) == [12]

    def test_an_import_that_breaks_half_way_leaves_the_old_state_whole(
        self, tracker, incident_file, look, monkeypatch
    ):
        def broken(*_args, **_kw):
            raise ZeroDivisionError

        with monkeypatch.context() as patch:
            patch.setattr(incidents, "record_counts", broken)
            result = CliRunner().invoke(
                main,
                [
                    *("import", "incidents", str(incident_file)),
                    *("--config", str(incident_file.parent / "test.ini")),
                ],
            )
        assert isinstance(result.exception, ZeroDivisionError)
        assert look(select(Incident)) == []

        assert "2 incidents added" in tracker("import", "incidents", incident_file)
        states = look(select(ImportRun.state).order_by(ImportRun.id))
        assert states == [RunState.FAILED, RunState.APPLIED]

    def test_alerts_go_in_without_names(self, tracker, tmp_path, look):
        path = tmp_path / "alerts.csv"
        path.write_text(
            "alert_id,unit,fired_at,staff,alert_type,response,responded_at,true_alert\n"
            "A1,,2026-08-03T09:00Z,20000001,allergy,accepted,2026-08-03T09:02Z,yes\n"
        )

        assert "1 alert added" in tracker("import", "alerts", path)

        (event,) = look(select(AlertEvent))
        assert event.minutes_to_respond == 2
        assert "20000001" not in (event.staff_pseudonym or "")


class TestReport:
    PERIOD = ("--from", "2016-04", "--to", "2019-03")

    @pytest.fixture
    def made(self, tracker, attendances, tmp_path):
        define(tracker)
        take_in(tracker, attendances)

        def made(kind, *more):
            out = tmp_path / f"report.{kind}"
            tracker("report", *self.PERIOD, "--format", kind, "--out", out, *more)
            return out.read_bytes()

        return made

    def test_json_says_what_changed(self, made):
        report = json.loads(made("json"))

        (change,) = report["changes"]
        assert change["verdict"] == "worse"
        assert change["sentence"].startswith("Waits of more than four hours: up from ")
        assert len(report["sections"][0]["figures"][0]["charts"][0]["points"]) == 36

    def test_a_page_needs_nothing_but_itself(self, made):
        page = made("html").decode()

        assert page.startswith("<!DOCTYPE html>")
        assert "Waits of more than four hours: up from " in page
        assert "<svg" in page
        assert not re.search(r'(src|href)="(?!#)', page)
        assert "url(" not in page
        assert "<script" not in page

    def test_a_pdf_is_the_same_each_time_that_nothing_changed(self, made):
        assert made("pdf").startswith(b"%PDF-")

    def test_a_report_for_a_period_without_data_says_so(self, tracker, made, tmp_path):
        assert made("json")
        out = tmp_path / "empty.html"

        told = tracker("report", "--from", "2001-01", "--to", "2001-12", "--format", "html",
                       "--out", out)  # fmt: skip

        assert "There is nothing to report for this period yet." in told
        assert "There is nothing to report for this period yet." in out.read_text()

    def test_a_month_in_other_words_is_refused(self, tracker, tmp_path):
        told = tracker("report", "--from", "soon", "--to", "2019-03", "--out", tmp_path / "x",
                       code=2)  # fmt: skip

        assert "Write the month as 2026-09." in told

    @pytest.mark.parametrize("out", ["no/such/folder/report.pdf", "bed_days.csv/report.pdf"])
    def test_a_place_that_cannot_be_written_to_is_said(self, tracker, tmp_path, out):
        (tmp_path / "bed_days.csv").touch()
        months = ("--from", "2024-01", "--to", "2024-03")

        told = tracker("report", *months, "--out", tmp_path / out, code=1)

        assert "cannot be opened or written. Check that the folder is there" in told

    def test_an_unknown_unit_is_refused(self, tracker, tmp_path):
        told = tracker("report", *self.PERIOD, "--unit", "W99", "--out", tmp_path / "x", code=1)

        assert "There is no unit with that code" in told
        assert not (tmp_path / "x").exists()

    def test_lines_start_anew_and_what_happened_is_on_the_chart(self, tracker, made):
        reason = ("--from", "2018-04", "--reason", "Counted in another way from now on")
        tracker("measure", "rebase", "four_hour_breaches", *reason)
        tracker("measure", "note", "four_hour_breaches", "--month", "2017-09", "--text", "New A&E")

        chart = json.loads(made("json"))["sections"][0]["figures"][0]["charts"][0]

        assert [phase["first"] for phase in chart["phases"]] == [0, 24]
        assert chart["notes"] == [{"at": 17, "text": "New A&E"}]
        assert "already" in tracker("measure", "rebase", "four_hour_breaches", *reason, code=1)
        assert '"id"' not in made("json").decode()

    def test_a_mark_in_the_future_or_without_words_is_refused(self, tracker, made):
        assert made("json")
        note = ("measure", "note", "four_hour_breaches", "--month")

        assert "in the future" in tracker(*note, "2999-01", "--text", "x", code=1)
        assert "Say in a few words" in tracker(*note, "2018-01", "--text", " ", code=1)

    def test_the_look_is_kept_on_record(self, made, look):
        made("json")

        kinds = look(select(AuditEvent.kind).order_by(AuditEvent.id))
        assert kinds[-1] is AuditKind.REPORT_READ
