"""`tracker scim` and `tracker export hr`, as an administrator types them."""

import pytest
from click.testing import CliRunner

from tests.support import databases
from tracker.cli import main
from tracker.db import open_engine, session_for
from tracker.services.organisations import add_organisation


@pytest.fixture
def tracker(tmp_path):
    """Type a command; gives what it said."""
    with databases.fresh_database("sqlite", tmp_path) as url:
        engine = open_engine(url)
        with session_for(engine) as db:
            add_organisation(db, "RXD", "Trust", vpd="900")
        engine.dispose()
        ini = tmp_path / "tracker.ini"
        ini.write_text(
            "[app:main]\nuse = egg:competence-tracker\n"
            f"sqlalchemy.url = {url}\ntracker.secret = {'x' * 40}\n"
        )

        def tracker(*words, code=0):
            said = CliRunner().invoke(main, [*words, "--config", str(ini)])
            assert said.exit_code == code, said.output
            return said.output

        yield tracker


def test_keys_for_identity_providers_are_made_and_taken_back(tracker):
    assert "Make one" in tracker("scim", "list")
    first = tracker("scim", "add", "Entra")
    assert "tracker_scim_" in first
    second = tracker("scim", "rotate", "Entra", "--at-once")
    assert first != second
    assert "in use, last here never; 0 accounts" in tracker("scim", "list")
    tracker("scim", "revoke", "Entra")
    said = tracker("scim", "list")
    assert "taken back" in said
    assert "tracker_scim_" not in said
    assert "no source of that name" in tracker("scim", "revoke", "Okta", code=1)


def test_nothing_is_handed_over_where_there_is_nothing(tracker, tmp_path):
    before = sorted(tmp_path.iterdir())
    assert "nothing that HR has not had" in tracker("export", "hr", "--out", str(tmp_path))
    assert sorted(tmp_path.iterdir()) == before
    wrong = tmp_path / "GO_901_TRK_GOF_20261122_00000001.DAT"
    wrong.write_text("HDR~x\n")
    assert "Error" in tracker("export", "hr", "--came-back", str(wrong), code=1)
