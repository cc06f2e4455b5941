"""The commands that an HR officer's colleague in IT types."""

import pytest
from click.testing import CliRunner
from sqlalchemy import event

from tests.support import databases
from tests.support.hr_files import assignment_row, person_row, post_row, unit_row, write_go
from tracker.cli import main
from tracker.cli.database import bring_up_to_date
from tracker.db import open_engine, session_for

TEAM = [
    unit_row(),
    post_row(),
    person_row("1", "20000001", family="Featherstonehaugh"),
    assignment_row("100", "1"),
    person_row("2", "20000002", family="Featherstonehaugh"),
    assignment_row("200", "2", supervisor="1"),
]


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
        assert "Featherstonehaugh" not in result.output
        return result.output

    return tracker


def test_an_organisation_is_added_and_its_file_taken_in(tracker, tmp_path):
    path = write_go(tmp_path, [*TEAM, person_row("3", "20000003", c16="soon")])

    assert tracker("organisation", "add", "RXD", "Aldwater", "--vpd", "900") == "Added RXD.\n"
    told = tracker("import", "hr", path)
    shown = tracker("import", "show", 1)

    assert "Staff: 2 added, 0 changed, 0 unchanged" in told
    assert "1 line was not used, or not wholly. See it with: tracker import show 1" in told
    assert "hr GO_900_TRK_GOF_20261101_00000001.DAT: applied" in shown
    assert "line 8, employee 20000003: The hire date is not a date" in shown


def test_a_refusal_is_one_sentence(tracker, tmp_path):
    tracker("organisation", "add", "RXD", "Aldwater", "--vpd", "900")

    told = tracker("import", "hr", write_go(tmp_path, TEAM, count=99), code=1)

    assert "Error: The file says that it has 99 rows, and 8 are there." in told
    assert "Traceback" not in told
    assert "refused" in tracker("import", "show", 1)


def test_leavers_have_to_be_allowed(tracker, tmp_path):
    tracker("organisation", "add", "RXD", "Aldwater", "--vpd", "900")
    tracker("import", "hr", write_go(tmp_path, TEAM))

    told = tracker("import", "hr", write_go(tmp_path, TEAM[:4]), code=1)
    assert "--allow-leavers" in told

    assert "Leavers: 1." in tracker(
        "import", "hr", write_go(tmp_path, TEAM[:4]), "--allow-leavers", "--organisation", "RXD"
    )


def test_an_import_without_an_organisation_says_what_to_do(tracker, tmp_path):
    assert "tracker organisation add" in tracker("import", "hr", write_go(tmp_path, TEAM), code=1)


def test_an_import_that_never_was_cannot_be_shown(tracker):
    assert "no import with that number" in tracker("import", "show", 404, code=1)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("sqlite:///{folder}/new.sqlite", "Run: tracker migrate"),
        ("sqlite:///{folder}/nowhere/new.sqlite", "The database did not answer"),
        ("postgresql+psycopg://nobody@127.0.0.1:1/none", "The database did not answer"),
    ],
)
def test_a_database_that_is_not_there_is_one_sentence(tmp_path, url, said):
    ini = tmp_path / "test.ini"
    ini.write_text(
        "[app:main]\nuse = egg:competence-tracker\n"
        f"sqlalchemy.url = {url.format(folder=tmp_path)}\ntracker.secret = {'x' * 40}\n"
    )

    result = CliRunner().invoke(main, ["organisation", "add", "RXD", "A", "--config", str(ini)])

    assert result.exit_code == 1
    assert said in result.output


def test_a_service_starts_beside_an_import_that_holds_the_database(tmp_path):
    with databases.fresh_database("sqlite", tmp_path) as url:
        engine, other = open_engine(url), open_engine(url)

        @event.listens_for(other, "connect")
        def hurry(connection, _record):
            connection.execute("PRAGMA busy_timeout = 10")

        with session_for(engine):
            bring_up_to_date(other)  # nothing is to be written, so it waits for nobody
        engine.dispose()
        other.dispose()
