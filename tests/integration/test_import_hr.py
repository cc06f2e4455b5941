"""The HR import as a whole, on a database of its own where things are really committed."""

import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from integrations.errors import TruncatedFileError, WrongOrganisationError
from integrations.hr import esr
from tests.support import databases
from tests.support.hr_files import assignment_row, person_row, post_row, unit_row, write_go
from tracker.db import open_engine, session_for
from tracker.errors import NotAllowedNowError, NotFoundError
from tracker.jobs import hr_runs, import_hr, progress
from tracker.models import (
    Appraisal,
    Assignment,
    AuditEvent,
    ImportRun,
    Induction,
    OrganisationUnit,
    RunState,
    StaffMember,
)
from tracker.services import roster_staging
from tracker.services.import_runs import (
    OlderFileError,
    UnderWayError,
    find_run,
    lines_read,
    rejected_records,
    take_turn,
)
from tracker.services.organisations import add_organisation
from tracker.services.roster_people import TooManyLeaversError


def rows_for(numbers, *, ward="Ward 1"):
    rows = [unit_row(name=ward), post_row()]
    for number in numbers:
        key = str(number)
        rows.append(person_row(key, f"{20000000 + number}"))
        boss = "" if number == 1 else "1"
        rows.append(assignment_row(f"{key}00", key, supervisor=boss))
    return rows


@pytest.fixture(params=databases.KINDS)
def url(request, tmp_path):
    with databases.fresh_database(request.param, tmp_path) as url:
        yield url


@pytest.fixture
def engine(url):
    engine = open_engine(url)
    with session_for(engine) as db:
        add_organisation(db, "RXD", "Aldwater", vpd="900")
    yield engine
    engine.dispose()


@pytest.fixture
def take_in(engine, tmp_path, now):
    def take_in(*rows, **ends):
        return import_hr.run(engine, write_go(tmp_path, rows, **ends), now=now)

    return take_in


@pytest.fixture
def seen(engine):
    """Ask the database something, as another process would."""

    def seen(question):
        with session_for(engine) as db:
            return db.execute(question).all()

    return seen


def states(seen):
    return [state for (state,) in seen(select(ImportRun.state).order_by(ImportRun.id))]


def test_a_file_is_applied_and_its_run_kept(take_in, seen, engine):
    done = take_in(*rows_for([1, 2]), person_row("9", "20000009", family=""))

    assert done.state is RunState.APPLIED
    assert done.counts["staff_added"] == 2
    with session_for(engine) as db:
        run = find_run(db, done.run_id)
        assert run.file_name == "GO_900_TRK_GOF_20261101_00000001.DAT"
        assert len(run.content_hash) == 64
        assert run.counts == done.counts
        (rejected,) = rejected_records(db, run)
        assert (rejected.line, rejected.employee_number) == (8, "20000009")
        assert rejected.reason == "The last name is missing. Add it in HR."
    ((kind, details),) = seen(
        select(AuditEvent.kind, AuditEvent.details).where(AuditEvent.kind == "hr.imported")
    )
    assert kind == "hr.imported"
    assert details["rejected"] == 1


def test_the_same_file_again_is_unchanged(take_in, seen):
    take_in(*rows_for([1, 2]))

    assert take_in(*rows_for([1, 2])).state is RunState.UNCHANGED
    assert states(seen) == [RunState.APPLIED, RunState.UNCHANGED]


def test_a_starter_has_an_induction_and_whoever_is_due_an_appraisal(take_in, seen, now):
    hired = f"{now - timedelta(days=3):%Y%m%d}"

    done = take_in(
        *rows_for([1, 2]),
        person_row("3", "20000003", c2=hired, c16=hired),
        assignment_row("300", "3", supervisor="1", c3=hired, c5=hired),
        person_row("4", "20000004", c16="20200606"),
        assignment_row("400", "4", supervisor="1"),
    )

    assert done.counts["inductions_begun"] == 1
    assert done.counts["appraisals_opened"] == 1
    assert seen(
        select(StaffMember.employee_number).join(
            Induction, Induction.staff_member_id == StaffMember.id
        )
    ) == [("20000003",)]
    assert seen(select(func.count(Appraisal.id))) == [(1,)]


