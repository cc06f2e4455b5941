"""A first file goes into PostgreSQL without the indexes, which are back as they were after it."""

import pytest
from sqlalchemy import func, select, text

from tests.support import databases
from tests.support.hr_files import PLACES, staff_rows, write_go
from tracker.db import open_engine, session_for
from tracker.errors import NotAllowedNowError
from tracker.jobs import import_hr
from tracker.models import StaffMember
from tracker.services import roster_fill
from tracker.services.organisations import add_organisation

pytestmark = pytest.mark.skipif("postgresql" not in databases.KINDS, reason="needs PostgreSQL")
PEOPLE = [line for number in range(1, 30) for line in staff_rows(number, supervisor=1)]
KEPT = text(
    "SELECT pg_get_indexdef(indexrelid) FROM pg_index JOIN pg_class ON pg_class.oid = indrelid "
    "WHERE relname IN ('staff_member', 'assignment', 'reporting_line') UNION ALL "
    "SELECT conname || pg_get_constraintdef(oid) || convalidated FROM pg_constraint "
    "WHERE conrelid::regclass::text IN ('staff_member', 'assignment', 'reporting_line') ORDER BY 1"
)


@pytest.fixture
def engine(tmp_path, monkeypatch):
    monkeypatch.setattr(roster_fill, "FEWEST", 20)
    with databases.fresh_database("postgresql", tmp_path) as url:
        engine = open_engine(url)
        with session_for(engine) as db:
            add_organisation(db, "RXD", "Aldwater", vpd="900")
        yield engine
        engine.dispose()


def seen(engine):
    with session_for(engine) as db:
        return db.scalar(select(func.count()).select_from(StaffMember)), db.scalars(KEPT).all()


def test_the_indexes_and_checks_are_as_they_were(engine, tmp_path, now):
    _, before = seen(engine)

    import_hr.run(engine, write_go(tmp_path, [*PLACES, *PEOPLE]), now=now)

    assert seen(engine) == (29, before)


def test_a_look_and_a_refused_file_leave_them_too(engine, tmp_path, now):
    _, before = seen(engine)
    broken = [*PLACES, *PEOPLE, *["PRA~1~x"] * 30]

    look = import_hr.Choices(is_staged=True)
    import_hr.run(engine, write_go(tmp_path, [*PLACES, *PEOPLE]), now=now, choices=look)
    with pytest.raises(NotAllowedNowError):
        import_hr.run(engine, write_go(tmp_path, broken), now=now)

    assert seen(engine) == (0, before)


def test_where_somebody_reads_the_tables_it_goes_row_by_row(engine, tmp_path, now):
    _, before = seen(engine)

    with engine.connect() as reader:
        reader.execute(select(StaffMember.id)).all()  # holds its lock until the end
        import_hr.run(engine, write_go(tmp_path, [*PLACES, *PEOPLE]), now=now)

    assert seen(engine) == (29, before)
