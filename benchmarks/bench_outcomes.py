"""How long the outcome report takes with 40 measures: `python -m benchmarks.bench_outcomes`.

A trust of 2,000 staff and 36 months, asked for by a quality lead through the whole application.
Beside it, in the same run, the plainest page of the service.
"""

import gzip
import logging
import resource
import sys
import tempfile
import time
from datetime import UTC, date, datetime
from pathlib import Path
from statistics import median

import structlog
import webtest
from pyramid.interfaces import ISessionFactory
from pyramid.request import Request
from pyramid.response import Response
from sqlalchemy import Engine, event, select

from tests.support.databases import migrated
from tracker import main as make_app
from tracker.db import session_for
from tracker.demo.catalogue import ORGANISATION_CODE, VPD
from tracker.demo.trust import TrustFacts, write_trust
from tracker.jobs import import_hr
from tracker.models import Direction, MeasureFamily, MeasureUnit, StaffMember
from tracker.security.identity import Role, System
from tracker.security.policy import TOKEN_KEY
from tracker.security.sessions import start_session
from tracker.services.alert_files import import_alert_file
from tracker.services.measures import MeasureDraft, define_measure
from tracker.services.organisations import add_organisation, find_organisation
from tracker.services.outcome_files import (
    FileImport,
    import_incident_file,
    import_measure_file,
)

STAFF, REPEATS = 2_000, 9
TODAY = date(2026, 11, 22)
NOW = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)
SECRET = "of the benchmark, and long enough to pass"  # noqa: S105 - guards nothing
#: Beside those of the product, so that the report has forty.
OWN = tuple(f"records_complete_{number:02}" for number in range(1, 31))


def file(path: Path) -> FileImport:
    return FileImport(path=path, organisation_code=ORGANISATION_CODE, now=NOW, today=TODAY)


def fill(engine: Engine, trust: TrustFacts, folder: Path) -> None:
    with session_for(engine) as db:
        add_organisation(db, ORGANISATION_CODE, "Trust", vpd=VPD)
    import_hr.run(engine, trust.hr_file, now=NOW)
    import_measure_file(engine, file(trust.bed_days), measure_key="bed_days")
    import_measure_file(engine, file(trust.training_completion), measure_key="training_completion")
    import_incident_file(engine, file(trust.incidents))
    started = time.perf_counter()
    tally = import_alert_file(engine, file(trust.alerts), secret=SECRET)
    print(f"import of {tally.read:,} alerts: {time.perf_counter() - started:.1f} s")
    for key in OWN:
        own_measure(engine, key, folder / f"{key}.csv")


def own_measure(engine: Engine, key: str, path: Path) -> None:
    rows = [
        f"{2023 + (n + 10) // 12}-{(n + 10) % 12 + 1:02},{400 + n % 5},{500}" for n in range(36)
    ]
    path.write_text("\n".join(["period,numerator,denominator", *rows]))
    with session_for(engine) as db:
        organisation = find_organisation(db, ORGANISATION_CODE)
        draft = MeasureDraft(
            key=key,
            name=key.replace("_", " ").capitalize(),
            why_it_matters="",
            numerator="These",
            denominator="All",
            direction=Direction.INCREASE,
            family=MeasureFamily.OUTCOME,
            unit=MeasureUnit.PERCENT,
        )
        define_measure(db, organisation, draft, by=System(organisation_id=organisation.id))
    import_measure_file(engine, file(path), measure_key=key)


def signed_in(app: webtest.TestApp) -> webtest.TestApp:
    registry = app.app.registry
    with session_for(registry["db.engine"]) as db:
        person = db.scalars(select(StaffMember).limit(1)).one()
        token = start_session(db, person, [Role.QUALITY_LEAD], now=datetime.now(UTC))
    request = Request.blank("/")
    request.registry = registry
    session = registry.getUtility(ISessionFactory)(request)
    session[TOKEN_KEY] = token
    session.changed()
    response = Response()
    request._process_response_callbacks(response)  # noqa: SLF001 - the only way to get the cookie
    cookie = response.headers["Set-Cookie"].split("tracker=", 1)[1].split(";", 1)[0]
    app.set_cookie("tracker", cookie)
    return app


def timed(app: webtest.TestApp, path: str) -> tuple[float, float]:
    """Give milliseconds by the clock and of the processor, the middle of several."""
    times = []
    for _ in range(REPEATS):
        started, worked = time.perf_counter(), time.process_time()
        app.get(path)
        times.append((time.perf_counter() - started, time.process_time() - worked))
    return median(1000 * clock for clock, _ in times), median(1000 * work for _, work in times)


def main() -> None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        url = f"sqlite:///{folder}/bench.sqlite"
        migrated(url)
        settings = {
            "sqlalchemy.url": url,
            "tracker.secret": SECRET,
            "tracker.secure_cookies": "false",
        }
        app = webtest.TestApp(make_app({}, **settings))
        engine = app.app.registry["db.engine"]
        fill(engine, write_trust(folder / "trust", seed=1, staff=STAFF, until=TODAY), folder)
        signed_in(app)
        measure(app, engine)


def measure(app: webtest.TestApp, engine: Engine) -> None:
    started, worked = time.perf_counter(), time.process_time()
    page = app.get("/outcomes")
    print(
        f"first report of a new worker: {1000 * (time.perf_counter() - started):.0f} ms by the "
        f"clock, {1000 * (time.process_time() - worked):.0f} ms of processor; limit 1,500 ms"
    )
    charts = page.text.count("<figure")
    queries: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *a: queries.append(a[2]))
    app.get("/outcomes")
    asked = len(queries)
    clock, work = timed(app, "/outcomes")
    plain, _ = timed(app, "/guide")
    print(f"report page, {charts} charts: {clock:.0f} ms by the clock, {work:.0f} ms of processor")
    print(f"  {clock / plain:.0f} times the plainest page ({plain:.1f} ms); limit 400 ms")
    print(f"  {asked} queries; limit 20")
    print(f"  {len(gzip.compress(page.body)) / 1000:.1f} kB packed")
    for kind, limit in (("xlsx", 4), ("pdf", 8)):
        started, worked = time.perf_counter(), time.process_time()
        size = len(app.get(f"/outcomes/report.{kind}").body)
        print(
            f"report as {kind}: {time.perf_counter() - started:.2f} s by the clock, "
            f"{time.process_time() - worked:.2f} s of processor, {size / 1000:.0f} kB; "
            f"limit {limit} s"
        )
    tables = [one for one in queries if "alert_event" in one]
    print(f"  {len(tables)} of the queries read single alerts: the rest read sums by month")
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"memory: {memory:.0f} MB; statsmodels loaded: {'statsmodels' in sys.modules}")


if __name__ == "__main__":
    main()
