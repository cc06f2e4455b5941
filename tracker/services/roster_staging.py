"""Holds an HR file's records in temporary tables, so that they can be applied as whole sets.

Nothing of the file's size is kept in memory: records go to the database some thousand at a time,
in PostgreSQL by COPY. The tables are the connection's own, and are gone when its transaction ends.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    Date,
    Integer,
    MetaData,
    Numeric,
    String,
    Table,
    case,
    delete,
    exists,
    func,
    insert,
    select,
    text,
)

from integrations.hr.records import (
    AssignmentRecord,
    DeletedRecord,
    HRRecord,
    OrganisationUnitRecord,
    PersonRecord,
    PostRecord,
    RejectedRecord,
    WrittenRecords,
)
from tracker.errors import NotAllowedNowError
from tracker.models import RejectedRecord as RejectedRow
from tracker.models import new_public_id
from tracker.services.roster_copy import BATCH, Loader

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy.orm import Session

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


def temporary_table(name: str, *columns: Column[Any]) -> Table:
    """Describe a temporary table that is there while records are staged."""
    return Table(name, _temporary, *columns, prefixes=["TEMPORARY"], postgresql_on_commit="DROP")


def _table(name: str, record: type, *more: Column[Any], index: tuple[str, ...]) -> Table:
    columns = [Column(field.name, _TYPES.get(field.name, String)) for field in fields(record)]
    table = temporary_table(name, *columns, *more)
    table.info["index"] = index
    return table


def found(name: str) -> Column[Any]:
    """Make a column for the id of the record of ours that a row turns out to be about."""
    return Column(name, Integer)


UNITS = _table(
    "staged_unit",
    OrganisationUnitRecord,
    found("known_id"),
    found("parent_id"),
    index=("source_key", "code"),
)
POSTS = _table(
    "staged_post",
    PostRecord,
    found("known_id"),
    found("organisation_unit_id"),
    index=("source_key",),
)
PEOPLE = _table(
    "staged_person",
    PersonRecord,
    found("known_id"),
    Column("public_id", String, default=new_public_id),
    index=("source_key", "employee_number"),
)
ASSIGNMENTS = _table(
    "staged_assignment",
    AssignmentRecord,
    index=("person_key", "line"),
)
DELETIONS = _table("staged_deletion", DeletedRecord, index=())
_TABLES: dict[type, Table] = {
    OrganisationUnitRecord: UNITS,
    PostRecord: POSTS,
    PersonRecord: PEOPLE,
    AssignmentRecord: ASSIGNMENTS,
    DeletedRecord: DELETIONS,
}


@contextmanager
def staged(db: "Session") -> Iterator[None]:
    """Make the temporary tables, and take them away again."""
    connection = db.connection()
    if connection.dialect.name == "sqlite":
        driver: Any = connection.connection.driver_connection
        driver.create_function("new_public_id", 0, new_public_id)
    else:
        # Each statement is run once, over many rows: to compile it would cost more than it saves.
        connection.execute(text("SET LOCAL jit = off"))
        connection.execute(text("SET LOCAL work_mem = '128MB'"))
        # A file of changes needs few rows of large tables: by an index, not by going through all.
        connection.execute(text("SET LOCAL random_page_cost = 1.1"))
        connection.execute(text(FEW_ROWS))
    _temporary.create_all(connection, checkfirst=False)
    yield
    # After an error there is nothing to do: the transaction takes them away.
    _temporary.drop_all(connection, checkfirst=False)


def public_id_of_each(db: "Session") -> ColumnElement[str]:
    """Give an unguessable public id for each row of a select, made by the database."""
    if db.get_bind().dialect.name == "sqlite":
        return func.new_public_id()
    # The first eight and the last twelve digits, 80 bits, all random; nought and one are not among
    # our letters. One random value a row: to draw it is most of the work.
    digits = func.overlay(func.gen_random_uuid().cast(String), "", 9, 16)
    return func.translate(digits, "01", "gh")


def stage(
    db: "Session",
    records: Iterable[HRRecord | WrittenRecords],
    *,
    rejected: "Rejections",
    on_progress: Callable[[int], None] | None = None,
) -> None:
    """Put the records into their tables, and the rejected ones on their list."""
    next_word = STEP
    with Loader(db, _TABLES) as loader:
        for record in records:
            if isinstance(record, WrittenRecords):
                loader.add_lines(record.kind, record.lines)
            elif isinstance(record, RejectedRecord):
                if rejected.is_nearly_full:
                    loader.wait()
                rejected.add(record.line, record.reason, record.employee_number)
                rejected.nobody_knows_whose += record.may_be_anybody
            else:
                loader.add(record)
            if on_progress and record.line >= next_word:
                on_progress(record.line)
                next_word = record.line + STEP
    rejected.write()


def index_and_count(db: "Session") -> None:
    """Let PostgreSQL know how many rows there are: it joins whole sets. SQLite needs indexes."""
    for table in _TABLES.values():
        if db.get_bind().dialect.name == "sqlite" or table is UNITS:
            index(db, *(table.c[name] for name in table.info["index"]))
        analyze(db, table)


def index(db: "Session", *columns: Column[Any]) -> None:
    """Make indexes, where they are not there yet, for rows that are asked for one by one."""
    for column in columns:
        name = f"ix_{column.table}_{column.name}"
        db.execute(text(f"CREATE INDEX IF NOT EXISTS {name} ON {column.table} ({column.name})"))


#: What a column is called by which rows are found. Of a leaving date, it matters how few have one.
ASKED_FOR = ("key", "id", "number", "_on", "_from")
#: Of a table for one transaction, so few rows say enough (hundred times this many are read).
FEW_ROWS = "SET LOCAL default_statistics_target = 20"


def analyze_grown(db: "Session", table: Table, added: int) -> None:
    """Let PostgreSQL look at a table of ours anew, where much of it is new."""
    if not added or db.get_bind().dialect.name != "postgresql":
        return
    known = text("SELECT reltuples FROM pg_class WHERE oid = to_regclass(:name)")
    if added * 5 > (db.scalar(known, {"name": table.name}) or 0):
        db.execute(text("SET LOCAL default_statistics_target = DEFAULT"))
        analyze(db, table)
        db.execute(text(FEW_ROWS))


def analyze(db: "Session", table: Table) -> None:
    if db.get_bind().dialect.name == "postgresql":
        asked = [column.name for column in table.c if column.name.endswith(ASKED_FOR)]
        db.execute(text(f"ANALYZE {table.name} ({', '.join(asked)})"))


class GuardRailError(NotAllowedNowError):
    """Raised where a file changes so much that somebody has to look. Nothing was changed."""


class Rejections:
    """The list of rows that were not used, or not wholly; written a thousand at a time."""

    def __init__(self, db: "Session", *, organisation_id: int, import_run_id: int) -> None:
        self._db = db
        self._run = {"organisation_id": organisation_id, "import_run_id": import_run_id}
        self._waiting: list[dict[str, Any]] = []
        self.count = 0
        #: how many of them may be about any of the staff
        self.nobody_knows_whose = 0

    def add(self, line: int, reason: str, employee_number: str | None) -> None:
        self._waiting.append(
            {**self._run, "line": line, "reason": reason, "employee_number": employee_number}
        )
        self.count += 1
        if len(self._waiting) >= BATCH:
            self.write()

    @property
    def is_nearly_full(self) -> bool:
        """Say whether the next one makes it write those that wait."""
        return len(self._waiting) >= BATCH - 1

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


_NAMES = {"staged_unit": "organisation unit", "staged_post": "post", "staged_person": "person",
          "staged_assignment": "assignment"}  # fmt: skip


def drop_repeated(db: "Session", table: Table, rejected: Rejections, *, is_full: bool) -> bool:
    """Keep one row for each id and start: of a full file the first, of changes the last.

    Says whether any id may have several rows.
    """
    keys = (table.c.source_key, table.c.effective_from)
    by = keys if table is ASSIGNMENTS else keys[:1]
    if not db.scalar(select(exists(select(*by).group_by(*by).having(func.count() > 1)))):
        return False
    index(db, table.c.line, PEOPLE.c.source_key)
    twice = select(*keys).group_by(*keys).having(func.count() > 1).subquery()
    same = (table.c.source_key == twice.c.source_key) & table.c.effective_from.is_not_distinct_from(
        twice.c.effective_from
    )
    kept: set[tuple[object, ...]] = set()
    lines: list[int] = []
    order = table.c.line if is_full else table.c.line.desc()
    for line, *key, number in db.execute(
        select(table.c.line, *keys, _whose(table)).join(twice, same).order_by(order)
    ):
        if tuple(key) not in kept:
            kept.add(tuple(key))
            continue
        lines.append(line)
        if is_full:
            rejected.add(
                line,
                f"This {_NAMES[table.name]} was already in the file with the same start date. "
                "Only the first was used.",
                number,
            )
    rejected.write()
    delete_lines(db, table, lines)
    return True


def _whose(table: Table) -> Any:  # noqa: ANN401 - a column, or a subquery for one
    if table is PEOPLE:
        return table.c.employee_number
    if table is not ASSIGNMENTS:
        return case((table.c.line < 0, ""))
    whose = select(func.min(PEOPLE.c.employee_number))
    return whose.where(PEOPLE.c.source_key == table.c.person_key).scalar_subquery()


def delete_lines(db: "Session", table: Table, lines: list[int]) -> None:
    """Delete staged rows; many at a time, since a list in SQL has a limit and a trust has not."""
    for start in range(0, len(lines), BATCH):
        some = lines[start : start + BATCH]
        db.execute(delete(table).where(table.c.line.in_(some)))


def by_effect(table: Any, today: "date", last: Any) -> tuple[ColumnElement[Any], ...]:  # noqa: ANN401
    """Order dated rows: first what holds today, then what comes next, then what was last."""
    starts = func.coalesce(table.c.effective_from, _long_ago(today))
    holds = (starts <= today) & (table.c.effective_to.is_(None) | (table.c.effective_to >= today))
    place = case((holds, 0), (starts > today, 1), else_=2)
    return (place, case((starts > today, starts)), starts.desc(), last)


def _long_ago(today: "date") -> "date":
    return today.replace(year=1, month=1, day=1)


def keep_current(db: "Session", table: Table, today: "date") -> None:
    """Leave one row for each key: the one that holds today, or else the next, or the last."""
    several = select(table.c.source_key).group_by(table.c.source_key).having(func.count() > 1)
    place = (
        func.row_number()
        .over(partition_by=table.c.source_key, order_by=by_effect(table, today, table.c.line))
        .label("place")
    )
    ranked = select(table.c.line, place).where(table.c.source_key.in_(several)).subquery()
    db.execute(
        delete(table).where(table.c.line.in_(select(ranked.c.line).where(ranked.c.place > 1)))
    )
