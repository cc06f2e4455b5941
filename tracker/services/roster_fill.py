"""Fills tables that are nearly empty without keeping their indexes and checks row by row.

A trust's first file brings everything at once. To put each of a million rows into each index, and
to look up each of its foreign keys, takes several times as long as to build the indexes and to
check the keys once at the end. So on PostgreSQL they are taken off first, and put back, exactly
as they were, in the same transaction: stopped half-way, nothing has happened. Nobody can read the
tables meanwhile, which is why it is only done while there is next to nothing in them to read.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select, text
from sqlalchemy.exc import OperationalError

from tracker.models import Assignment, ReportingLine, StaffMember
from tracker.services.roster_sets import count, table_of
from tracker.services.roster_staging import ASSIGNMENTS, PEOPLE

if TYPE_CHECKING:
    from sqlalchemy import Table
    from sqlalchemy.orm import Session

#: A file of fewer rows is quick in any case.
FEWEST = 10_000
#: Only where so many times as many rows come as are there.
TIMES = 20

_TABLES: "tuple[tuple[Table, Table], ...]" = (
    (table_of(StaffMember), PEOPLE),
    (table_of(Assignment), ASSIGNMENTS),
    (table_of(ReportingLine), ASSIGNMENTS),
)
_MAY = text("SELECT pg_has_role(relowner, 'USAGE') FROM pg_class WHERE oid = to_regclass(:name)")
_CONSTRAINTS = text(
    "SELECT conname, pg_get_constraintdef(oid), contype FROM pg_constraint "
    "WHERE conrelid = to_regclass(:name) AND contype IN ('f', 'u') ORDER BY contype DESC, conname"
)
_INDEXES = text(
    "SELECT relname, pg_get_indexdef(indexrelid) FROM pg_index "
    "JOIN pg_class ON pg_class.oid = indexrelid "
    "WHERE indrelid = to_regclass(:name) AND NOT EXISTS "
    "(SELECT FROM pg_constraint WHERE conindid = indexrelid AND contype IN ('p', 'u', 'x')) "
    "ORDER BY relname"
)


@contextmanager
def filled_at_once(db: "Session") -> Iterator[None]:
    """Take off what slows down the filling of nearly empty tables, and put it back."""
    put_back: list[str] = []
    if db.get_bind().dialect.name == "postgresql":
        nearly_empty = [table for table, staged in _TABLES if _is_nearly_empty(db, table, staged)]
        if len(nearly_empty) == len(_TABLES):
            put_back = _take_off(db, nearly_empty)
    yield
    if put_back:
        db.execute(text("SET LOCAL maintenance_work_mem = '128MB'"))
    for statement in put_back:
        db.execute(text(statement))


def _is_nearly_empty(db: "Session", table: "Table", staged: "Table") -> bool:
    coming = count(db, staged)
    if coming < FEWEST:
        return False
    most = coming // TIMES
    there = select(table.c.id).limit(most).subquery()
    return (db.scalar(select(func.count()).select_from(there)) or 0) < most


def _take_off(db: "Session", tables: "list[Table]") -> list[str]:
    """Drop indexes and checks; say how to make them again. Nothing, where others use the tables."""
    put_back: list[str] = []
    try:
        with db.begin_nested():
            db.execute(text("SET LOCAL lock_timeout = '1s'"))
            for table in tables:
                if not db.scalar(_MAY, {"name": table.name}):
                    return []
                put_back += _take_off_one(db, table.name)
            db.execute(text("SET LOCAL lock_timeout = DEFAULT"))
    except OperationalError:
        return []  # somebody reads them: row by row, then
    # The uniqueness of what was written before its foreign keys are checked.
    return sorted(put_back, key=lambda statement: "FOREIGN KEY" in statement)


def _take_off_one(db: "Session", name: str) -> list[str]:
    constraints: list[Any] = list(db.execute(_CONSTRAINTS, {"name": name}))
    indexes: list[Any] = list(db.execute(_INDEXES, {"name": name}))
    for constraint, _definition, _kind in constraints:
        db.execute(text(f"ALTER TABLE {name} DROP CONSTRAINT {constraint}"))
    for index, _definition in indexes:
        db.execute(text(f"DROP INDEX {index}"))
    return [
        *(definition for _index, definition in indexes),
        *(
            f"ALTER TABLE {name} ADD CONSTRAINT {constraint} {definition}"
            for constraint, definition, _kind in constraints
        ),
    ]
