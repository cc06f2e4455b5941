"""Writes the records of an HR file into their temporary tables.

In PostgreSQL by COPY, and on a thread: while the server takes in some thousand lines, the next
are read out of the file. Nothing of the file's size is kept in memory.
"""

from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import fields
from itertools import chain, repeat, zip_longest
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Self

from sqlalchemy import Table, insert

from integrations.hr.records import SEPARATOR, HRRecord
from tracker.models import new_public_ids

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

BATCH = 5_000
#: how many lines are copied at a time where they are ready for it
LINES = 20_000


def can_copy(engine: "Engine") -> bool:
    """Tell whether the database takes in lines of text."""
    return engine.dialect.name == "postgresql"


class Loader:
    """Takes records one by one, or as lines, and writes them a few thousand at a time."""

    def __init__(self, db: "Session", tables: Mapping[type, Table]) -> None:
        self._connection = db.connection()
        self._tables = tables
        self._records: dict[type, list[HRRecord]] = {kind: [] for kind in tables}
        self._lines: dict[type, list[str]] = {kind: [] for kind in tables}
        self._thread: ThreadPoolExecutor | None = None
        self._under_way: Future[None] | None = None

    def __enter__(self) -> Self:
        if can_copy(self._connection.engine):
            self._thread = ThreadPoolExecutor(1)
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        try:
            if kind is None:
                self._write_rest()
        finally:
            if self._thread is not None:
                self._thread.shutdown()

    def add(self, record: HRRecord) -> None:
        batch = self._records[type(record)]
        batch.append(record)
        if len(batch) >= BATCH:
            self._write(type(record), batch)
            self._records[type(record)] = []

    def add_lines(self, kind: type, lines: list[str]) -> None:
        batch = self._lines[kind]
        batch += lines
        if len(batch) >= LINES:
            self._copy(kind, batch)
            self._lines[kind] = []

    def wait(self) -> None:
        """Wait until the connection is free for something else."""
        if self._under_way is not None:
            self._under_way.result()
            self._under_way = None

    def _write_rest(self) -> None:
        for kind in self._tables:
            if self._lines[kind]:
                self._copy(kind, self._lines[kind])
            if self._records[kind]:
                self._write(kind, self._records[kind])
        self.wait()

    def _write(self, kind: type, batch: list[HRRecord]) -> None:
        if self._thread is not None:
            self._copy(kind, batch)
            return
        names, values = _columns(kind)
        self._connection.execute(
            insert(self._tables[kind]),
            [dict(zip(names, values(record), strict=True)) for record in batch],
        )

    def _copy(self, kind: type, batch: list[Any]) -> None:
        assert self._thread is not None  # noqa: S101 - lines are asked for where they can be copied
        self.wait()
        driver: Any = self._connection.connection.driver_connection
        self._under_way = self._thread.submit(_copy_in, driver, self._tables[kind], kind, batch)


def _columns(kind: type) -> tuple[list[str], Any]:
    names = [field.name for field in fields(kind)]
    return names, attrgetter(*names)


def _copy_in(driver: Any, table: Table, kind: type, batch: list[Any]) -> None:  # noqa: ANN401
    names, values = _columns(kind)
    with_ids = "public_id" in table.c
    # Drawn here a thousand at a time, since the server takes longer for it than for the row.
    ids = new_public_ids(len(batch)) if with_ids else []
    into = f"COPY {table.name} ({', '.join([*names, 'public_id'] if with_ids else names)})"
    with driver.cursor() as cursor:
        if isinstance(batch[0], str):
            ends = (f"{SEPARATOR}{one}\n" for one in ids) if with_ids else repeat("\n")
            with cursor.copy(f"{into} FROM STDIN (DELIMITER '{SEPARATOR}')") as copy:
                copy.write("".join(chain.from_iterable(zip(batch, ends, strict=False))))
            return
        with cursor.copy(f"{into} FROM STDIN") as copy:
            for record, more in zip_longest(batch, ids):
                copy.write_row((*values(record), more) if with_ids else values(record))
