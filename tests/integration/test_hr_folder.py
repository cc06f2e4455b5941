"""Files of ESR that arrive in a folder: in order, whole, each once; the request for a full one."""

import os
from datetime import timedelta
from functools import partial
from types import SimpleNamespace

import pytest
from sqlalchemy import select

from tests.support import databases
from tests.support.hr_files import PLACES, staff_rows, write_go
from tracker.db import open_engine, session_for
from tracker.jobs import hr_folder
from tracker.models import ImportRun, RunState
from tracker.services.organisations import add_organisation, find_organisation

WHOLE = [*PLACES, *staff_rows(1)]
SETTINGS = partial(
    SimpleNamespace,
    hr_hub=None,
    hr_destination="TRK",
    hr_most_leavers=0.1,
    hr_most_broken=0.05,
)


@pytest.fixture
def engine(tmp_path):
    with databases.fresh_database("sqlite", tmp_path) as url:
        engine = open_engine(url)
        with session_for(engine) as db:
            add_organisation(db, "RXD", "Aldwater", vpd="900")
        yield engine
        engine.dispose()


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    return folder


@pytest.fixture
def look(engine, folder, now):
    def look(minutes=0):
        for path in folder.iterdir():
            os.utime(path, ((now - timedelta(minutes=5)).timestamp(),) * 2)
        with session_for(engine) as db:
            organisation_id = find_organisation(db).id
        settings = SETTINGS(hr_folder=folder)
        moment = now + timedelta(minutes=minutes)
        return hr_folder.work(
            engine, organisation_id, today=now.date(), now=moment, settings=settings
        )

    return look


def states(engine):
    with session_for(engine) as db:
        return db.scalars(select(ImportRun.state).order_by(ImportRun.id)).all()


def test_files_are_taken_in_their_order_and_once(look, folder, engine):
    goc = {"kind": "GOC", "since": "20261102", "made": "20261103", "sequence": 6}
    write_go(folder, staff_rows(3), **goc)
    write_go(
        folder, staff_rows(2), **goc | {"since": "20261101", "made": "20261102", "sequence": 5}
    )
    write_go(folder, WHOLE)
    (folder / "GO_431_TRK_GOF_20261101_00000001.DAT").write_text("another trust's")

    assert look()["taken in"] == 3
    assert look(15)["taken in"] == 0
    assert states(engine) == [RunState.APPLIED] * 3


def test_a_gap_waits_for_the_file_that_is_missing(look, folder, engine):
    write_go(folder, WHOLE)
    goc = {"kind": "GOC", "made": "20261103", "since": "20261102", "sequence": 6}
    write_go(folder, staff_rows(3), **goc)

    assert look() == {"fetched": 0, "taken in": 1, "refused": 1, "still being written": 0}
    assert look(15)["refused"] == 0
    write_go(folder, staff_rows(2), kind="GOC", made="20261102", since="20261101", sequence=5)
    assert look(30)["taken in"] == 2
    assert states(engine)[-1] is RunState.APPLIED


def test_a_file_that_is_still_being_written_is_left_alone(look, folder, engine):
    path = write_go(folder, WHOLE)
    whole = path.read_bytes()
    path.write_bytes(whole[:-20])

    assert look()["still being written"] == 1
    assert states(engine) == []
    path.write_bytes(whole)
    assert look()["taken in"] == 1


def test_the_request_abuts_what_was_taken_in(look, folder, engine, now):
    write_go(folder, WHOLE)
    look()
    with session_for(engine) as db:
        organisation_id = find_organisation(db).id
    settings = SETTINGS(hr_folder=folder)

    path = hr_folder.ask_for_full_file(engine, organisation_id, folder, settings=settings, now=now)

    assert path.name == "GO_900_TRK_GDR_20261101_00000001.DAT"
    assert path.read_text().strip() == f"HDR~{path.name}~20261101 000000"


def test_a_trust_sets_how_many_may_leave_before_a_file_waits(look, folder, engine, monkeypatch):
    write_go(folder, [*WHOLE, *staff_rows(2), *staff_rows(3)])
    look()
    write_go(folder, [*WHOLE, *staff_rows(2)], made="20261102", sequence=2)
    monkeypatch.setitem(SETTINGS.keywords, "hr_most_leavers", 0.34)

    assert look(15)["taken in"] == 1

    monkeypatch.setitem(SETTINGS.keywords, "hr_most_leavers", 0.33)
    write_go(folder, WHOLE, made="20261103", sequence=3)
    look(30)
    assert states(engine) == [RunState.APPLIED, RunState.APPLIED, RunState.STAGED]
