"""How long the HR import of 2,000 staff takes on SQLite: `python -m benchmarks.bench_import`.

Beside it, in the same run, what it cannot be faster than: reading the file without a database, and
inserting the very same finished rows with the driver's own executemany.
"""

import logging
import resource
import sqlite3
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
from statistics import median

import structlog
from sqlalchemy import Engine

from integrations.hr.feed import open_feed
from tests.support.databases import migrated
from tracker.db import open_engine, session_for
from tracker.demo.catalogue import ORGANISATION_CODE, VPD
from tracker.demo.trust import write_trust
from tracker.jobs import import_hr
from tracker.services.organisations import add_organisation

STAFF, REPEATS = 2_000, 5
TODAY = date(2026, 11, 22)
NOW = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)
TABLES = ("organisation", "organisation_unit", "post", "staff_member", "assignment")


def fresh(folder: Path, name: str) -> Engine:
    url = f"sqlite:///{folder / name}.sqlite"
    migrated(url)
    return open_engine(url)


def timed(what: Callable[[], object]) -> tuple[float, float]:
    """Give the seconds by the clock and of the processor: a busy machine has more of the first."""
    started, worked = time.perf_counter(), time.process_time()
    what()
    return time.perf_counter() - started, time.process_time() - worked


def middle(times: list[tuple[float, float]]) -> tuple[float, float]:
    return median(clock for clock, _ in times), median(work for _, work in times)


def import_into(engine: Engine, path: Path) -> Callable[[], object]:
    with session_for(engine) as db:
        add_organisation(db, ORGANISATION_CODE, "Trust", vpd=VPD)
    return lambda: import_hr.run(engine, path, now=NOW)


def finished_rows(engine: Engine) -> dict[str, list[tuple[object, ...]]]:
    with closing(sqlite3.connect(engine.url.database or "")) as connection:
        return {
            table: connection.execute(f"SELECT * FROM {table}").fetchall()  # noqa: S608
            for table in (*TABLES, "reporting_line", "induction", "induction_task", "appraisal")
        }


def insert_bare(engine: Engine, rows: dict[str, list[tuple[object, ...]]]) -> Callable[[], object]:
    def insert() -> None:
        with closing(sqlite3.connect(engine.url.database or "")) as connection, connection:
            connection.execute("PRAGMA foreign_keys = OFF")
            for table, values in rows.items():
                if values:
                    marks = ",".join("?" * len(values[0]))
                    connection.executemany(
                        f"INSERT INTO {table} VALUES ({marks})",  # noqa: S608
                        values,
                    )

    return insert


def main() -> None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = write_trust(folder / "trust", seed=1, staff=STAFF, until=TODAY).hr_file

        def read() -> int:
            feed = open_feed(path, organisation_code=ORGANISATION_CODE, organisation_vpd=VPD)
            return sum(1 for _ in feed.records)

        firsts, seconds, reads, bares = [], [], [], []
        for turn in range(REPEATS):
            engine = fresh(folder, f"import{turn}")
            work = import_into(engine, path)
            firsts.append(timed(work))
            seconds.append(timed(work))
            reads.append(timed(read))
            rows = finished_rows(engine)
            bares.append(timed(insert_bare(fresh(folder, f"bare{turn}"), rows)))
        written = sum(len(values) for values in rows.values())
        bare = middle(bares)
        print(f"HR import of {STAFF} staff ({read()} records, {written} rows written), SQLite")
        for what, times in (
            ("first import, target 3 s", firsts),
            ("the same file again", seconds),
            ("reading the file alone", reads),
            ("bare executemany of the same rows", bares),
        ):
            clock, work = middle(times)
            ratio = f"{clock / bare[0]:5.1f} times bare"
            print(f"  {what:34} {clock:6.2f} s   processor {work:6.2f} s   {ratio}")
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"  peak memory of the process {peak:.0f} MB")


if __name__ == "__main__":
    main()
