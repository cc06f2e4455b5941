"""Many rows in one statement, where the database itself refuses those that are there already."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any
from typing import cast as as_kind

from sqlalchemy import (
    ARRAY,
    Integer,
    String,
    Table,
    any_,
    bindparam,
    cast,
    column,
    func,
    select,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql import JSONB

if TYPE_CHECKING:
    from sqlalchemy.orm import InstrumentedAttribute, Session

    from tracker.models import Base


def insert_rows(
    db: "Session",
    model: "type[Base]",
    rows: Sequence[Mapping[str, Any]],
    *,
    returning: Sequence[str] = (),
) -> Sequence[Any]:
    """Insert rows that hold a value for each column without a default of the database.

    What comes back is in no order: ask for a column that tells the rows apart.
    """
    if not rows:
        return []
    table = as_kind("Table", model.__table__)
    if db.get_bind().dialect.name == "sqlite":
        plain = sqlite.insert(table)
        if not returning:
            db.execute(plain, list(rows))
            return []
        return db.execute(plain.returning(*_columns(table, returning)), list(rows)).all()
    sent = postgresql.insert(table).from_select(list(rows[0]), _sent(table, rows))
    if not returning:
        db.execute(sent)
        return []
    return db.execute(sent.returning(*_columns(table, returning))).all()


def insert_new(  # noqa: PLR0913 - each is one plain fact of the insert
    db: "Session",
    model: "type[Base]",
    rows: Sequence[Mapping[str, Any]],
    *,
    unless: str,
    where: str | None = None,
    returning: Sequence[str] = ("id",),
) -> Sequence[Any]:
    """Insert the rows but those whose `unless` is taken (`where` a partial index says so)."""
    table = as_kind("Table", model.__table__)
    back = _columns(table, returning)
    taken: dict[str, Any] = {"index_elements": [unless]}
    if where is not None:
        taken["index_where"] = text(where)
    if db.get_bind().dialect.name == "sqlite":
        statement = sqlite.insert(table).on_conflict_do_nothing(**taken).returning(*back)
        return db.execute(statement, list(rows)).all()
    statement_pg = (
        postgresql.insert(table)
        .from_select(list(rows[0]), _sent(table, rows))
        .on_conflict_do_nothing(**taken)
        .returning(*back)
    )
    return db.execute(statement_pg).all()


def among(db: "Session", column: "InstrumentedAttribute[int]", ids: Iterable[int]) -> Any:  # noqa: ANN401 - a condition
    """Ask for any of these ids; PostgreSQL is sent one list, rather than a parameter for each."""
    if db.get_bind().dialect.name == "sqlite":
        return column.in_(list(ids))
    return column == any_(bindparam(None, list(ids), type_=ARRAY(Integer)))


def _columns(table: Table, names: Sequence[str]) -> list[Any]:
    return [table.c[name] for name in names]


def _sent(table: Table, rows: Sequence[Mapping[str, Any]]) -> Any:  # noqa: ANN401 - a select
    """Send the rows as one value that PostgreSQL itself reads.

    Several times as fast as a statement with thousands of parameters.
    """
    names = list(rows[0])
    sent = cast(bindparam("sent", json.dumps(list(rows), default=str), String), JSONB)
    read = func.jsonb_to_recordset(sent)
    data = read.table_valued(*(column(name, table.c[name].type) for name in names)).render_derived(
        with_types=True
    )
    return select(*(data.c[name] for name in names))
