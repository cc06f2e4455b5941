"""The commands that look after a trust's frameworks."""

import pytest
from click.testing import CliRunner

from tests.support import databases
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