@pytest.mark.parametrize(
    ("ends", "error"),
    [({"count": 99}, TruncatedFileError), ({"vpd": "431"}, WrongOrganisationError)],
)
def test_a_refused_file_changes_nothing_and_says_why(take_in, seen, ends, error):
    take_in(*rows_for([1, 2]))

    with pytest.raises(error) as refused:
        take_in(*rows_for([1, 2, 3]), **ends)

    assert seen(select(func.count(StaffMember.id))) == [(2,)]
    assert seen(select(ImportRun.message).where(ImportRun.state == RunState.REFUSED)) == [
        (str(refused.value),)
    ]


def test_a_file_without_most_of_the_staff_is_refused_until_allowed(
    take_in, seen, engine, tmp_path, now
):
    take_in(*rows_for(range(1, 11)))

    with pytest.raises(TooManyLeaversError):
        take_in(*rows_for([1, 2]))

    assert seen(select(func.count(StaffMember.id)).where(StaffMember.left_on.is_not(None))) == [
        (0,)
    ]
    path = write_go(tmp_path, rows_for([1, 2]))
    done = import_hr.run(engine, path, now=now, choices=import_hr.Choices(most_leavers=None))
    assert done.counts["leavers"] == 8


def test_an_import_that_fails_within_keeps_nothing_and_says_so(take_in, seen, engine):
    take_in(*rows_for([1, 2]))

    def break_down(_connection, _cursor, statement, *_):
        if statement.startswith("INSERT INTO assignment "):
            raise RuntimeError("the disk is full")

    event.listen(engine, "before_cursor_execute", break_down)
    with pytest.raises(RuntimeError):
        take_in(*rows_for([1, 2, 3], ward="Renamed"))
    event.remove(engine, "before_cursor_execute", break_down)

    assert seen(select(OrganisationUnit.name)) == [("Ward 1",)]
    assert seen(select(func.count(StaffMember.id))) == [(2,)]
    assert states(seen) == [RunState.APPLIED, RunState.FAILED]
    assert take_in(*rows_for([1, 2, 3])).state is RunState.APPLIED


def test_a_long_file_tells_how_far_it_is_and_loses_nothing(engine, tmp_path, now):
    told = []
    good = rows_for(range(1, 1101))
    bad = [person_row(str(number), "x", family="") for number in range(5000, 6100)]

    done = import_hr.run(
        engine,
        write_go(tmp_path, [*good, *bad]),
        now=now,
        choices=import_hr.Choices(
            on_progress=lambda line, count: told.append((line, count)), most_broken=None
        ),
    )

    assert (done.counts["staff_added"], done.counts["rejected"]) == (1100, 1100)
    assert told == sorted(told)
    assert len(told) > 10
    assert told[-1] == (3304, 3304)


def test_an_older_file_does_not_undo_a_newer_one_unless_asked(take_in, seen, engine, tmp_path, now):
    take_in(*rows_for([1, 2], ward="New name"), made="20261102")

    with pytest.raises(OlderFileError, match=r"made on 01/11/2026.*--older-file"):
        take_in(*rows_for([1, 2]), made="20261101")

    assert seen(select(OrganisationUnit.name)) == [("New name",)]
    path = write_go(tmp_path, rows_for([1, 2]), made="20261101")
    import_hr.run(engine, path, now=now, choices=import_hr.Choices(allow_older=True))
    assert seen(select(OrganisationUnit.name)) == [("Ward 1",)]


CSV = """EMPLOYEE_NUMBER,EMPLOYING_ORG_CODE,FIRST_NAME,LAST_NAME,ASSIGNMENT_NUMBER,\
ORGANISATION_UNIT,ORGANISATION_UNIT_CODE,POSITION_TITLE,START_DATE,SUPERVISOR_EMPLOYEE_NUMBER
20000001,RXD,Ann,Hughes,20000001,Ward 1,CC10,Matron,06/01/2020,
20000002,RXD,Zoë,O'Neill,20000002,Ward 1,CC10,Staff Nurse,2020-01-06,20000001
"""


def test_a_workforce_csv_is_taken_in_and_a_later_esr_file_finds_the_same_people(
    take_in, seen, engine, tmp_path, now
):
    path = tmp_path / "staff.csv"
    path.write_text(CSV, encoding="cp1252")

    done = import_hr.run(engine, path, now=now)
    again = import_hr.run(engine, path, now=now)
    ids = seen(select(StaffMember.id).order_by(StaffMember.id))
    from_esr = take_in(*rows_for([1, 2]))

    assert (done.state, again.state) == (RunState.APPLIED, RunState.UNCHANGED)
    assert done.counts["reporting_lines_added"] == 1
    assert from_esr.counts["staff_added"] == from_esr.counts["units_added"] == 0
    assert from_esr.counts["leavers"] == 0
    assert from_esr.counts["reporting_lines_unchanged"] == 1
    assert seen(select(StaffMember.id).order_by(StaffMember.id)) == ids
    assert seen(select(func.count(Assignment.id))) == [(2,)]


