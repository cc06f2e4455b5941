"""The commands that look after a trust's frameworks."""

import pytest
from click.testing import CliRunner

from tests.support import databases
from tests.support.hr_files import assignment_row, person_row, post_row, unit_row, write_go
from tracker.cli import main


@pytest.fixture(params=databases.KINDS)
def ini(request, tmp_path):
    with databases.fresh_database(request.param, tmp_path) as url:
        path = tmp_path / "test.ini"
        path.write_text(
            "[app:main]\nuse = egg:competence-tracker\n"
            f"sqlalchemy.url = {url}\ntracker.secret = {'x' * 40}\n"
        )
        yield path


@pytest.fixture
def tracker(ini):
    def tracker(*words, code=0):
        result = CliRunner().invoke(main, [*map(str, words), "--config", str(ini)])
        assert result.exit_code == code, result.output
        return result.output

    return tracker


def test_what_came_since_is_added_as_often_as_one_likes(tracker):
    tracker("organisation", "add", "RXD", "Aldwater")

    for _time in range(2):
        assert tracker("framework", "add") == "Up to date: Digital skills for work.\n"
    assert "several organisations" not in tracker("framework", "add", "--organisation", "rxd")


def test_without_an_organisation_it_says_what_to_do(tracker):
    assert "tracker organisation add CODE NAME" in tracker("framework", "add", code=1)


@pytest.mark.parametrize("kind", ["json", "csv"])
def test_a_framework_goes_out_is_changed_and_comes_in_as_a_draft(tracker, tmp_path, kind):
    tracker("organisation", "add", "RXD", "Aldwater")
    tracker("organisation", "add", "RXE", "Other")
    path = tmp_path / f"framework.{kind}"

    told = tracker("framework", "export", "--organisation", "RXD", "--out", path)
    assert "Digital skills for work, version 1 (published), 44 competences" in told
    same = tracker("framework", "import", path, "--organisation", "RXE", "--apply")
    assert "Nothing to do" in same

    text = path.read_text("utf-8").replace("Using numbers to decide", "=Using numbers")
    text = text.replace("spot-alerts", "spot-alarms")
    path.write_text(text, "utf-8")
    command = ("framework", "import", path, "--organisation", "RXE")
    for _time in range(2):
        preview = tracker(*command)
        assert "Added: 1\n  spot-alarms" in preview
        assert "Changed: 1\n  use-data (=Using numbers): name (was “Using numbers to" in preview
        assert "Left out: 1\n  spot-alerts" in preview
        assert "Nothing is kept yet." in preview

    assert "Kept as a draft: Digital skills for work, version 2." in tracker(*command, "--apply")
    assert "Nothing to do" in tracker(*command, "--apply")
    assert "Left as it is" in tracker("framework", "add", "--organisation", "RXE")
    again = tmp_path / "again.csv"
    options = ("--organisation", "RXE", "--version", 2, "--out", again)
    assert "version 2 (draft)" in tracker("framework", "export", *options)
    assert '"\'=Using numbers"' in again.read_text("utf-8")
    assert "Nothing to do" in tracker("framework", "import", again, "--organisation", "RXE")


def test_a_bad_file_is_told_in_sentences_and_changes_nothing(tracker, tmp_path):
    tracker("organisation", "add", "RXD", "Aldwater")
    path = tmp_path / "framework.json"
    tracker("framework", "export", "--out", path)
    path.write_text(path.read_text("utf-8").replace('"use-data"', '"Use data"'), "utf-8")

    told = tracker("framework", "import", path, "--apply", code=1)

    assert "Error: This file was not taken in, and nothing has changed." in told
    assert "Domain 1, competence 3, key: should have only small letters" in told
    missing = tracker("framework", "export", "--version", 2, "--out", tmp_path / "b.csv", code=1)
    assert "There is no such framework or version." in missing
    assert not (tmp_path / "b.csv").exists()


def test_a_file_of_another_kind_is_refused_before_anything_is_written(tracker, tmp_path):
    out = tmp_path / "framework.xls"

    assert "ends in .xlsx, .csv or .json" in tracker("framework", "export", "--out", out, code=1)
    assert not out.exists()


def test_coverage_shows_who_has_no_profile_of_their_own(tracker, tmp_path):
    tracker("organisation", "add", "RXD", "Aldwater", "--vpd", "900")
    assert "Take in HR's file" in tracker("framework", "coverage", code=1)
    rows = [unit_row(), post_row(), person_row("1", "20000001"), assignment_row("100", "1")]
    tracker("import", "hr", write_go(tmp_path, rows))

    told = tracker("framework", "coverage")

    assert "Job roles without: 1\n" in told
    assert "(1): Nurses and midwives + All staff\n" in told
    assert "Profiles that fit nobody's work today." in told
    assert tracker("framework", "coverage", "--all").count("All staff") == 1
