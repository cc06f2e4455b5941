"""How fast alert events go into PostgreSQL: `python -m benchmarks.bench_alert_load [EVENTS]`.

Beside it, in the same run, a bare COPY of the same lines into a table without an index; a million
events and fewer are loaded three times each way, and the middle counts. It says by the clock and by
processor time (ours and PostgreSQL's) where the rest of the time goes, whether memory stays flat,
and what a day more costs. The issue asks for 10,000,000, at an eighth of the rate of the bare COPY:
`TRACKER_BENCH_ALERTS=10000000`, a few minutes.
Needs TRACKER_BENCH_POSTGRESQL or TRACKER_TEST_POSTGRESQL; without it there is nothing to measure.
"""

import os
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
from sqlalchemy import event, text
from sqlalchemy.engine import make_url

from tests.support import databases
from tracker.db import open_engine, session_for
from tracker.models import OrganisationUnit
from tracker.services import alert_copy, alert_counts, alert_files, alert_store
from tracker.services.organisations import add_organisation, find_organisation
from tracker.services.outcome_files import FileImport

if TYPE_CHECKING:
    from sqlalchemy import Engine

databases.POSTGRESQL = os.environ.get("TRACKER_BENCH_POSTGRESQL") or databases.POSTGRESQL
EVENTS, UNITS, STAFF, DAYS = 3_000_000, 50, 5_000, 1_096
ROUNDS, MANY = 3, 1_000_000
START = datetime(2023, 11, 20)  # noqa: DTZ001 - a ward clock
TODAY = date(2026, 11, 22)
NOW = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)
SECRET = "of the benchmark, and long enough to pass"  # noqa: S105 - guards nothing
LEAST = 1 / 8
OWN_WARD = 0.97
HEADER = "alert_id,unit,fired_at,staff,alert_type,response,responded_at,true_alert,patient"
TICKS = os.sysconf("SC_CLK_TCK")
CHUNK = 100_000


def write_log(path: Path, events: int, *, start: datetime, days: float, first: int = 0) -> None:
    rng = random.Random(first + 1)  # noqa: S311 - nothing is secret here
    step = days * 86_400 / events
    kinds, responses = ("allergy", "dose", "sepsis", "duplicate"), ("accepted", "overridden", "")
    audits = ["", *([""] * 8), "yes", "no"]
    with path.open("w", newline="") as stream:
        stream.write(HEADER + "\r\n")
        for begin in range(0, events, CHUNK):
            size = min(CHUNK, events - begin)
            said = zip(rng.choices(kinds, k=size), rng.choices(responses, k=size), strict=True)
            audited = rng.choices(audits, k=size)
            for number, (kind, response) in enumerate(said, begin):
                fired = start + timedelta(seconds=int(step * number))
                person = int(rng.random() * STAFF)
                # nearly everybody works on one ward
                ward = person % UNITS if rng.random() < OWN_WARD else int(rng.random() * UNITS)
                at = fired + timedelta(seconds=int(rng.random() * 600))
                stream.write(
                    f"A{first + number:010},W{ward:02},{fired.isoformat()},{20_000_000 + person},"
                    f"{kind},{response},{at.isoformat() if response else ''},"
                    f"{audited[number - begin]},{int(rng.random() * 10**10)}\r\n"
                )


@dataclass
class Cost:
    """Time by the clock, and processor time of ours and of PostgreSQL."""

    clock: float = 0.0
    own: float = 0.0
    server: float = 0.0

    @property
    def processor(self) -> float:
        return self.own + self.server

    def __str__(self) -> str:
        return f"{self.clock:7.2f} s   ours {self.own:7.2f} s   PostgreSQL {self.server:7.2f} s"


