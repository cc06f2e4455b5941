"""`tracker demo`, as somebody at a keyboard sees it."""

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from tests.conftest import SECRET
from tests.support import databases
from tracker.cli import main
from tracker.db import open_engine, session_for
from tracker.jobs.load_demo import is_wanted
from tracker.models import Organisation, StaffMember

SETTINGS = """\
[app:main]
use = egg:competence-tracker
tracker.mode = {mode}
tracker.secret = {secret}
sqlalchemy.url = {url}
directory.urls = {urls}
directory.base_dn = dc=example
directory.bind_dn = {bind_dn}
directory.bind_password = {bind_dn}
directory.demo_file = %(here)s/files/directory.json
"""


@pytest.fixture(params=databases.KINDS)
def url(request, tmp_path):
    with databases.fresh_database(request.param, tmp_path) as url:
        yield url


@pytest.fixture
def ini(tmp_path, url):
    def write(mode="development", urls="demo", bind_dn=""):
        file = tmp_path / f"{mode}.ini"
        file.write_text(
            SETTINGS.format(mode=mode, urls=urls, bind_dn=bind_dn, secret=SECRET, url=url), "utf-8"
        )
        return file

    return write


@pytest.fixture
def run(tmp_path):
    def run(ini, *options):
        arguments = ["demo", "--out", str(tmp_path / "files"), "--config", str(ini), *options]
        return CliRunner().invoke(main, arguments)

    return run


@pytest.fixture
def database(url):
    engine = open_engine(url)
    yield engine
    engine.dispose()


def test_it_writes_and_loads_a_small_trust_and_says_who_can_sign_in(ini, run, database):
    said = run(ini(), "--staff", "60")

    assert said.exit_code == 0, said.output
    assert "Wrote 60 staff" in said.output
    assert "mo.manager" in said.output
    assert "the password is demo" in said.output
    with session_for(database) as db:
        assert db.scalar(select(func.count(StaffMember.id))) >= 60
        assert not is_wanted(db)


def test_a_second_time_brings_nothing_new(ini, run):
    run(ini(), "--staff", "60")

    again = run(ini(), "--staff", "60")

    assert again.exit_code == 0, again.output
    assert "no new staff" in again.output
    assert "no new alerts" in again.output
    assert "no new appraisals that were held" in again.output


def test_files_can_be_written_without_touching_a_database(ini, run, tmp_path, database):
    said = run(ini(), "--staff", "60", "--no-load")

    assert said.exit_code == 0, said.output
    assert (tmp_path / "files" / "TRUTH.md").exists()
    with session_for(database) as db:
        assert db.scalar(select(func.count(Organisation.id))) == 0


def test_too_few_staff_is_answered_with_what_to_do(ini, run):
    said = run(ini(), "--staff", "5")

    assert said.exit_code != 0
    assert "at least 50 staff" in said.output
    assert "Traceback" not in said.output


def test_production_is_refused(ini, run, tmp_path):
    production = ini("production", urls="ldaps://directory.example", bind_dn="cn=service")

    said = run(production, "--staff", "60")

    assert said.exit_code != 0
    assert "not for a service in production" in said.output
    assert not (tmp_path / "files").exists()


def test_a_trust_is_wanted_when_there_is_none_or_half_of_one(database):
    with session_for(database) as db:
        assert is_wanted(db)
        db.add(Organisation(code="RXD", name="Half a trust", vpd="900"))
        assert is_wanted(db)
        db.add(Organisation(code="RZZ", name="Somebody's own", vpd="901"))
        assert not is_wanted(db)
