"""How fast alert events go into PostgreSQL: `python -m benchmarks.bench_alert_load [EVENTS]`.

Beside it, in the same run, a bare COPY of the same lines into a table without an index. It says
where the rest of the time goes, how much memory it takes, and what a day more costs.
Needs TRACKER_TEST_POSTGRESQL; without it there is nothing to measure.
"""

import csv
import random
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
from sqlalchemy.engine import make_url

from integrations.outcomes.alert_log import AlertLog
from tests.support import databases
from tracker.db import open_engine, session_for
from tracker.models import OrganisationUnit
from tracker.services import alert_counts, alert_store
from tracker.services.alert_files import import_alert_file
from tracker.services.organisations import add_organisation, find_organisation
from tracker.services.outcome_files import FileImport

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Engine

EVENTS, UNITS, STAFF, DAYS = 1_000_000, 50, 5_000, 1_096
TODAY = date(2026, 11, 22)
NOW = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)
SECRET = "of the benchmark, and long enough to pass"  # noqa: S105 - guards nothing
LEAST = 1 / 8
OWN_WARD = 0.97
HEADER = "alert_id,unit,fired_at,staff,alert_type,response,responded_at,true_alert,patient"
spent: dict[str, float] = {}


def write_log(path: Path, events: int, *, start: datetime, days: float, first: int = 0) -> None:
    rng = random.Random(first + 1)  # noqa: S311 - nothing is secret here
    step = timedelta(days=days) / events
    kinds, responses = ("allergy", "dose", "sepsis", "duplicate"), ("accepted", "overridden", "")
    audits = ["", *([""] * 8), "yes", "no"]
    with path.open("w", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(HEADER.split(","))
        for number in range(events):
            fired = start + step * number
            response = rng.choice(responses)
            person = rng.randrange(STAFF)
            # nearly everybody works on one ward
            ward = person % UNITS if rng.random() < OWN_WARD else rng.randrange(UNITS)
            answered = fired + timedelta(seconds=rng.randrange(600)) if response else ""
            writer.writerow(
                (
                    f"A{first + number:010}",
                    f"W{ward:02}",
                    fired.isoformat(timespec="seconds"),
                    20_000_000 + person,
                    rng.choice(kinds),
                    response,
                    answered and answered.isoformat(timespec="seconds"),
                    rng.choice(audits),
                    rng.randrange(10**10),
                )
            )


def bare_copy(url: str, path: Path) -> float:
    """Copy the same lines, as they are, into a table of text without an index."""
    columns = ", ".join(f"{name} text" for name in HEADER.split(","))
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain) as connection, connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE bare ({columns})")
        started = time.perf_counter()
        with (
            cursor.copy("COPY bare FROM STDIN (FORMAT csv, HEADER)") as copy,
            path.open("rb") as stream,
        ):
            while chunk := stream.read(1 << 20):
                copy.write(chunk)
        connection.commit()
        took = time.perf_counter() - started
        cursor.execute("DROP TABLE bare")
    return took


@contextmanager
def timing(owner: Any, name: str, label: str) -> Iterator[None]:  # noqa: ANN401 - a class or module
    """Add up how long one function takes."""
    inner: Callable[..., Any] = getattr(owner, name)

    def timed(*args: Any, **kw: Any) -> Any:  # noqa: ANN401
        started = time.perf_counter()
        try:
            return inner(*args, **kw)
        finally:
            spent[label] = spent.get(label, 0.0) + time.perf_counter() - started

    setattr(owner, name, timed)
    try:
        yield
    finally:
        setattr(owner, name, inner)


def load(engine: "Engine", path: Path) -> float:
    asked = FileImport(path=path, organisation_code="RXD", now=NOW, today=TODAY)
    started, worked = time.perf_counter(), time.process_time()
    tally = import_alert_file(engine, asked, secret=SECRET)
    took = time.perf_counter() - started
    spent["processor time of our own"] = time.process_time() - worked
    if tally.added + tally.unchanged != tally.read or tally.rejected:
        raise RuntimeError("some events did not come in")
    return took


def reading_alone(path: Path) -> float:
    log = AlertLog(path, today=TODAY, unit_of=lambda _text: 1, staff_of=lambda text: text * 4)
    started = time.perf_counter()
    for _ in log.blocks():
        pass
    return time.perf_counter() - started


def memory() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


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


def measure(folder: Path, url: str, events: int) -> float:
    engine = open_engine(url)
    fill(engine)
    path, day = folder / "alerts.csv", folder / "day.csv"
    start = datetime(2023, 11, 20)  # noqa: DTZ001 - a ward clock
    write_log(path, events, start=start, days=DAYS)
    print(f"{events:,} alert events, {path.stat().st_size / 1e6:.0f} MB")
    small = folder / "small.csv"
    a_day = max(1, events // DAYS)
    write_log(small, 10_000, start=start, days=DAYS, first=10**9)
    load(engine, small)  # so that memory is measured from a service that has worked
    before = memory()
    bare = bare_copy(url, path)
    with (
        timing(alert_store.AlertStore, "take", "into the table with its two indexes"),
        timing(alert_counts, "_count_days", "count alerts by day and staff by month"),
        timing(alert_counts, "_add_up", "add up months for units and measures"),
    ):
        took = load(engine, path)
    share = bare / took
    print(f"bare COPY: {bare:.1f} s, {events / bare:,.0f} a second")
    print(f"import: {took:.1f} s, {events / took:,.0f} a second: 1/{took / bare:.1f} of bare COPY")
    own = spent.pop("processor time of our own")
    for label, seconds in spent.items():
        print(f"  {label}: {seconds:.1f} s")
    print(f"  rest (waiting for lines to be read): {took - sum(spent.values()):.1f} s")
    print(f"processor time of our own: {own:.1f} s")
    print(f"memory: {memory():.0f} MB, {memory() - before:.0f} MB more than before")
    print(f"reading alone, without a database: {reading_alone(path):.1f} s")
    print(f"the same file again: {load(engine, path):.1f} s")
    write_log(day, a_day, start=start + timedelta(days=DAYS), days=1, first=events)
    print(f"a day more ({a_day:,} events): {load(engine, day):.2f} s")
    engine.dispose()
    return share


def main() -> int:
    if not databases.POSTGRESQL:
        print("TRACKER_TEST_POSTGRESQL is not set: no alert events were loaded")
        return 0
    events = int(sys.argv[1]) if len(sys.argv) > 1 else EVENTS
    with tempfile.TemporaryDirectory() as name:
        make = partial(databases.fresh_database, "postgresql", Path(name))
        with make() as url:
            share = measure(Path(name), url, events)
    print(f"share of bare COPY {share:.3f}; at least {LEAST}")
    return int(share < LEAST)


if __name__ == "__main__":
    sys.exit(main())
