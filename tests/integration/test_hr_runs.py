"""A file brought to a page: looked at, then taken in after a yes, by the worker's job."""

import io
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from integrations.hr.staff_table import STAFF_TABLE
from integrations.tables.maps import TableMap
from tests.support import databases
from tests.support.hr_files import PLACES, staff_rows, write_go
from tracker.db import open_engine, session_for
from tracker.errors import NotAllowedNowError
from tracker.jobs import hr_runs, import_hr, schedule
from tracker.models import ImportRun, Job, RunState, StaffMember, WaitingFile
from tracker.security.identity import Identity
from tracker.services import column_maps, staged_runs, waiting_files
from tracker.services.import_runs import rejected_records
from tracker.services.organisations import add_organisation

CSV = b"""Emp No;Surname;Forename;Ward;Started
11;Lee;Mo;Ward 1;01/05/2020
12;Lee;Jo;Ward 1;x
20000001;Hughes;Ann;Ward 1;06/01/2020
"""
MAP = TableMap(
    columns={
        "employee_number": "Emp No",
        "last_name": "Surname",
        "first_name": "Forename",
        "organisation_unit": "Ward",
        "start_date": "Started",
    },
    digits={"employee_number": 8},
)


@pytest.fixture(params=databases.KINDS)
def engine(request, tmp_path, now):
    with databases.fresh_database(request.param, tmp_path) as url:
        engine = open_engine(url)
        with session_for(engine) as db:
            add_organisation(db, "RXD", "Aldwater", vpd="900")
        import_hr.run(engine, write_go(tmp_path, [*PLACES, *staff_rows(1)]), now=now)
        yield engine
        engine.dispose()


@pytest.fixture
def admin(engine):
    with session_for(engine) as db:
        person = db.scalars(select(StaffMember)).one()
        return Identity(staff_id=person.id, organisation_id=person.organisation_id)


@pytest.fixture
def brought(engine, admin, now):
    with session_for(engine) as db:
        file = waiting_files.put_aside(
            db, STAFF_TABLE, "staff.csv", io.BytesIO(CSV), by=admin, now=now
        )
        column_maps.save_map(db, STAFF_TABLE, "Ours", MAP, by=admin, now=now)
        return staged_runs.ask_to_look(db, file, "Ours", by=admin, now=now).public_id


def run_of(db, public_id):
    return db.scalars(select(ImportRun).where(ImportRun.public_id == public_id)).one()


def test_it_is_looked_at_and_then_taken_in_after_a_yes(engine, admin, brought, now):
    later = now + timedelta(minutes=1)
    schedule.work(engine, clock=lambda: later)
    with session_for(engine) as db:
        run = run_of(db, brought)
        assert run.state is RunState.STAGED
        assert run.preview["joined"] == [["00000011", "Ward 1"]]
        assert run.preview["changed"] == [["20000001"]]
        assert [one.line for one in rejected_records(db, run)] == [3]
        assert db.scalar(select(func.count(StaffMember.id))) == 1
        staged_runs.answer(db, brought, is_yes=True, by=admin, now=later)
    with session_for(engine) as db, pytest.raises(NotAllowedNowError):
        staged_runs.answer(db, brought, is_yes=True, by=admin, now=later)

    schedule.work(engine, clock=lambda: later)
    schedule.work(engine, clock=lambda: later)

    with session_for(engine) as db:
        assert run_of(db, brought).state is RunState.APPLIED
        assert db.scalar(select(func.count(StaffMember.id))) == 2
        assert db.scalar(select(func.count(WaitingFile.id))) == 0
        assert {one.state.value for one in db.scalars(select(Job))} == {"done"}


def test_what_a_killed_worker_had_in_hand_goes_on_by_itself(engine, admin, brought, now):
    hr_runs.work(engine, admin.organisation_id, today=now.date(), now=now)
    with session_for(engine) as db:
        staged_runs.answer(db, brought, is_yes=True, by=admin, now=now)
        run_of(db, brought).state = RunState.RUNNING  # and there the process was killed
        by_hand = ImportRun(
            organisation_id=admin.organisation_id,
            kind="hr",
            file_name="by-hand.DAT",
            state=RunState.RUNNING,
            started_at=now,
            counts={},
        )
        db.add(by_hand)

    schedule.plan(engine, now=now + timedelta(minutes=1))
    with session_for(engine) as db:
        found = db.scalars(select(ImportRun).where(ImportRun.file_name == "by-hand.DAT")).one()
        assert (found.state, "Import the file again" in found.message) == (
            RunState.INTERRUPTED,
            True,
        )
    schedule.work(engine, clock=lambda: now + timedelta(minutes=2))

    with session_for(engine) as db:
        assert run_of(db, brought).state is RunState.APPLIED


def test_a_no_leaves_all_as_it_was(engine, admin, brought, now):
    hr_runs.work(engine, admin.organisation_id, today=now.date(), now=now)
    with session_for(engine) as db:
        staged_runs.answer(db, brought, is_yes=False, by=admin, now=now)

    assert hr_runs.work(engine, admin.organisation_id, today=now.date(), now=now)["taken in"] == 0
    with session_for(engine) as db:
        assert run_of(db, brought).state is RunState.REFUSED


def test_a_file_that_takes_many_away_waits_and_a_changed_one_is_not_applied(engine, tmp_path, now):
    rows = [row for number in range(1, 9) for row in staff_rows(number)]
    import_hr.run(engine, write_go(tmp_path, [*PLACES, *rows]), now=now)
    small = write_go(tmp_path, [*PLACES, *rows[:4]])

    asked = import_hr.run(engine, small, now=now, choices=import_hr.Choices(asks=True))

    assert asked.state is RunState.STAGED
    assert asked.counts["leavers"] == 6
    write_go(tmp_path, [*PLACES, *rows[:2]])
    with pytest.raises(NotAllowedNowError, match="not the one that was looked at"):
        hr_runs.apply_staged(engine, asked.run_id, now=now)
    with session_for(engine) as db:
        assert (
            db.scalar(select(func.count(StaffMember.id)).where(StaffMember.left_on.is_(None))) == 8
        )
