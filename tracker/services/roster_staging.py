"""Holds an HR file's records in temporary tables, so that they can be applied as whole sets.

Nothing of the file's size is kept in memory: records go to the database a thousand at a time.
The tables are the connection's own, and are gone when its transaction ends.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import fields
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    Date,
    Index,
    Integer,
    MetaData,
    Numeric,
    String,
    Table,
    case,
    delete,
    func,
    insert,
    select,
)

from integrations.hr.records import (
    AssignmentRecord,
    HRRecord,
    OrganisationUnitRecord,
    PersonRecord,
    PostRecord,
    RejectedRecord,
)
from tracker.models import RejectedRecord as RejectedRow
from tracker.models import new_public_id

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy.orm import Session

BATCH = 1_000
#: how many lines are read between two words about progress
STEP = 200

_temporary = MetaData()
_TYPES: dict[str, Any] = {
    "line": Integer,
    "effective_from": Date,
    "effective_to": Date,
    "hired_on": Date,
    "left_on": Date,
    "started_on": Date,
    "ended_on": Date,
    "is_primary": Boolean,
    "fte": Numeric(6, 5),
}


def _table(name: str, record: type, *more: Column[Any], index: tuple[str, ...]) -> Table:
    columns = [
        Column(field.name, _TYPES.get(field.name, String), primary_key=field.name == "line")
        for field in fields(record)
    ]
    return Table(
        name,
        _temporary,
        *columns,
        *more,
        *(Index(None, column) for column in index),
        prefixes=["TEMPORARY"],
        postgresql_on_commit="DROP",
    )


def _found(name: str) -> Column[Any]:
    """Make a column for the id of the record of ours that a row turns out to be about."""
    return Column(name, Integer)


def _is_new() -> Column[Any]:
    return Column("is_new", Boolean, default=False)


def _public_id() -> Column[Any]:
    return Column("public_id", String, default=new_public_id)


UNITS = _table(
    "staged_unit",
    OrganisationUnitRecord,
    _found("known_id"),
    _found("parent_id"),
    _is_new(),
    _public_id(),
    index=("source_key",),
)
POSTS = _table(
    "staged_post",
    PostRecord,
    _found("known_id"),
    _found("organisation_unit_id"),
    _is_new(),
    index=("source_key",),
)
PEOPLE = _table(
    "staged_person",
    PersonRecord,
    _found("known_id"),
    _is_new(),
    _public_id(),
    index=("source_key", "employee_number", "known_id"),
)
ASSIGNMENTS = _table(
    "staged_assignment",
    AssignmentRecord,
    _found("known_id"),
    _found("staff_member_id"),
    _found("organisation_unit_id"),
    _found("post_id"),
    _is_new(),
    index=("source_key", "person_key", "known_id", "staff_member_id"),
)
_TABLES: dict[type, Table] = {
    OrganisationUnitRecord: UNITS,
    PostRecord: POSTS,
    PersonRecord: PEOPLE,
    AssignmentRecord: ASSIGNMENTS,
}


@contextmanager
def staged(db: "Session") -> Iterator[None]:
    """Make the temporary tables, and take them away again."""
    connection = db.connection()
    _temporary.create_all(connection, checkfirst=False)
    yield
    # After an error there is nothing to do: the transaction takes them away.
    _temporary.drop_all(connection, checkfirst=False)


def stage(
    db: "Session",
    records: Iterable[HRRecord],
    *,
    rejected: "Rejections",
    on_progress: Callable[[int], None] | None = None,
) -> None:
    """Put the records into their tables, and the rejected ones on their list."""
    waiting: dict[type, list[HRRecord]] = {kind: [] for kind in _TABLES}
    next_word = STEP
    for record in records:
        if isinstance(record, RejectedRecord):
            rejected.add(record.line, record.reason, record.employee_number)
        else:
            batch = waiting[type(record)]
            batch.append(record)
            if len(batch) == BATCH:
                _write(db, type(record), batch)
                batch.clear()
        if on_progress and record.line >= next_word:
            on_progress(record.line)
            next_word = record.line + STEP
    for kind, batch in waiting.items():
        _write(db, kind, batch)
    rejected.write()


def _write(db: "Session", kind: type, batch: list[HRRecord]) -> None:
    if not batch:
        return
    names = [field.name for field in fields(kind)]
    values = attrgetter(*names)
    db.connection().execute(
        insert(_TABLES[kind]), [dict(zip(names, values(record), strict=True)) for record in batch]
    )


class Rejections:
    """The list of rows that were not used, or not wholly; written a thousand at a time."""

    def __init__(self, db: "Session", *, organisation_id: int, import_run_id: int) -> None:
        self._db = db
        self._run = {"organisation_id": organisation_id, "import_run_id": import_run_id}
        self._waiting: list[dict[str, Any]] = []
        self.count = 0

    def add(self, line: int, reason: str, employee_number: str | None) -> None:
        self._waiting.append(
            {**self._run, "line": line, "reason": reason, "employee_number": employee_number}
        )
        self.count += 1
        if len(self._waiting) >= BATCH:
            self.write()

    def write(self) -> None:
        if self._waiting:
            self._db.connection().execute(insert(RejectedRow), self._waiting)
            self._waiting.clear()

    @property
    def employee_numbers(self) -> Any:  # noqa: ANN401 - a select, for use within another
        """Select the numbers of those whose rows were not all used."""
        return select(RejectedRow.employee_number).where(
            RejectedRow.import_run_id == self._run["import_run_id"],
            RejectedRow.employee_number.is_not(None),
        )


def by_effect(table: Any, today: "date") -> tuple[ColumnElement[Any], ...]:  # noqa: ANN401
    """Order dated rows: first what holds today, then what comes next, then what was last."""
    starts = func.coalesce(table.c.effective_from, _long_ago(today))
    holds = (starts <= today) & (table.c.effective_to.is_(None) | (table.c.effective_to >= today))
    place = case((holds, 0), (starts > today, 1), else_=2)
    return (place, case((starts > today, starts)), starts.desc(), table.c.line)


def _long_ago(today: "date") -> "date":
    return today.replace(year=1, month=1, day=1)


def keep_current(db: "Session", table: Table, today: "date") -> None:
    """Leave one row for each key: the one that holds today, or else the next, or the last."""
    place = (
        func.row_number()
        .over(partition_by=table.c.source_key, order_by=by_effect(table, today))
        .label("place")
    )
    ranked = select(table.c.line, place).subquery()
    db.execute(
        delete(table).where(table.c.line.in_(select(ranked.c.line).where(ranked.c.place > 1)))
    )
