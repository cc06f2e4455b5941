"""How much 2,000 starters in one HR import cost: `python -m benchmarks.bench_inductions`.

The same trust is brought up to date twice: once with 2,000 people who have just joined, once when
they all have their induction. The first is what an HR import pays for beginning them.
"""

import logging
import tempfile
import time
from datetime import date
from pathlib import Path

import structlog
from sqlalchemy import Engine, func, insert, select
from sqlalchemy.orm import Session

from tests.support.databases import migrated
from tracker.db import open_engine, session_for
from tracker.models import (
    Assignment,
    Induction,
    InductionTask,
    LineSource,
    OrganisationUnit,
    ReportingLine,
    StaffMember,
    new_public_id,
)
from tracker.services.induction_begin import begin_inductions
from tracker.services.organisations import add_organisation, find_organisation

STARTERS, UNITS, TARGET = 2_000, 50, 5.0
TODAY = date(2026, 11, 22)
ROLES = ("Staff Nurse", "Porter", "Clerk", "Student Nurse")


def hire(db: Session) -> None:
    """Write the rows that an HR file with 2,000 starters leaves behind."""
    add_organisation(db, "RXD", "Trust")
    own = find_organisation(db, "RXD").id
    units = [
        OrganisationUnit(
            organisation_id=own, source_key=f"U{n}", name=f"Ward {n}", kind="Ward", code=f"C{n}"
        )
        for n in range(UNITS)
    ]
    manager = StaffMember(
        organisation_id=own,
        source_key="M",
        employee_number="1",
        family_name="M",
        given_name="M",
        hired_on=date(2020, 1, 1),
    )
    db.add_all([*units, manager])
    db.flush()
    ids = range(manager.id + 1, manager.id + 1 + STARTERS)
    db.execute(
        insert(StaffMember),
        [
            {
                "id": number,
                "organisation_id": own,
                "public_id": new_public_id(),
                "source_key": f"P{number}",
                "employee_number": f"{20_000_000 + number}",
                "family_name": "Person",
                "given_name": "New",
                "hired_on": date(2026, 12, 1),
            }
            for number in ids
        ],
    )
    place(db, own, manager.id, units, ids)


def place(
    db: Session, own: int, manager_id: int, units: list[OrganisationUnit], ids: range
) -> None:
    """Say where each of them works, and for whom."""
    db.execute(
        insert(Assignment),
        [
            {
                "organisation_id": own,
                "source_key": f"A{number}",
                "number": f"{number}",
                "staff_member_id": number,
                "organisation_unit_id": units[number % UNITS].id,
                "staff_group": "Nursing",
                "job_role": ROLES[number % len(ROLES)],
                "status": "active",
                "is_primary": True,
                "effective_from": date(2026, 12, 1),
            }
            for number in ids
        ],
    )
    db.execute(
        insert(ReportingLine),
        [
            {
                "organisation_id": own,
                "staff_member_id": number,
                "manager_id": manager_id,
                "source": LineSource.HR,
                "starts_on": date(2026, 12, 1),
            }
            for number in ids
        ],
    )


def timed(engine: Engine) -> tuple[float, float]:
    """Give the seconds by the clock and of the processor: a busy machine has more of the first."""
    started, worked = time.perf_counter(), time.process_time()
    with session_for(engine) as db:
        begin_inductions(db, find_organisation(db, "RXD"), today=TODAY)
    return time.perf_counter() - started, time.process_time() - worked


def main() -> None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    with tempfile.TemporaryDirectory() as name:
        url = f"sqlite:///{Path(name) / 'bench.sqlite'}"
        migrated(url)
        engine = open_engine(url)
        with session_for(engine) as db:
            hire(db)
        first, again = timed(engine), timed(engine)
        with session_for(engine) as db:
            inductions = db.scalar(select(func.count(Induction.id)))
            tasks = db.scalar(select(func.count(InductionTask.id)))
        print(f"{inductions} inductions with {tasks} tasks begin in one import, SQLite")
        for what, (clock, work) in (
            (f"beginning them, target {TARGET:.0f} s", first),
            ("the night after, nothing new", again),
        ):
            print(f"  {what:34} {clock:6.2f} s   processor {work:6.2f} s")


if __name__ == "__main__":
    main()
