"""Applies a staged set of records to the table that it is about, in two statements for all."""

from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import ColumnElement, FromClause, Table, func, insert, literal, or_, select, update

if TYPE_CHECKING:
    from sqlalchemy.orm import DeclarativeBase, Session

MOST_LISTED = 10_000
Node = TypeVar("Node", bound=Hashable)


@dataclass(frozen=True, kw_only=True)
class Tally:
    """How many records of one kind were added, changed, or were already as the file has them."""

    added: int
    changed: int
    unchanged: int

    def counts(self, noun: str) -> dict[str, int]:
        return {
            f"{noun}_added": self.added,
            f"{noun}_changed": self.changed,
            f"{noun}_unchanged": self.unchanged,
        }


def table_of(model: "type[DeclarativeBase]") -> Table:
    table = model.__table__
    if not isinstance(table, Table):  # pragma: no cover - every model of ours has a table
        raise TypeError("not a model with a table")
    return table


def rows_changed(db: "Session", statement: Any) -> int:  # noqa: ANN401 - insert, update or delete
    result: Any = db.execute(statement, execution_options={"preserve_rowcount": True})
    return int(result.rowcount)


def count(db: "Session", table: FromClause, *where: Any) -> int:  # noqa: ANN401 - any condition
    return db.scalar(select(func.count()).select_from(table).where(*where)) or 0


def batched(ids: Iterable[int]) -> Iterator[list[int]]:
    """Give ids some thousand at a time: a list in SQL has a limit, and a trust has not."""
    rest = iter(ids)
    while some := list(islice(rest, MOST_LISTED)):
        yield some


def find_by_key(
    db: "Session", organisation_id: int, model: "type[DeclarativeBase]", staged: Table
) -> None:
    """Say of each staged row which record of ours has its key, where one has."""
    look_up(db, organisation_id, model, staged, id_column="known_id", key_column="source_key")


def look_up(  # noqa: PLR0913 - each is one plain part of the question
    db: "Session",
    organisation_id: int,
    model: "type[DeclarativeBase]",
    staged: Table,
    *,
    id_column: str,
    key_column: str,
) -> None:
    """Set a column of ids from a column of keys, where those are known."""
    target = table_of(model)
    db.execute(
        # A join, not a subquery for each row: PostgreSQL knows no statistics of new tables,
        # and would look through the whole organisation for every one of them.
        update(staged)
        .values({id_column: target.c.id})
        .where(
            target.c.organisation_id == organisation_id,
            target.c.source_key == staged.c[key_column],
        )
    )


def add_new(  # noqa: PLR0913 - each is one plain part of the statement
    db: "Session",
    organisation_id: int,
    model: "type[DeclarativeBase]",
    staged: Table,
    columns: tuple[str, ...],
    *,
    more: Mapping[str, ColumnElement[Any]] = MappingProxyType({}),
) -> int:
    """Insert what is not known yet."""
    return rows_changed(
        db,
        insert(table_of(model)).from_select(
            ["organisation_id", *columns, *more],
            select(
                literal(organisation_id), *(staged.c[name] for name in columns), *more.values()
            ).where(staged.c.known_id.is_(None)),
            include_defaults=False,
        ),
    )


def change_known(
    db: "Session", model: "type[DeclarativeBase]", staged: Table, columns: tuple[str, ...]
) -> int:
    """Update the known records that differ from the file, and no others."""
    target = table_of(model)
    return rows_changed(
        db,
        update(target)
        .values({name: staged.c[name] for name in columns})
        .where(
            target.c.id == staged.c.known_id,
            or_(*(target.c[name].is_distinct_from(staged.c[name]) for name in columns)),
        ),
    )


def loops_in(following: Mapping[Node, Node | None]) -> list[list[Node]]:
    """Find the circles in what should be trees, where each node names the one above it."""
    loops: list[list[Node]] = []
    settled: set[Node] = set()
    for start in following:
        path: dict[Node, None] = {}
        node: Node | None = start
        while node is not None and node not in settled and node not in path:
            path[node] = None
            node = following.get(node)
        if node is not None and node in path:
            walked = list(path)
            loops.append(walked[walked.index(node) :])
        settled.update(path)
    return loops