# Kills its own process, as a power cut would, at the moment when most has been written.
KILLED = """
import os, signal, sys
from datetime import datetime
from pathlib import Path
from sqlalchemy import event
from tracker.db import open_engine
from tracker.jobs import import_hr

engine = open_engine(sys.argv[1])

@event.listens_for(engine, "after_cursor_execute")
def die(connection, cursor, statement, *_):
    if statement.startswith("INSERT INTO reporting_line "):
        os.kill(os.getpid(), signal.SIGKILL)

import_hr.run(engine, Path(sys.argv[2]), now=datetime.fromisoformat(sys.argv[3]))
"""


def test_a_process_killed_in_mid_import_leaves_the_old_state_whole(
    take_in, seen, engine, tmp_path, now
):
    take_in(*rows_for([1, 2]))
    path = write_go(tmp_path, rows_for([1, 2, 3, 4], ward="Renamed"))

    url = engine.url.render_as_string(hide_password=False)
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, url, str(path), now.isoformat()],
        cwd=Path(__file__).parents[2],
        env={**os.environ, "PYTHONWARNINGS": "ignore"},
        check=False,
        timeout=300,
    )

    assert killed.returncode == -signal.SIGKILL
    assert seen(select(OrganisationUnit.name)) == [("Ward 1",)]
    assert seen(select(func.count(StaffMember.id))) == [(2,)]
    assert seen(select(func.count(Assignment.id))) == [(2,)]
    assert states(seen) == [RunState.APPLIED, RunState.RUNNING]

    done = import_hr.run(engine, path, now=now)

    assert done.state is RunState.APPLIED
    assert states(seen) == [RunState.APPLIED, RunState.INTERRUPTED, RunState.APPLIED]
    assert seen(select(ImportRun.message).where(ImportRun.state == RunState.INTERRUPTED)) == [
        (
            (
                "The import was stopped before its end. "
                "Import the file again: it goes on, or starts anew."
            ),
        )
    ]
    assert seen(select(OrganisationUnit.name)) == [("Renamed",)]


def test_two_imports_at_once_take_turns(engine, url, now):
    with session_for(engine) as db:
        take_turn(db, 1)
        other = open_engine(url)
        if other.dialect.name == "sqlite":  # waits less long for the other than it really would

            @event.listens_for(other, "connect")
            def hurry(connection, _record):
                connection.execute("PRAGMA busy_timeout = 10")

        with pytest.raises(NotAllowedNowError, match=r"Wait"):
            import_hr.run(other, Path("unread.DAT"), now=now)
        other.dispose()


def test_a_second_start_says_so_and_does_not_break_the_first(engine, seen, tmp_path, now):
    path = write_go(tmp_path, rows_for([1, 2]))
    second = []

    def start_another(_line, _lines):
        if not second:
            with pytest.raises(UnderWayError, match=f"{path.name} is being taken in") as why:
                import_hr.run(engine, path, now=now)
            second.append(str(why.value))
            hr_runs.mend_killed(engine, now=now)  # nothing is to mend: it is alive

    done = import_hr.run(
        engine, path, now=now, choices=import_hr.Choices(on_progress=start_another)
    )

    assert "Wait until it is done" in second[0]
    assert done.state is RunState.APPLIED
    assert states(seen) == [RunState.APPLIED]


def test_the_page_hears_how_far_a_file_is_while_it_is_taken_in(engine, tmp_path, now, monkeypatch):
    monkeypatch.setattr(progress, "EVERY", -1.0)
    monkeypatch.setattr(roster_staging, "STEP", 2)
    monkeypatch.setattr(esr, "WRITTEN_TOGETHER", 1)
    told = []

    def look(line, _lines):
        with Session(engine) as db:
            told.append((lines_read(db, db.scalars(select(ImportRun)).one()), line))

    path = write_go(tmp_path, rows_for(range(1, 6)))
    import_hr.run(engine, path, now=now, choices=import_hr.Choices(on_progress=look))

    assert any(heard for heard, _line in told)


def test_without_an_organisation_it_says_how_to_add_one(url, tmp_path, now):
    engine = open_engine(url)

    with pytest.raises(NotFoundError, match="tracker organisation add"):
        import_hr.run(engine, write_go(tmp_path, []), now=now)
    engine.dispose()
