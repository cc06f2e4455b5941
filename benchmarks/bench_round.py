"""A round at a trust of 20,000 staff on PostgreSQL: `python -m benchmarks.bench_round [STAFF]`.

Opens the round while other people sign, then asks the whole app for its pages as a warm worker
would be asked. Next to each time stands its ratio to the help page, measured in the same run, and
how many statements went to the database. Needs a PostgreSQL server to make a database in:
TRACKER_BENCH_POSTGRESQL, or the one of the tests.
"""

import logging
import os
import secrets
import statistics
import sys
import threading
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import structlog
import webtest
from pyramid.interfaces import ISessionFactory
from pyramid.request import Request
from pyramid.response import Response
from sqlalchemy import create_engine, event, select, text
from sqlalchemy.engine import make_url

from benchmarks.big_trust import TEAM, build
from tests.support.databases import migrated
from tracker import main as make_app
from tracker.db import open_engine, session_for
from tracker.jobs import open_round
from tracker.models import Appraisal, AppraisalStage, GoalOffer, StaffMember
from tracker.security.policy import TOKEN_KEY
from tracker.security.proof import Proof
from tracker.security.sessions import start_session
from tracker.services.appraisal_signing import sign_appraisal, sign_page
from tracker.services.signatures import Side, SignatureDraft

if TYPE_CHECKING:
    from sqlalchemy import Engine

SERVER = os.environ.get("TRACKER_BENCH_POSTGRESQL") or os.environ.get("TRACKER_TEST_POSTGRESQL")
PEOPLE, REPEATS, SIGNERS = 20_000, 40, 400
NOW = datetime.now(UTC)
TODAY = NOW.date()
LIMITS = {"round page": (80, 15), "meeting page": (90, 15), "autosave": (25, 15)}


class Worker:
    """The app as one worker process holds it, with somebody signed in."""

    def __init__(self, url: str, directory: str) -> None:
        self.app = make_app(
            None,
            **{
                "sqlalchemy.url": url,
                "tracker.secret": secrets.token_hex(20),
                "tracker.secure_cookies": "false",
                "directory.urls": "demo",
                "directory.demo_file": directory,
                "directory.base_dn": "dc=big,dc=example",
            },
        )
        self.engine: Engine = self.app.registry["db.engine"]
        self.browser = webtest.TestApp(
            self.app, extra_environ={"REMOTE_ADDR": "127.0.0.1"}, lint=False
        )

    def sign_in(self, staff_id: int) -> None:
        with session_for(self.engine) as db:
            token = start_session(db, db.get_one(StaffMember, staff_id), (), now=NOW)
        request = Request.blank("/")
        request.registry = self.app.registry
        session = self.app.registry.getUtility(ISessionFactory)(request)
        session[TOKEN_KEY] = token
        session.changed()
        response = Response()
        request._process_response_callbacks(response)  # noqa: SLF001 - the only way to the cookie
        cookie = response.headers["Set-Cookie"].split("tracker=", 1)[1].split(";", 1)[0]
        self.browser.reset()
        self.browser.set_cookie("tracker", cookie)


def measure(worker: Worker, name: str, ask: Callable[[], object], bare: float | None) -> float:
    ask()
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        statements.append(statement)

    event.listen(worker.engine, "before_cursor_execute", note)
    ask()
    event.remove(worker.engine, "before_cursor_execute", note)
    times = []
    worked = time.process_time()
    for _ in range(REPEATS):
        start = time.perf_counter()
        ask()
        times.append(time.perf_counter() - start)
    # A busy machine has more of the clock than of the processor.
    worked = (time.process_time() - worked) / REPEATS
    middle = statistics.median(times)
    slowest = sorted(times)[int(REPEATS * 0.95) - 1]
    allowed = next((limit for key, limit in LIMITS.items() if name.startswith(key)), None)
    said = f"  (at most {allowed[0]} ms, {allowed[1]})" if allowed else ""
    print(
        f"  {name:<36}{1000 * middle:7.1f} ms  95%: {1000 * slowest:6.1f} ms"
        f"  processor {1000 * worked:5.1f} ms"
        f"  {middle / (bare or middle):5.1f} x help page  {len(statements):3} statements{said}",
        flush=True,
    )
    return middle


def pages(worker: Worker, manager_id: int, note: str) -> None:
    worker.sign_in(manager_id)
    browser = worker.browser
    bare = measure(worker, f"help page{note}", lambda: browser.get("/guide"), None)
    with session_for(worker.engine) as db:
        appraisal_id = db.scalar(
            select(Appraisal.public_id)
            .where(Appraisal.appraiser_id == manager_id, Appraisal.stage == AppraisalStage.OPEN)
            .order_by(Appraisal.id.desc())
            .limit(1)
        )
    shown = browser.get("/team/round")
    rows = len(shown.html.select("main tbody tr"))
    measure(worker, f"round page, {rows} people{note}", lambda: browser.get("/team/round"), bare)
    measure(worker, f"team page{note}", lambda: browser.get("/team"), bare)
    meeting = f"/appraisals/{appraisal_id}/meeting"
    measure(worker, f"meeting page{note}", lambda: browser.get(meeting), bare)
    measure(worker, f"autosave, notes{note}", autosave(worker, appraisal_id, "prepare"), bare)
    measure(worker, f"autosave, meeting{note}", autosave(worker, appraisal_id, "meeting"), bare)


