"""`tracker check`: each step in words that a person can act on, against real servers in trouble."""

import pytest
from click.testing import CliRunner
from sqlalchemy.orm import Session

from tests.conftest import NOW
from tests.support import databases
from tests.support.scim import make_source
from tests.support.slapd import BASE, SERVICE_DN, SERVICE_PASSWORD, free_port
from tracker.cli import main
from tracker.db import open_engine, session_for
from tracker.models import ImportRun, RunState
from tracker.services.organisations import add_organisation, find_organisation

pytestmark = [pytest.mark.ldap, pytest.mark.enable_socket]


@pytest.fixture
def check(tmp_path, slapd):
    """Run it with a directory that works, and these lines otherwise; gives what it said."""
    with databases.fresh_database("sqlite", tmp_path) as url:
        engine = open_engine(url)
        with session_for(engine) as db:
            add_organisation(db, "RXD", "Trust", vpd=None)
            make_source(db, find_organisation(db, "RXD"), NOW)

        def check(code=1, **lines):
            good = {
                "use": "egg:competence-tracker",
                "sqlalchemy.url": url,
                "tracker.secret": "x" * 40,
                "directory.urls": slapd.url,
                "directory.base_dn": f"ou=people,{BASE}",
                "directory.group_base_dn": f"ou=groups,{BASE}",
                "directory.bind_dn": SERVICE_DN,
                "directory.bind_password": SERVICE_PASSWORD,
                "directory.ca_file": slapd.ca_file,
            }
            ini = tmp_path / "check.ini"
            changed = {name.replace("__", "."): value for name, value in lines.items()}
            words = [f"{name} = {value}" for name, value in (good | changed).items()]
            ini.write_text("[app:main]\n" + "\n".join(words) + "\n")
            result = CliRunner().invoke(main, ["check", "--config", str(ini)])
            assert result.exit_code == code, result.output
            return result.output

        check.engine = engine
        yield check
        engine.dispose()


def test_each_step_that_fails_says_what_to_do(check, slapd):
    port = free_port()
    for lines, bad in (
        ({"urls": "ldaps://nowhere.invalid"}, "nowhere.invalid: name: The name nowhere.invalid is"),
        ({"urls": f"ldaps://127.0.0.1:{port}"}, f"port: Port {port} does not answer (down). Check"),
        (
            {"ca_file": slapd.other_ca_file},
            "TLS: The directory's certificate could not be trusted: ",
        ),
        (
            {"urls": f"ldaps://127.0.0.1:{slapd.port}"},
            "TLS: The server took the call and then hung up. Check that the port",
        ),
        (
            {"urls": f"ldap://127.0.0.1:{slapd.secure_port}"},
            "TLS: The server took the call and then hung up. Check that the port",
        ),
        (
            {"bind_password": "old"},
            "bind: The service account was refused. Check",
        ),
        (
            {"people_filter": "(uid=nobody)"},
            "search: The search found nobody. Check",
        ),
        ({"people_filter": "(uid=*"}, "search: A question to the directory is not written as one"),
        (
            {"group_base_dn": f"ou=people,{BASE}"},
            "groups: No group was found. Check",
        ),
    ):
        told = check(**{f"directory__{name}": value for name, value in lines.items()})
        assert [line for line in told.splitlines() if line.startswith("BAD ") and bad in line], told
        assert SERVICE_PASSWORD not in told


def test_what_is_well_is_said_of_each_step_and_what_went_wrong_last_is_repeated(check):
    with Session(check.engine) as db:
        organisation = find_organisation(db, "RXD")
        db.add(
            ImportRun(
                organisation_id=organisation.id,
                kind="hr",
                file_name="A file",
                state=RunState.REFUSED,
                started_at=NOW,
                message="The file is about another organisation.",
                counts={},
            )
        )
        db.commit()
    told = check()
    for step in ("name: The name is known", "port: Port", "TLS: The certificate is good"):
        assert f"well  directory, 127.0.0.1: {step}" in told
    for step in ("bind: The service account", "search: People are", "groups: Groups are found"):
        assert f"well  directory, 127.0.0.1: {step}" in told
    assert "BAD   RXD, scim, Entra: Nothing has come with its key yet" in told
    assert "BAD   RXD, HR files: The file is about another organisation." in told
    assert "BAD   RXD, worker: It is not running. Start it: tracker worker" in told
    assert "3 to mend." in told
