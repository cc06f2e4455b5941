"""How long pages take on the server: `python -m benchmarks.bench_pages [STAFF]`.

Builds a demo trust (2,000 staff, 36 months, SQLite) in a process of its own, then asks the whole
app for pages in this one, as a warm worker would be asked: no network, no browser. Next to each
time stands its ratio to the help page, which asks the database next to nothing, so that a run on
another machine can be read; and how many statements went to the database.
"""

import logging
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import structlog
import webtest
from sqlalchemy import event

from tracker import main as make_app
from tracker.db import open_engine, session_for

if TYPE_CHECKING:
    from sqlalchemy import Engine

STAFF, REPEATS, OWN_MEASURES = 2_000, 40, 4
SECRET = "a secret of the benchmark, long enough"  # noqa: S105
ROLES = (
    "tracker-quality-leads = quality_lead\n"
    "tracker-hr-officers = hr_officer\n"
    "tracker-administrators = administrator"
)


@dataclass(frozen=True)
class Page:
    name: str
    who: str
    path: str
    #: what the page may take: milliseconds and statements
    milliseconds: int = 0
    statements: int = 0


def build(folder: Path, staff: int) -> None:
    """Write the trust's files and take them in."""
    from tracker.cli.database import bring_up_to_date
    from tracker.demo.trust import write_trust
    from tracker.jobs import load_demo

    now = datetime.now(UTC)
    facts = write_trust(folder / "files", seed=1, staff=staff, until=now.date())
    engine = open_engine(database_of(folder))
    bring_up_to_date(engine)
    for _step in load_demo.run(engine, facts, secret=SECRET, now=now, today=now.date()):
        pass
    add_measures(engine, facts.training_completion, now)
    engine.dispose()


def add_measures(engine: "Engine", file: Path, now: datetime) -> None:
    """Give the trust measures of its own, so that its report has twelve charts."""
    from tracker.demo.catalogue import ORGANISATION_CODE
    from tracker.models import Direction, MeasureFamily, MeasureUnit
    from tracker.security.identity import System
    from tracker.services.measures import MeasureDraft, define_measure
    from tracker.services.organisations import find_organisation
    from tracker.services.outcome_files import FileImport, import_measure_file

    for number in range(OWN_MEASURES):
        draft = MeasureDraft(
            key=f"own_{number}",
            name=f"Measure {number} of our own",
            why_it_matters="It is one chart more.",
            numerator="things done in time",
            denominator="things done",
            direction=Direction.INCREASE,
            family=MeasureFamily.OUTCOME,
            unit=MeasureUnit.PERCENT,
        )
        with session_for(engine) as db:
            trust = find_organisation(db, ORGANISATION_CODE)
            define_measure(db, trust, draft, by=System(organisation_id=trust.id))
        asked = FileImport(
            path=file, organisation_code=ORGANISATION_CODE, now=now, today=now.date()
        )
        import_measure_file(engine, asked, measure_key=draft.key)


def database_of(folder: Path) -> str:
    return f"sqlite:///{folder / 'trust.sqlite'}"


def settings_of(folder: Path) -> dict[str, str]:
    from tracker.demo.directory import BASE_DN, GROUPS_DN

    return {
        "sqlalchemy.url": database_of(folder),
        "tracker.secret": SECRET,
        "tracker.secure_cookies": "false",
        "directory.urls": "demo",
        "directory.demo_file": str(folder / "files" / "directory.json"),
        "directory.base_dn": BASE_DN,
        "directory.group_base_dn": GROUPS_DN,
        "directory.roles": ROLES,
    }


class Worker:
    """The app as one worker process holds it, with each person's own session."""

    def __init__(self, folder: Path) -> None:
        self.app = make_app(None, **settings_of(folder))
        self._browsers: dict[str, webtest.TestApp] = {}

    def browser_of(self, who: str) -> webtest.TestApp:
        if who not in self._browsers:
            environ = {"REMOTE_ADDR": "127.0.0.1"}
            browser = webtest.TestApp(self.app, extra_environ=environ, lint=False)
            form = browser.get("/sign-in").forms[0]
            form["username"], form["password"] = who, "demo"
            form.submit(status=303)
            self._browsers[who] = browser
        return self._browsers[who]

    @contextmanager
    def counted(self) -> Iterator[list[str]]:
        statements: list[str] = []

        def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
            if not statement.startswith(("BEGIN", "SAVEPOINT", "RELEASE", "PRAGMA")):
                statements.append(statement)

        engine = self.app.registry["db.engine"]
        event.listen(engine, "before_cursor_execute", note)
        yield statements
        event.remove(engine, "before_cursor_execute", note)


def pages_of(worker: Worker) -> list[Page]:
    team = worker.browser_of("mo.manager").get("/team")
    meeting = next(
        link["href"] for link in team.html.select("main a") if link["href"].endswith("/meeting")
    )
    return [
        Page("help page", "mo.manager", "/guide"),
        Page("page for today", "mo.manager", "/"),
        Page("team page", "mo.manager", "/team", 60, 12),
        Page("meeting page", "mo.manager", meeting, 80, 15),
        Page("outcome report", "quinn.quality", "/outcomes", 250, 15),
    ]


def measure(worker: Worker, page: Page, bare: float | None) -> float:
    """Print one line about a page, and give the seconds that it takes."""
    browser = worker.browser_of(page.who)
    answer = browser.get(page.path)
    with worker.counted() as statements:
        browser.get(page.path)
    times = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        browser.get(page.path)
        times.append(time.perf_counter() - start)
    middle = statistics.median(times)
    slowest = sorted(times)[int(len(times) * 0.95) - 1]
    limits = f"  (at most {page.milliseconds} ms, {page.statements})" if page.milliseconds else ""
    charts = len(answer.html.select("main svg[role=img]"))
    shown = f"  {charts} charts" if charts else ""
    print(
        f"{page.name:<16}{1000 * middle:7.1f} ms  95%: {1000 * slowest:6.1f} ms"
        f"  {middle / bare if bare else 1:5.1f} x help page"
        f"  {len(statements):3} statements{limits}{shown}"
    )
    return middle


def resident_megabytes() -> int:
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) // 1024  # type: ignore[index]


def main() -> None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    if sys.argv[1:2] == ["build"]:
        build(Path(sys.argv[2]), int(sys.argv[3]))
        return
    staff = int(sys.argv[1]) if sys.argv[1:] else STAFF
    with tempfile.TemporaryDirectory(prefix="tracker-bench-") as name:
        folder = Path(name)
        started = time.perf_counter()
        subprocess.run(
            [sys.executable, "-m", "benchmarks.bench_pages", "build", name, str(staff)], check=True
        )
        print(f"{staff:,} staff written and loaded in {time.perf_counter() - started:.1f} s")
        worker = Worker(folder)
        bare = None
        for page in pages_of(worker):
            taken = measure(worker, page, bare)
            bare = bare or taken
        print(f"worker's memory, all pages drawn: {resident_megabytes()} MB (at most 250)")
        worker.browser_of("quinn.quality").get("/outcomes/report.pdf")
        print(f"worker's memory, a PDF written as well: {resident_megabytes()} MB")
        worker.app.registry["db.engine"].dispose()


if __name__ == "__main__":
    main()
