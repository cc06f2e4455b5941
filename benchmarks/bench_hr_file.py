"""How fast a full file of ESR goes into PostgreSQL: `python -m benchmarks.bench_hr_file [STAFF]`.

Beside it, in the same run, a bare COPY of the very same lines, at their full width, into one table.
The aim, at 1,000,000: at least an eighth of the rate of the bare COPY, less than 400 MB of memory,
no more for 1,000,000 than for 100,000, and a file of 1,000 changes in less than 5 seconds:
`python -m benchmarks.bench_hr_file 100000 1000000 --where` (five minutes). Each import runs in a
process of its own, so that its memory is its own. Processor time is ours and the server's, which
is read from /proc where the server runs on this machine.
"""

import argparse
import logging
import multiprocessing
import os
import random
import resource
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import fmean
from typing import Any, Self

import psycopg
import structlog
from sqlalchemy import event, make_url

from tests.support import databases
from tests.support.hr_files import assignment_row, person_row, post_row, unit_row
from tracker.db import open_engine, session_for
from tracker.jobs import import_hr
from tracker.services.organisations import add_organisation

STAFF, WIDTH, CHANGES, TEAM, UNITS = 20_000, 51, 1_000, 20, 2_000
#: of the people in a file of changes, so many start and so many leave; the others move
STARTERS, LEAVERS = 40, 40
NOW = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)
MOST_STATEMENTS = 15
#: how often it is looked what the server's processes have used
LOOKS_EVERY = 0.1
#: of more staff, the full file is not taken in a second time
MOST_TWICE = 200_000
SERVER = os.environ.get("TRACKER_BENCH_POSTGRESQL") or os.environ.get("TRACKER_TEST_POSTGRESQL")