@dataclass
class Watch:
    """Adds up what functions cost, and what PostgreSQL did for us meanwhile."""

    pids: set[int] = field(default_factory=set)
    spent: dict[str, Cost] = field(default_factory=dict)

    def server(self) -> float:
        """Give the processor time of our connections; nothing of a server elsewhere."""
        total = 0.0
        for pid in self.pids:
            file = Path(f"/proc/{pid}/stat")
            if file.exists():
                parts = file.read_text().rsplit(")", 1)[1].split()
                total += (int(parts[11]) + int(parts[12])) / TICKS
        return total

    @contextmanager
    def timing(
        self, label: str, own: Callable[[], float] = time.thread_time, *, is_ours: bool = False
    ) -> Iterator[Cost]:
        cost = self.spent.setdefault(label, Cost())
        clock, worked, server = time.perf_counter(), own(), self.server()
        try:
            yield cost
        finally:
            cost.clock += time.perf_counter() - clock
            cost.own += own() - worked
            cost.server += 0.0 if is_ours else self.server() - server

    @contextmanager
    def calls(self, owner: Any, name: str, label: str) -> Iterator[None]:  # noqa: ANN401
        inner: Callable[..., Any] = getattr(owner, name)

        def timed(*args: Any, **kw: Any) -> Any:  # noqa: ANN401
            with self.timing(label):
                return inner(*args, **kw)

        setattr(owner, name, timed)
        try:
            yield
        finally:
            setattr(owner, name, inner)

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Time the reading of lines, which goes on beside the rest."""
        inner = alert_files.batches

        def timed(*asked: Any) -> Iterator[Any]:  # noqa: ANN401
            found = inner(*asked)
            while True:
                with self.timing(READING, is_ours=True):
                    batch = next(found, None)
                if batch is None:
                    return
                yield batch

        alert_files.batches = timed
        try:
            yield
        finally:
            alert_files.batches = inner


READING = "lines read and checked (meanwhile)"


def bare_copy(url: str, path: Path) -> Cost:
    """Copy the same lines, as they are, into a table of text without an index."""
    columns = ", ".join(f"{name} text" for name in HEADER.split(","))
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain) as connection, connection.cursor() as cursor:
        watch = Watch({connection.info.backend_pid})
        cursor.execute(f"CREATE TABLE bare ({columns})")
        with watch.timing("bare", time.process_time) as cost:
            with (
                cursor.copy("COPY bare FROM STDIN (FORMAT csv, HEADER)") as copy,
                path.open("rb") as stream,
            ):
                while chunk := stream.read(1 << 20):
                    copy.write(chunk)
            connection.commit()
        cursor.execute("DROP TABLE bare")
    return cost


def load(engine: "Engine", path: Path, watch: Watch) -> Cost:
    asked = FileImport(path=path, organisation_code="RXD", now=NOW, today=TODAY)
    watch.spent.clear()
    with watch.timing("all", time.process_time):
        tally = alert_files.import_alert_file(engine, asked, secret=SECRET)
    if tally.added + tally.unchanged != tally.read or tally.rejected:
        raise RuntimeError("some events did not come in")
    return watch.spent.pop("all")


def empty(engine: "Engine") -> None:
    """Take out every alert and what was counted of them."""
    with engine.begin() as connection:
        connection.execute(
            text("TRUNCATE alert_event, alert_day, alert_staff_month, observation CASCADE")
        )


@contextmanager
def peak() -> Iterator[list[float]]:
    """Measure the most memory that is held from here on, in MB."""
    Path("/proc/self/clear_refs").write_text("5")
    found: list[float] = []
    yield found
    status = Path("/proc/self/status").read_text()
    found.append(int(status.split("VmHWM:")[1].split()[0]) / 1024)


def fill(engine: "Engine") -> None:
    with session_for(engine) as db:
        add_organisation(db, "RXD", "Trust", vpd="900")
        organisation = find_organisation(db, "RXD")
        top = OrganisationUnit(
            organisation_id=organisation.id, source_key="top", name="Division", kind="division"
        )
        db.add(top)
        db.flush()
        for number in range(UNITS):
            db.add(
                OrganisationUnit(
                    organisation_id=organisation.id,
                    source_key=f"unit {number}",
                    code=f"W{number:02}",
                    name=f"Ward {number}",
                    kind="ward",
                    parent_id=top.id,
                )
            )


def watched(watch: Watch) -> ExitStack:
    stack = ExitStack()
    for owner, name, label in (
        (alert_files, "content_hash", "the file's own hash"),
        (alert_files, "open_log", "its letters and its header"),
        (alert_copy, "copy_new", "copied in, into two indexes"),
        (alert_store.AlertStore, "_stage", "into the staging table"),
        (alert_counts, "_count_days", "alerts counted by day, staff by month"),
        (alert_counts, "_add_up", "months added up for units and measures"),
    ):
        stack.enter_context(watch.calls(owner, name, label))
    stack.enter_context(watch.reading())
    return stack


def measure(folder: Path, url: str, events: int) -> float:
    engine, watch = open_engine(url), Watch()
    event.listen(engine, "connect", lambda driver, _record: watch.pids.add(driver.info.backend_pid))
    fill(engine)
    path, day, part = folder / "alerts.csv", folder / "day.csv", folder / "part.csv"
    a_day = max(1, events // DAYS)
    write_log(path, events, start=START, days=DAYS)
    write_log(part, max(1, events // 10), start=START, days=DAYS / 10, first=10**9)
    write_log(day, a_day, start=START + timedelta(days=DAYS), days=1, first=2 * 10**9)
    print(f"{events:,} alert events, {path.stat().st_size / 1e6:.0f} MB")
    with peak() as little:
        load(engine, part, watch)
    bare, taken = [], []
    for _ in range(ROUNDS if events <= MANY else 1):
        empty(engine)
        bare.append(bare_copy(url, path))
        with watched(watch), peak() as much:
            taken.append((load(engine, path, watch), dict(watch.spent)))
    copied = sorted(bare, key=attrgetter("clock"))[len(bare) // 2]
    took, spent = sorted(taken, key=lambda one: one[0].clock)[len(taken) // 2]
    print(f"bare COPY {copied}")
    print(f"import    {took}")
    rest = replace(took)
    for label, cost in spent.items():
        print(f"  {cost}   {label}")
        rest.clock -= 0 if label == READING else cost.clock
        rest.own -= cost.own
        rest.server -= cost.server
    print(f"  {rest}   the rest, and waiting")
    print(f"memory {much[0]:.0f} MB, of a tenth of the events {little[0]:.0f} MB")
    print(f"a day more ({a_day:,} events): {load(engine, day, watch)}")
    print(f"the same day again: {load(engine, day, watch)}")
    empty(engine)
    print(f"that day alone, without a history: {load(engine, day, watch)}")
    engine.dispose()
    print(
        f"the bare COPY's rate: 1/{took.clock / copied.clock:.1f} by the clock, "
        f"1/{took.processor / copied.processor:.1f} by processor time; at least 1/{1 / LEAST:.0f}"
    )
    return copied.clock / took.clock


def main() -> int:
    if not databases.POSTGRESQL:
        print("TRACKER_TEST_POSTGRESQL is not set: no alert events were loaded")
        return 0
    asked = sys.argv[1] if len(sys.argv) > 1 else os.environ.get("TRACKER_BENCH_ALERTS")
    events = int(asked or EVENTS)
    with tempfile.TemporaryDirectory() as name:
        make = partial(databases.fresh_database, "postgresql", Path(name))
        with make() as url:
            share = measure(Path(name), url, events)
    return int(share < LEAST)


if __name__ == "__main__":
    sys.exit(main())
