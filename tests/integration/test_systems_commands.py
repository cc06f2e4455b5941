"""The register of systems by command, and two people who press a button at the same moment."""

import pytest
from click.testing import CliRunner
from sqlalchemy.orm import Session

from tests.conftest import NOW
from tests.support import databases, factories
from tests.support.at_once import at_once
from tracker.cli import main
from tracker.db import open_engine, session_for
from tracker.demo.plan import lay_out
from tracker.demo.register import write_systems
from tracker.errors import NotAllowedNowError
from tracker.models import ChampionRequest, Induction
from tracker.security.identity import Identity
from tracker.services.champion_requests import ask_to_be_buddy

TODAY = NOW.date()


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
        assert result.exit_code == code, result.output
        return result.output

    tracker("organisation", "add", "RXD", "Aldwater")
    return tracker


@pytest.fixture
def register(tmp_path):
    """The demo trust's register, in a trust that has none of its units yet."""
    path = write_systems(tmp_path, lay_out(seed=1, staff=120, until=TODAY))
    text = path.read_text("utf-8")
    return path, text


def test_three_hundred_systems_come_in_go_out_and_come_in_again_unchanged(
    tracker, register, tmp_path
):
    path, text = register
    refused = tracker("systems", "import", path, code=1)
    assert "This unit is not known here" in refused
    assert refused.count("Line ") <= 20

    rows = text.split('\n"')
    path.write_text('\n"'.join(row for row in rows if "unit: " not in row), "utf-8")
    assert "Nothing is kept yet" in tracker("systems", "import", path)
    first = tracker("systems", "import", path, "--apply")
    again = tracker("systems", "import", path, "--apply")
    out = tmp_path / "out.csv"
    number = int(tracker("systems", "export", "--out", out).split()[-2])
    same = tracker("systems", "import", out, "--apply")

    assert number > 200
    assert f"Added: {number}" in first
    for told in (again, same):
        assert "Nothing to do: the file says the same as the register." in told


def test_what_is_gone_from_the_file_stays_or_ends_as_one_says(tracker, tmp_path):
    path = tmp_path / "systems.csv"
    path.write_text("key,name\na,First\nb,Second\n")
    tracker("systems", "import", path, "--apply")
    path.write_text("key,name\na,First one\n")

    told = tracker("systems", "import", path, "--apply")
    assert "Changed: 1\n  a (First one): name" in told
    assert "Gone from the file: 1" in told
    assert "ended today" in tracker("systems", "import", path, "--apply", "--end-gone")
    assert "Gone from the file: 0" in tracker("systems", "import", path, "--apply", "--end-gone")


def test_a_file_of_two_gigabytes_is_refused_at_once(tracker, tmp_path):
    path = tmp_path / "huge.csv"
    with path.open("wb") as file:
        file.truncate(2 << 30)  # takes no room on the disk

    assert "larger than 10 MB" in tracker("systems", "import", path, code=1)


def test_two_managers_who_ask_the_last_free_buddy_at_once_leave_one_asked(url):
    engine = open_engine(url)
    with Session(engine) as db:
        factories.use_session(db)
        champion = factories.Champion(most_people=1)
        starts = [factories.Induction(), factories.Induction()]
        asked = [(one.id, one.manager_id, one.organisation_id) for one in starts]
        champion_id = champion.public_id
        db.commit()
    refused = []

    def asks(induction_id, manager_id, organisation_id):
        def ask():
            by = Identity(staff_id=manager_id, organisation_id=organisation_id)
            try:
                with session_for(engine) as db:
                    induction = db.get(Induction, induction_id)
                    ask_to_be_buddy(db, induction, champion_id, by=by, today=TODAY)
            except NotAllowedNowError as why:
                refused.append(why.message)

        return ask

    at_once(*(asks(*one) for one in asked))

    with Session(engine) as db:
        assert db.query(ChampionRequest).count() == 1
    assert ["hands are full" in message for message in refused] == [True]
    engine.dispose()