def places() -> Iterator[str]:
    for number in range(1, UNITS + 1):
        above = str(number // 10) if number > 1 else ""
        yield unit_row(str(number), f"Ward {number}", cost_centre=f"C{number}", parent=above)
    for number in range(UNITS):
        yield post_row(f"{5000 + number}", unit=str(number % UNITS + 1))


def person(
    number: int, family: str = "Hughes", *, ward: int | None = None, since: str = "", left: str = ""
) -> Iterator[str]:
    ward = number % UNITS if ward is None else ward
    boss = str(number // TEAM) if number >= TEAM else ""
    days = {"c2": since, "c16": since} if since else {}
    yield person_row(str(number), str(20_000_000 + number), family=family, c17=left, **days)
    yield assignment_row(
        f"{number}00",
        str(number),
        supervisor=boss,
        unit=str(ward % UNITS + 1),
        post=f"{5000 + ward % UNITS}",
        **({"c3": since, "c5": since} if since else {}),
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
        some = random.Random(day).sample(range(1, staff + 1), CHANGES // 2 - STARTERS)  # noqa: S311
        for number in some[LEAVERS:]:
            yield from person(number, f"Changed{day}", ward=number + day)
        for number in some[:LEAVERS]:
            yield from person(number, left="20261101")
        for number in range(STARTERS):
            yield from person(staff + day * STARTERS + number, since="20261102")

    return write_file(folder, rows(), kind="GOC", day=day)


def processor_time(pid: int) -> float:
    """Give the seconds that a process of this machine has worked; none of another machine's."""
    try:
        return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e9
    except OSError:
        return 0.0


class Spent:
    """The processor time that a database's own processes take, its parallel helpers too."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._seen: dict[int, float] = {}
        self._before: dict[int, float] = {}
        self._is_over = threading.Event()

    def __enter__(self) -> Self:
        self._connection = psycopg.connect(self._url, autocommit=True)
        self._look()
        self._before = dict(self._seen)
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        self._thread.join()
        self._look()
        self._connection.close()

    @property
    def seconds(self) -> float:
        return sum(took - self._before.get(pid, 0.0) for pid, took in self._seen.items())

    def _watch(self) -> None:
        while not self._is_over.wait(LOOKS_EVERY):
            self._look()

    def _look(self) -> None:
        ours = self._connection.info.backend_pid
        for (pid,) in self._connection.execute(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
        ):
            if pid != ours:
                self._seen[pid] = max(processor_time(pid), self._seen.get(pid, 0.0))


@dataclass(frozen=True, kw_only=True)
class Took:
    """What something took: by the clock, our processor, and the server's."""

    clock: float
    ours: float
    server: float

    @property
    def processor(self) -> float:
        return self.ours + self.server


def widen(file: Path, wide: Path) -> None:
    """Write each line as wide as the widest, since a COPY takes no others."""
    with (
        file.open(encoding="latin-1", newline="\r\n") as lines,
        wide.open("w", encoding="latin-1") as out,
    ):
        for line in lines:
            row = line.rstrip("\r\n")
            out.write(row + "~" * (WIDTH - 1 - row.count("~")) + "\n")


def bare_copy(url: str, wide: Path) -> Took:
    """Take the time of a COPY of the widened lines into one table."""
    columns = ", ".join(f"c{number} text" for number in range(WIDTH))
    with psycopg.connect(url) as connection, connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE bare ({columns})")  # type: ignore[call-overload]
        connection.commit()
        with Spent(url) as spent:
            started, worked = time.perf_counter(), time.process_time()
            with (
                wide.open("rb") as stream,
                cursor.copy("COPY bare FROM STDIN (DELIMITER '~', ENCODING 'latin1')") as copy,
            ):
                while block := stream.read(1 << 18):
                    copy.write(block)
            connection.commit()
            clock, ours = time.perf_counter() - started, time.process_time() - worked
        cursor.execute("DROP TABLE bare")
    return Took(clock=clock, ours=ours, server=spent.seconds)


def import_file(url: str, file: str) -> dict[str, Any]:
    """Take in a file as the command does, and say what it took. Runs in a process of its own."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    engine = open_engine(url)
    spent: Counter[str] = Counter()
    worked_on: Counter[str] = Counter()
    staged: list[float] = []

    def at(connection: Any) -> tuple[float, float]:  # noqa: ANN401
        driver = connection.connection.driver_connection
        return time.perf_counter(), processor_time(driver.info.backend_pid)

    @event.listens_for(engine, "before_cursor_execute")
    def before(connection: Any, _cursor: object, statement: str, *_: object) -> None:  # noqa: ANN401
        connection.info["at"] = at(connection)
        if "staged_unit" in statement and not statement.startswith("\nCREATE"):
            staged.append(time.perf_counter())

    @event.listens_for(engine, "after_cursor_execute")
    def after(connection: Any, _cursor: object, statement: str, *_: object) -> None:  # noqa: ANN401
        began, over = connection.info["at"], at(connection)
        what = " ".join(statement.split())[:110]
        spent[what] += over[0] - began[0]
        worked_on[what] += over[1] - began[1]

    worked, started = time.process_time(), time.perf_counter()
    done = import_hr.run(engine, Path(file), now=NOW)
    clock, ours = time.perf_counter() - started, time.process_time() - worked
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {
        "clock": clock,
        "ours": ours,
        "read": staged[0] - started,
        "statements": spent,
        "worked_on": worked_on,
        "peak": peak,
        "counts": {name: number for name, number in done.counts.items() if number},
    }


def show(what: str, done: dict[str, Any], *, say_where: bool) -> None:
    print(
        f"  {what:28} {done['clock']:6.1f} s by the clock; processor {done['ours']:.1f} s ours, "
        f"{done['server']:.1f} s the server's; peak memory {done['peak']:.0f} MB"
    )
    if not say_where:
        return
    spent, worked_on = done["statements"], done["worked_on"]
    print("      clock  server")
    print(
        f"    {done['read']:7.2f}           the file checked, read and copied into its own tables"
    )
    shown = [statement for statement, _ in worked_on.most_common(MOST_STATEMENTS)]
    for statement in shown:
        print(f"    {spent[statement]:7.2f} {worked_on[statement]:7.2f}   {statement}")
    others = [statement for statement in spent if statement not in shown]
    clock, worked = (sum(times[one] for one in others) for times in (spent, worked_on))
    print(f"    {clock:7.2f} {worked:7.2f}   other statements")
    rest = done["clock"] - done["read"] - sum(spent.values())
    print(f"    {rest:7.2f}           between the statements, and to commit")
    print(f"      {done['counts']}")


def measure(folder: Path, staff: int, *, say_where: bool) -> None:
    with ExitStack() as stack:
        url = stack.enter_context(databases.fresh_database("postgresql", folder))
        plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
        engine = open_engine(url)
        with session_for(engine) as db:
            add_organisation(db, "RXD", "Aldwater", vpd="900")
        engine.dispose()
        spawn = multiprocessing.get_context("spawn")

        def taken_in(name: str) -> dict[str, Any]:
            with ProcessPoolExecutor(1, mp_context=spawn) as one, Spent(plain) as spent:
                done = one.submit(import_file, url, str(folder / name)).result()
            return {**done, "server": spent.seconds}

        lines = full_file(folder, staff)
        full = "GO_900_TRK_GOF_20261101_00000001.DAT"
        widen(folder / full, folder / "wide")
        print(f"{staff} staff, {lines} lines, load {os.getloadavg()[0]:.1f}")
        bare = [bare_copy(plain, folder / "wide")]
        first = taken_in(full)
        # Once more, since others may use the machine: the middle of before and after it.
        bare.append(bare_copy(plain, folder / "wide"))
        for one in bare:
            print(
                f"  {'bare COPY of its lines':28} {one.clock:6.1f} s by the clock; "
                f"processor {one.ours:.1f} s ours, {one.server:.1f} s the server's"
            )
        show("first import", first, say_where=say_where)
        say_ratio(bare, first)
        for day in (2, 3, 4):
            file_of_changes(folder, staff, day=day)
            changes = f"GO_900_TRK_GOC_202611{day:02}_{day:08}.DAT"
            is_last = day == 4  # noqa: PLR2004
            show("1,000 changes (under 5 s)", taken_in(changes), say_where=say_where and is_last)
        if staff <= MOST_TWICE:
            full_file(folder, staff, day=5)
            again = taken_in("GO_900_TRK_GOF_20261105_00000005.DAT")
            show("the next full file", again, say_where=say_where)


def say_ratio(bare: list[Took], first: dict[str, Any]) -> None:
    clock = first["clock"] / fmean(one.clock for one in bare)
    worked = (first["ours"] + first["server"]) / fmean(one.processor for one in bare)
    print(
        f"  the first import goes at 1/{clock:.1f} of the rate of the bare COPY by the clock, "
        f"1/{worked:.1f} by processor time (aim: 1/8); load {os.getloadavg()[0]:.1f}"
    )


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
