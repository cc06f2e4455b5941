"""How long 5,000 competences take to come in from a file: `python -m benchmarks.bench_framework`.

Read, compared with the version in use, and kept as a draft: on SQLite, and on PostgreSQL where
TRACKER_TEST_POSTGRESQL names a server. Beside it, in the same run, what it cannot be faster than:
inserting as many finished rows with the driver's own executemany.
"""

import sqlite3
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

from integrations.frameworks.files import read_framework, write_framework
from integrations.frameworks.records import CompetenceRecord, DomainRecord, FrameworkRecord
from tests.support import databases
from tracker.db import open_engine, session_for
from tracker.security.identity import System
from tracker.services.framework_exchange import add_draft, changes_of, exchange_schema
from tracker.services.organisations import add_organisation, find_organisation

COMPETENCES, DOMAINS, LEVELS = 5_000, 50, 4
MOST_SECONDS = 10.0


def made_up(words: str) -> FrameworkRecord:
    each = COMPETENCES // DOMAINS
    return FrameworkRecord(
        key="large",
        name="A large framework",
        domains=tuple(
            DomainRecord(
                key=f"domain-{n}",
                name=f"Domain {n}",
                competences=tuple(
                    CompetenceRecord(
                        key=f"competence-{n}-{m}",
                        name=f"Doing {n} {m}",
                        description=f"{words} " * 8,
                        levels=tuple(f"{words} at level {level}." for level in range(LEVELS)),
                    )
                    for m in range(each)
                ),
            )
            for n in range(DOMAINS)
        ),
    )


def bare_insert(folder: Path) -> float:
    with closing(sqlite3.connect(folder / "bare.sqlite")) as connection:
        connection.execute("CREATE TABLE bare (id INTEGER PRIMARY KEY, a INT, b INT, c TEXT)")
        rows = [(1, n, "I can do it at level 3. " * 2) for n in range(COMPETENCES * (LEVELS + 1))]
        started = time.perf_counter()
        connection.executemany("INSERT INTO bare (a, b, c) VALUES (?, ?, ?)", rows)
        connection.commit()
        return time.perf_counter() - started


def timed_import(url: str, files: tuple[Path, Path]) -> tuple[float, float]:
    """Take in a first version, then measure a second that changes every text.

    Gives the seconds by the clock and of the processor: a busy machine has more of the first.
    """
    engine = open_engine(url)
    with session_for(engine) as db:
        add_organisation(db, "RXD", "Trust", vpd="900")
        organisation = find_organisation(db, "RXD")
        by = System(organisation_id=organisation.id)
        add_draft(db, organisation, read_framework(files[0], exchange_schema()), by=by)
    started, worked = time.perf_counter(), time.process_time()
    with session_for(engine) as db:
        organisation = find_organisation(db, "RXD")
        record = read_framework(files[1], exchange_schema())
        changes = changes_of(db, organisation, record)
        add_draft(db, organisation, record, by=by)
    took, work = time.perf_counter() - started, time.process_time() - worked
    if len(changes.changed) != COMPETENCES:
        raise RuntimeError("each competence should have changed")
    engine.dispose()
    return took, work


def main() -> int:
    slowest = 0.0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        bare = bare_insert(folder)
        print(f"bare insert of {COMPETENCES * (LEVELS + 1):,} rows: {bare:.2f} s")
        for ending in (".json", ".csv", ".xlsx"):
            files = (folder / f"old{ending}", folder / f"new{ending}")
            for file, words in zip(files, ("I can do it", "I am able to do it"), strict=True):
                content = write_framework(made_up(words), ending, version=1, state="draft")
                file.write_bytes(content)
            for kind in databases.KINDS:
                with databases.fresh_database(kind, folder) as url:
                    took, work = timed_import(url, files)
                slowest = max(slowest, took)
                times = (
                    f"{took:.2f} s ({work:.2f} s of work), {took / bare:.0f} times the bare insert"
                )
                print(f"{COMPETENCES:,} competences, {ending}, {kind}: {times}")
    print(f"slowest {slowest:.2f} s, to be under {MOST_SECONDS:.0f} s")
    return int(slowest > MOST_SECONDS)


if __name__ == "__main__":
    sys.exit(main())
