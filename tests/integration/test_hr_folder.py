"""Files of ESR that arrive in a folder: in order, whole, each once; the request for a full one."""

import os
from datetime import timedelta
from functools import partial
from types import SimpleNamespace

import pytest
from sqlalchemy import select

from integrations.hr import ftp
from tests.support import databases
from tests.support.hr_files import PLACES, go_text, staff_rows, write_go
from tracker.alone import alone
from tracker.db import open_engine, session_for
from tracker.jobs import hr_folder, schedule
from tracker.models import ImportRun, Job, JobState, RunState
from tracker.security.identity import System
from tracker.services.fresh_files import draw_request
from tracker.services.import_runs import UnderWayError, turn_name
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
    def look(minutes=0, organisation=None):
        for path in folder.iterdir():
            os.utime(path, ((now - timedelta(minutes=5)).timestamp(),) * 2)
        with session_for(engine) as db:
            organisation_id = find_organisation(db, organisation).id
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

    assert look()["taken in"] == 3
    assert look(15) == {"fetched": 0, "taken in": 0, "refused": 0, "still being written": 0}
    assert states(engine) == [RunState.APPLIED] * 3


def test_a_file_of_a_trust_that_is_not_served_is_said_once(look, folder, engine):
    with session_for(engine) as db:
        add_organisation(db, "RYE", "Another that is served", vpd="431")
    for vpd in ("431", "577"):
        path = folder / f"GO_{vpd}_TRK_GOF_20261101_00000001.DAT"
        path.write_text(go_text(WHOLE, vpd=vpd))

    assert look(organisation="RXD")["refused"] == 1
    assert look(15, organisation="RXD")["refused"] == 0
    with session_for(engine) as db:
        [run] = db.scalars(select(ImportRun)).all()
        assert run.file_name.startswith("GO_577_")
        assert "not about this organisation" in run.message


def test_a_look_while_another_process_takes_a_file_in_is_made_again(look, folder, engine):
    write_go(folder, WHOLE)
    with session_for(engine) as db:
        ours = find_organisation(db).id

    with alone(engine, turn_name("hr", ours)), pytest.raises(UnderWayError, match="Wait"):
        look()

    assert states(engine) == []
    assert look()["taken in"] == 1


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


def test_while_the_hub_is_down_one_look_at_a_time_is_tried_again(engine, folder, now):
    hub = ftp.Hub(host="127.0.0.1", port=1, user="u", password="p", ca_file=None)
    settings = SETTINGS(hr_folder=folder, hr_hub=hub, directory_organisations=("NONE",))
    here = write_go(folder, WHOLE)
    os.utime(here, ((now - timedelta(minutes=5)).timestamp(),) * 2)
    for minutes in (0, 15, 30):
        moment = now + timedelta(minutes=minutes)
        schedule.plan(engine, now=moment, settings=settings)
        schedule.work(engine, clock=lambda moment=moment: moment, settings=settings)

    with session_for(engine) as db:
        looks = db.scalars(select(Job).where(Job.name == "hr_folder").order_by(Job.id)).all()
        assert [one.state for one in looks] == [JobState.DISCARDED] * 2 + [JobState.QUEUED]
        assert "127.0.0.1, port 1, failed" in looks[-1].message
    assert len(states(engine)) == 1  # what is here already did not wait


def test_the_request_abuts_what_was_taken_in(look, folder, engine, now):
    write_go(folder, WHOLE)
    look()
    with session_for(engine) as db:
        organisation_id = find_organisation(db).id
    settings = SETTINGS(hr_folder=folder)

    path = hr_folder.ask_for_full_file(engine, organisation_id, folder, settings=settings, now=now)

    assert path.name == "GO_900_TRK_GDR_20261101_00000001.DAT"
    assert path.read_text().strip() == f"HDR~{path.name}~20261101 000000"


def test_after_a_gap_the_request_asks_until_where_the_next_changes_begin(look, folder, engine, now):
    write_go(folder, WHOLE)
    look()
    goc = {"kind": "GOC", "made": "20261105", "since": "20261104", "sequence": 8}
    write_go(folder, staff_rows(3), **goc)
    assert look(15)["refused"] == 1
    with session_for(engine) as db:
        by = System(organisation_id=find_organisation(db).id)
        name, content = draw_request(db, destination="TRK", by=by, now=now)
    assert content.endswith("~20261105 000000\r\n")

    write_go(folder, [*WHOLE, *staff_rows(3)], made="20261105", sequence=1)
    write_go(folder, staff_rows(4), kind="GOC", made="20261106", since="20261105", sequence=9)

    assert look(30)["taken in"] == 2
    assert name == "GO_900_TRK_GDR_20261105_00000001.DAT"


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
