"""How fast a full file of ESR goes into PostgreSQL: `python -m benchmarks.bench_hr_file [STAFF]`.

Beside it, in the same run, a bare COPY of the very same lines, at their full width, into one table.
The issue asks for 1,000,000: at least an eighth of the rate of the bare COPY, less than 400 MB of
memory, no more for 1,000,000 than for 100,000, and a file of 1,000 changes in less than 5 seconds.
Each import runs in a process of its own, so that its memory is its own.
"""

import argparse
import logging
import multiprocessing
import os
import random
import resource
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import structlog
from sqlalchemy import event, make_url

from tests.support import databases
from tests.support.hr_files import assignment_row, person_row, post_row, unit_row
from tracker.db import open_engine, session_for
from tracker.jobs import import_hr
from tracker.services.organisations import add_organisation

STAFF, WIDTH, CHANGES, TEAM, UNITS = 20_000, 51, 1_000, 20, 2_000
NOW = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)
MOST_STATEMENTS = 12
#: of more staff, the full file is not taken in a second time
MOST_TWICE = 200_000
SERVER = os.environ.get("TRACKER_BENCH_POSTGRESQL") or os.environ.get("TRACKER_TEST_POSTGRESQL")


def places() -> Iterator[str]:
    for number in range(1, UNITS + 1):
        above = str(number // 10) if number > 1 else ""
        yield unit_row(str(number), f"Ward {number}", cost_centre=f"C{number}", parent=above)
    for number in range(UNITS):
        yield post_row(f"{5000 + number}", unit=str(number % UNITS + 1))


def person(number: int, family: str = "Hughes", *, ward: int | None = None) -> Iterator[str]:
    ward = number % UNITS if ward is None else ward
    boss = str(number // TEAM) if number >= TEAM else ""
    yield person_row(str(number), str(20_000_000 + number), family=family)
    yield assignment_row(
        f"{number}00",
        str(number),
        supervisor=boss,
        unit=str(ward % UNITS + 1),
        post=f"{5000 + ward % UNITS}",
    )


def write_file(path: Path, rows: Iterator[str], *, kind: str, day: int) -> int:
    """Write the rows between their two ends, and give how many lines there are."""
    name = f"GO_900_TRK_{kind}_202611{day:02}_{day:08}.DAT"
    since = "00000000 000000" if kind == "GOF" else f"202611{day - 1:02} 000000"
    count = 2
    with (path / name).open("w", encoding="iso-8859-1", newline="\r\n") as stream:
        stream.write(f"HDR~{name}~202611{day:02} 020304~900~{since}~202611{day:02} 000000~01\n")
        for row in rows:
            stream.write(row + "\n")
            count += 1
        stream.write(f"TRL~{count}\n")
    return count


def full_file(folder: Path, staff: int, *, day: int = 1) -> int:
    def rows() -> Iterator[str]:
        yield from places()
        for number in range(1, staff + 1):
            yield from person(number)

    return write_file(folder, rows(), kind="GOF", day=day)


def file_of_changes(folder: Path, staff: int, *, day: int) -> int:
    def rows() -> Iterator[str]:
        for number in random.Random(1).sample(range(1, staff + 1), CHANGES // 2):  # noqa: S311
            yield from person(number, "Changed", ward=number + 7)

    return write_file(folder, rows(), kind="GOC", day=day)


def bare_copy(url: str, file: Path, wide: Path) -> float:
    """Time a COPY of the lines, each made as wide as the widest beforehand, into one table."""
    with (
        file.open(encoding="latin-1", newline="\r\n") as lines,
        wide.open("w", encoding="latin-1") as out,
    ):
        for line in lines:
            row = line.rstrip("\r\n")
            out.write(row + "~" * (WIDTH - 1 - row.count("~")) + "\n")
    columns = ", ".join(f"c{number} text" for number in range(WIDTH))
    with psycopg.connect(url) as connection, connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE bare ({columns})")  # type: ignore[call-overload]
        connection.commit()
        started = time.perf_counter()
        with (
            wide.open("rb") as stream,
            cursor.copy("COPY bare FROM STDIN (DELIMITER '~', ENCODING 'latin1')") as copy,
        ):
            while block := stream.read(1 << 18):
                copy.write(block)
        connection.commit()
        took = time.perf_counter() - started
        cursor.execute("DROP TABLE bare")
    wide.unlink()
    return took


def import_file(url: str, file: str) -> dict[str, Any]:
    """Take in a file as the command does, and say what it took. Runs in a process of its own."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    engine = open_engine(url)
    spent: Counter[str] = Counter()

    @event.listens_for(engine, "before_cursor_execute")
    def before(connection: Any, *_: object) -> None:  # noqa: ANN401
        connection.info["at"] = time.perf_counter()

    @event.listens_for(engine, "after_cursor_execute")
    def after(connection: Any, _cursor: object, statement: str, *_: object) -> None:  # noqa: ANN401
        spent[" ".join(statement.split())[:110]] += time.perf_counter() - connection.info["at"]

    before_it, started = time.process_time(), time.perf_counter()
    done = import_hr.run(engine, Path(file), now=NOW)
    took, worked = time.perf_counter() - started, time.process_time() - before_it
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {
        "took": took,
        "worked": worked,
        "statements": spent,
        "peak": peak,
        "counts": {name: number for name, number in done.counts.items() if number},
    }


def show(what: str, lines: int, done: dict[str, Any], bare_rate: float, *, say_where: bool) -> None:
    sql = sum(done["statements"].values())
    rate = lines / done["took"]
    print(
        f"  {what:26} {done['took']:7.1f} s  {rate:8.0f} lines/s = 1/{bare_rate / rate:.1f} of the "
        f"bare COPY; processor of ours {done['worked']:.1f} s, in statements {sql:.1f} s, "
        f"peak memory {done['peak']:.0f} MB"
    )
    if say_where:
        for statement, seconds in done["statements"].most_common(MOST_STATEMENTS):
            print(f"      {seconds:7.2f} s  {statement}")
        print(f"      {done['counts']}")


def measure(folder: Path, staff: int, *, say_where: bool) -> None:
    with ExitStack() as stack:
        url = stack.enter_context(databases.fresh_database("postgresql", folder))
        plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
        engine = open_engine(url)
        with session_for(engine) as db:
            add_organisation(db, "RXD", "Aldwater", vpd="900")
        engine.dispose()
        lines = full_file(folder, staff)
        full = folder / "GO_900_TRK_GOF_20261101_00000001.DAT"
        bare = [bare_copy(plain, full, folder / "wide")]
        rate = lines / bare[0]
        load = os.getloadavg()[0]
        print(f"{staff} staff, {lines} lines, load {load:.1f}")
        spawn = multiprocessing.get_context("spawn")

        def taken_in(file: Path) -> dict[str, Any]:
            with ProcessPoolExecutor(1, mp_context=spawn) as one:
                return one.submit(import_file, url, str(file)).result()

        first = taken_in(full)
        # Once more, since others may use the machine: the middle of before and after it.
        bare.append(bare_copy(plain, full, folder / "wide"))
        rate = 2 * lines / sum(bare)
        print(f"  bare COPY, both times {bare[0]:.2f} s and {bare[1]:.2f} s: {rate:.0f} lines/s")
        show("first import", lines, first, rate, say_where=say_where)
        changes = file_of_changes(folder, staff, day=2)
        file = folder / "GO_900_TRK_GOC_20261102_00000002.DAT"
        show("1,000 changes (under 5 s)", changes, taken_in(file), rate, say_where=say_where)
        if staff > MOST_TWICE:
            return
        full_file(folder, staff, day=3)
        again = folder / "GO_900_TRK_GOF_20261103_00000003.DAT"
        show("the next full file", lines, taken_in(again), rate, say_where=say_where)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("staff", type=int, nargs="*", default=[STAFF])
    parser.add_argument("--where", action="store_true", help="say where the time goes")
    asked = parser.parse_args()
    databases.POSTGRESQL = SERVER
    if not SERVER:
        print("left out: set TRACKER_BENCH_POSTGRESQL to a PostgreSQL server, as for the tests")
        return 0
    for staff in asked.staff:
        with tempfile.TemporaryDirectory() as folder:
            measure(Path(folder), staff, say_where=asked.where)
    return 0


if __name__ == "__main__":
    sys.exit(main())