def autosave(worker: Worker, appraisal_id: str, page: str) -> Callable[[], object]:
    """Give what saves other words each time, as the page's own script does."""
    path = f"/appraisals/{appraisal_id}/{page}"
    drawn = worker.browser.get(path)
    form = next(form for form in drawn.forms.values() if "version" in form.fields)
    fields = dict(form.submit_fields())
    box = "summary" if page == "meeting" else "went_well"

    def save() -> None:
        fields[box] = f"Some words. {secrets.token_hex(40)}"
        answer = worker.browser.post(path, fields, headers={"Accept": "application/json"})
        fields["version"] = str(answer.json["version"])

    return save


class Signers(threading.Thread):
    """Signs one appraisal after the other while the round opens, and notes how long each takes."""

    def __init__(self, engine: "Engine", ids: list[int]) -> None:
        super().__init__()
        self._engine, self._ids = engine, ids
        self.times: list[float] = []
        self.done = threading.Event()

    def run(self) -> None:
        for appraisal_id in self._ids:
            if self.done.is_set():
                return
            start = time.perf_counter()
            sign(self._engine, appraisal_id)
            self.times.append(time.perf_counter() - start)


def sign(engine: "Engine", appraisal_id: int) -> None:
    with session_for(engine) as db:
        appraisal = db.get_one(Appraisal, appraisal_id)
        seen = sign_page(db, appraisal, today=TODAY).content_hash
        signer = appraisal.appraisee_id
        sign_appraisal(
            db,
            appraisal,
            SignatureDraft(side=Side.APPRAISEE, signer_id=signer, seen_hash=seen),
            proof=Proof(
                staff_id=signer,
                organisation_id=appraisal.organisation_id,
                proved_at=NOW,
                method="directory",
            ),
            now=NOW,
            today=TODAY,
        )


def open_some(engine: "Engine", people: int) -> list[int]:
    """Open the appraisals of some people before the round, held and ready to sign."""
    with session_for(engine) as db:
        ids = db.scalars(
            text(
                "INSERT INTO appraisal (organisation_id, public_id, appraisee_id, appraiser_id, "
                "previous_id, stage, due_on, opened_on, held_on, summary, version, is_goals_only) "
                "SELECT organisation_id, 'bigopen' || id, appraisee_id, appraiser_id, id, 'open', "
                ":due, :opened, :opened, 'We agreed.', 2, false FROM appraisal "
                "WHERE id % 6 = 0 AND appraisee_id > :people - :signers RETURNING id"
            ),
            {"due": TODAY, "opened": TODAY, "people": people, "signers": min(SIGNERS, people // 4)},
        ).all()
    return list(ids)


def open_it(engine: "Engine", organisation_id: int, people: int) -> None:
    waiting = open_some(engine, people)
    alone = []
    for appraisal_id in waiting[:20]:
        start = time.perf_counter()
        sign(engine, appraisal_id)
        alone.append(time.perf_counter() - start)
    signers = Signers(engine, waiting[20:])
    signers.start()
    start = time.perf_counter()
    done = open_round.run(engine, organisation_id, today=TODAY)
    taken = time.perf_counter() - start
    signers.done.set()
    signers.join()
    print(f"opening a round: {done.opened:,} appraisals in {taken:.1f} s (at most 20 s)")
    print(
        f"signing meanwhile: {len(signers.times)} signed, middle "
        f"{1000 * statistics.median(signers.times):.0f} ms, slowest "
        f"{1000 * max(signers.times):.0f} ms; alone {1000 * statistics.median(alone):.0f} ms"
    )
    start = time.perf_counter()
    again = open_round.run(engine, organisation_id, today=TODAY)
    print(f"the same again: {again.opened} opened in {time.perf_counter() - start:.1f} s")


def offer_to_all(engine: "Engine", organisation_id: int) -> None:
    with session_for(engine) as db:
        db.add(
            GoalOffer(
                organisation_id=organisation_id,
                wording="I lock the screen when I walk away",
                reason="Somebody else could use it in your name.",
                due_on=TODAY + timedelta(days=150),
                offered_by_id=1,
                safety_reason="",
            )
        )


def run(url: str, people: int, today: date) -> None:
    engine = open_engine(url)
    start = time.perf_counter()
    organisation_id = build(engine, people=people, today=today)
    print(f"{people:,} staff with six rounds written in {time.perf_counter() - start:.0f} s")
    open_it(engine, organisation_id, people)
    engine.dispose()
    worker = Worker(url, os.devnull)
    manager_id = TEAM + 1
    pages(worker, manager_id, "")
    offer_to_all(worker.engine, organisation_id)
    pages(worker, manager_id, ", a goal for all")
    worker.engine.dispose()


def main() -> None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    if not SERVER:
        print("left out: set TRACKER_BENCH_POSTGRESQL to a PostgreSQL server, as for the tests")
        return
    people = int(sys.argv[1]) if sys.argv[1:] else PEOPLE
    name = f"tracker_bench_{secrets.token_hex(3)}"
    server = create_engine(SERVER, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    url = make_url(SERVER).set(database=name).render_as_string(hide_password=False)
    try:
        migrated(url)
        run(url, people, TODAY)
    finally:
        with server.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        server.dispose()


if __name__ == "__main__":
    main()
