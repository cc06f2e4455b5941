"""What the tests of the HR import ask for."""

import itertools

import pytest
from sqlalchemy import event, select

from integrations.hr.esr import open_file
from tests.support.hr_files import write_go
from tracker.models import ImportRun, RejectedRecord, ReportingLine, StaffMember
from tracker.services import import_runs
from tracker.services.roster import apply_records


@pytest.fixture
def take_in(db, organisation, tmp_path, now):
    """Apply the rows as a full file, and give what changed."""

    def take_in(*rows, most_leavers=None, unread=()):
        run = import_runs.begin_run(db, organisation.id, kind="hr", file_name="GO.DAT", now=now)
        feed = open_file(write_go(tmp_path, rows), organisation_vpd="900")
        records = itertools.chain(unread, feed.records)
        return apply_records(db, records, run=run, today=now.date(), most_leavers=most_leavers)

    return take_in


@pytest.fixture
def written(db):
    """Every statement that the database is sent, with the number of rows that it changed."""
    statements = []

    def note(_connection, cursor, statement, *_):
        statements.append((statement, cursor.rowcount))

    engine = db.connection().engine
    event.listen(engine, "after_cursor_execute", note)
    yield statements
    event.remove(engine, "after_cursor_execute", note)


@pytest.fixture
def person(db):
    def person(number):
        return db.scalar(
            select(StaffMember).where(StaffMember.employee_number == f"{20000000 + number}")
        )

    return person


@pytest.fixture
def manager_of(db, person, today):
    """Give the number of somebody's manager today, and who says so."""

    def manager_of(number):
        lines = db.scalars(
            select(ReportingLine).where(ReportingLine.staff_member_id == person(number).id)
        )
        current = [
            (int(line.manager.employee_number) - 20000000, line.source)
            for line in lines
            if line.is_current(today)
        ]
        assert len(current) <= 1
        return current[0] if current else None

    return manager_of


@pytest.fixture
def listed(db):
    """Give the lines of the last run that were not used, or not wholly."""

    def listed():
        last = db.scalar(select(ImportRun.id).order_by(ImportRun.id.desc()).limit(1))
        return db.execute(
            select(RejectedRecord.line, RejectedRecord.employee_number, RejectedRecord.reason)
            .where(RejectedRecord.import_run_id == last)
            .order_by(RejectedRecord.line)
        ).all()

    return listed
