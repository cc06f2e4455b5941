# ruff: noqa: S608, ANN401, E501
"""Practice with 500 people at once, and groups over 1,000,000 answers.

Run: `python -m benchmarks.bench_practice`. Two worker processes serve on loopback; 500 people each
answer a screen every 20 seconds, for half a minute. What is told is the time that the server takes,
at the 95th centile, its ratio to the last page of a round, and beside it the work alone ("work":
processor time, which a busy machine does not stretch). `groups` does the second part alone. With TRACKER_BENCH_POSTGRESQL (an
address that may make databases) both parts run on PostgreSQL, else on SQLite.
"""

import http.client
import json
import logging
import os
import random
import secrets
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import structlog
from pyramid.interfaces import ISessionFactory
from pyramid.request import Request
from pyramid.response import Response
from sqlalchemy import create_engine, make_url, select, text

from tracker import main as make_app
from tracker.db import open_engine, session_for

PEOPLE, EVERY, SECONDS, WORKERS = 500, 20.0, 30.0, 2
ROUNDS = 125_000
SECRET = "a secret of the benchmark, long enough"  # noqa: S105
TOKEN = "0123456789abcdef0123456789abcdef01234567"  # noqa: S105
LIMITS = {"screen": 40, "answer": 25}
GROUPS_LIMIT = 2.0


def _nobody() -> Path:
    """Give a directory file that knows nobody: people here are signed in already."""
    file = Path(tempfile.gettempdir()) / "tracker-bench-nobody.json"
    file.write_text('{"entries": []}')
    return file


def settings_of(url: str) -> dict[str, str]:
    return {
        "sqlalchemy.url": url,
        "tracker.secret": SECRET,
        "tracker.secure_cookies": "false",
        "directory.urls": "demo",
        "directory.demo_file": str(_nobody()),
        "directory.base_dn": "dc=bench",
    }


@contextmanager
def database(folder: Path) -> Iterator[str]:
    from tracker.cli.database import bring_up_to_date

    server = os.environ.get("TRACKER_BENCH_POSTGRESQL", "")
    name = f"bench_{secrets.token_hex(4)}"
    url = f"sqlite:///{folder / 'bench.sqlite'}"
    if server:
        admin = create_engine(server, isolation_level="AUTOCOMMIT")
        with admin.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
        url = make_url(server).set(database=name).render_as_string(hide_password=False)
    engine = open_engine(url)
    bring_up_to_date(engine)
    engine.dispose()
    try:
        yield url
    finally:
        if server:
            with admin.connect() as connection:
                connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
            admin.dispose()


def people_of(url: str) -> list[str]:
    """Add the people, signed in; give the cookie of each."""
    from tracker.models import Organisation, OrganisationUnit, StaffMember
    from tracker.security.policy import TOKEN_KEY
    from tracker.security.sessions import start_session

    app = make_app(None, **settings_of(url))
    engine = open_engine(url)
    now, cookies = datetime.now(UTC), []
    with session_for(engine) as db:
        trust = Organisation(code="BEN", name="Bench")
        db.add(trust)
        db.flush()
        top = OrganisationUnit(organisation_id=trust.id, source_key="0", name="Trust", kind="Trust")
        db.add(top)
        db.flush()
        units = [
            OrganisationUnit(
                organisation_id=trust.id, source_key=str(n + 1), name=f"Ward {n}", kind="Ward",
                parent_id=top.id,
            )
            for n in range(50)
        ]  # fmt: skip
        people = [
            StaffMember(
                organisation_id=trust.id, source_key=str(n), employee_number=str(n),
                family_name="Bench", given_name=f"P{n}", hired_on=now.date(),
            )
            for n in range(PEOPLE)
        ]  # fmt: skip
        db.add_all([*units, *people])
        db.flush()
        for person in people:
            token = start_session(db, person, (), now=now)
            cookies.append(_cookie(app, {TOKEN_KEY: token, "_csrft_": TOKEN}))
    engine.dispose()
    app.registry["db.engine"].dispose()
    return cookies


def _cookie(app: Any, values: dict[str, str]) -> str:
    request = Request.blank("/")
    request.registry = app.registry
    session = app.registry.getUtility(ISessionFactory)(request)
    session.update(values)
    session.changed()
    response = Response()
    request._process_response_callbacks(response)  # noqa: SLF001 - the only way to the cookie
    return str(response.headers["Set-Cookie"].split(";", 1)[0])


def serve(url: str, port: int, report: Path) -> None:
    """Be one worker process: time each request from its start to its last byte."""
    import waitress

    app = make_app(None, **settings_of(url))
    times: dict[str, list[float]] = defaultdict(list)

    def timed(environ: Any, start_response: Any) -> Any:
        start, worked = time.perf_counter(), time.thread_time()
        body = b"".join(app(environ, start_response))
        kind = environ.get("HTTP_X_KIND", "")
        times[kind].append(time.perf_counter() - start)
        times[f"{kind}, work"].append(time.thread_time() - worked)
        return [body]

    def end(*_: object) -> None:
        report.write_text(json.dumps(times))
        os._exit(0)

    signal.signal(signal.SIGTERM, end)
    waitress.serve(timed, host="127.0.0.1", port=port, threads=4, _quiet=True)


class Person:
    """One person at a browser: starts a round, reads a screen, answers it, reads on."""

    def __init__(self, ports: list[int], cookie: str) -> None:
        self.ports, self.cookie, self.path = ports, cookie, ""

    def ask(self, kind: str, method: str, path: str, fields: dict[str, str] | None = None) -> str:
        server = http.client.HTTPConnection("127.0.0.1", random.choice(self.ports), timeout=60)  # noqa: S311
        body = urlencode({"csrf_token": TOKEN, **fields}) if fields is not None else None
        headers = {"Cookie": self.cookie, "X-Kind": kind}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        server.request(method, path, body, headers)
        answer = server.getresponse()
        answer.read()
        server.close()
        if answer.status >= 400:  # noqa: PLR2004
            raise RuntimeError(f"{method} {path}: {answer.status}")
        return answer.headers.get("Location", "")

    def start(self) -> None:
        self.path = self.ask("start", "POST", "/practice/start", {}).removeprefix(
            "http://127.0.0.1"
        )
        self.path = "/practice/" + self.path.partition("/practice/")[2]
        self.ask("screen", "GET", self.path)

    def answer(self) -> None:
        says = {"says": random.choice(["action", "nothing"]), "how_sure": "3", "part": ""}  # noqa: S311
        self.ask("answer", "POST", self.path, says)
        self.ask("feedback", "GET", self.path)
        front, _, number = self.path.rpartition("/")
        if number == "8":
            self.ask("end", "GET", f"{front}/end")
            self.start()
        else:
            self.path = f"{front}/{int(number) + 1}"
            self.ask("screen", "GET", self.path)


def load(url: str, folder: Path) -> dict[str, list[float]]:
    cookies = people_of(url)
    ports = [_free_port() for _ in range(WORKERS)]
    reports = [folder / f"worker{n}.json" for n in range(WORKERS)]
    command = [sys.executable, "-m", "benchmarks.bench_practice", "serve", url]
    workers = [
        subprocess.Popen([*command, str(port), str(report)])
        for port, report in zip(ports, reports, strict=True)
    ]
    try:
        for port in ports:
            _wait_for(port)
        _practise([Person(ports, cookie) for cookie in cookies])
    finally:
        for worker in workers:
            worker.terminate()
            worker.wait(20)
    times: dict[str, list[float]] = defaultdict(list)
    for report in reports:
        for kind, several in json.loads(report.read_text()).items():
            times[kind] += several
    return times


def _practise(people: list[Person]) -> None:
    """Let each answer every 20 seconds, at moments of their own, until the time is over."""
    begun = time.perf_counter()
    failed: list[str] = []

    def live(person: Person) -> None:
        try:
            time.sleep(random.random() * EVERY)  # noqa: S311
            person.start()
            while time.perf_counter() - begun < SECONDS + EVERY:
                time.sleep(EVERY * (0.75 + random.random() / 2))  # noqa: S311
                person.answer()
        except Exception as why:  # noqa: BLE001 - told at the end
            failed.append(str(why))

    threading.stack_size(256 * 1024)
    threads = [threading.Thread(target=live, args=(person,), daemon=True) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(SECONDS + 4 * EVERY)
    if failed:
        print(f"{len(failed)} people met an error, such as: {failed[0]}")


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _wait_for(port: int) -> None:
    for _ in range(1_200):
        with socket.socket() as one:
            if one.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise RuntimeError("a worker did not start")


def groups(url: str) -> None:
    """Time every way of grouping, and the nightly counts, over a million answers."""
    from tracker.models import Organisation
    from tracker.security.identity import System
    from tracker.services.practice_counts import count_difficulty, count_practice
    from tracker.services.practice_groups import GroupBy, practice_groups

    engine = open_engine(url)
    _fill(engine)
    with session_for(engine) as db:
        trust = db.scalars(select(Organisation)).first()
        assert trust is not None
        now, actor = datetime.now(UTC), System(organisation_id=trust.id)
        asked: dict[str, Callable[[], object]] = {
            f"groups by {by.value}": lambda by=by: practice_groups(  # type: ignore[misc]
                db, trust, None, by=by, actor=actor
            )
            for by in GroupBy
        }
        asked["nightly counts"] = lambda: count_practice(db, trust, today=now.date(), now=now)
        asked["nightly difficulty"] = lambda: count_difficulty(db, trust)
        for name, work in asked.items():
            work()
            start = time.perf_counter()
            work()
            print(f"{name:<22}{time.perf_counter() - start:6.2f} s  (at most {GROUPS_LIMIT:.0f} s)")
        db.rollback()
    engine.dispose()


def _fill(engine: Any) -> None:
    """Write 125,000 first rounds of eight answers, with their sums, by the database itself."""
    if engine.dialect.name == "sqlite":
        many = (
            "WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s "
            f"WHERE n < {ROUNDS}) SELECT n FROM s"
        )
    else:
        many = f"SELECT n FROM generate_series(1, {ROUNDS}) AS g(n)"
    months = {m: f"{2024 + m // 12}-{m % 12 + 1:02}-15" for m in range(24)}
    day = "CASE n % 24 " + " ".join(f"WHEN {m} THEN '{d}'" for m, d in months.items()) + " END"
    if engine.dialect.name == "postgresql":
        day = f"({day})::date"
    with engine.begin() as db:
        unit = db.execute(
            text("SELECT min(id), organisation_id FROM organisation_unit GROUP BY organisation_id")
        ).one()
        first, trust = unit
        db.execute(
            text(
                "INSERT INTO staff_member (organisation_id, public_id, source_key, employee_number,"
                " family_name, given_name)"
                f" SELECT {trust}, 'b' || n, 'b' || n, 'b' || n, 'B', 'B' FROM ({many}) AS s"
            )
        )
        base = db.execute(text("SELECT min(id) FROM staff_member WHERE source_key = 'b1'")).scalar()
        db.execute(
            text(
                "INSERT INTO practice_form (organisation_id, public_id, staff_member_id,"
                " organisation_unit_id, attempt, items, begun_at, begun_on, staff_group, started_on,"
                " hits, misses, false_alarms, correct_rejections, sure, sure_and_wrong)"
                f" SELECT {trust}, 'b' || n, {base} - 1 + n, {first} + 1 + n % 50, 1, '[]',"
                f" CURRENT_TIMESTAMP, {day}, 'Group ' || (n % 8), {day}, 3, 1, 1, 3, 2, 1"
                f" FROM ({many}) AS s"
            )
        )
        _fill_answers(db, engine, trust, many, day)
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as db:
            db.execute(text("ANALYZE"))


def _fill_answers(db: Any, engine: Any, trust: int, many: str, day: str) -> None:
    eight = "SELECT 0 AS p" + "".join(f" UNION ALL SELECT {p}" for p in range(1, 8))
    form = db.execute(text("SELECT min(id) FROM practice_form WHERE public_id = 'b1'")).scalar()
    yes, no = ("true", "false") if engine.dialect.name == "postgresql" else ("1", "0")
    db.execute(
        text(
            "INSERT INTO practice_answer (organisation_id, public_id, practice_form_id, position,"
            " says_action, how_sure, has_signal, is_correct, is_first_attempt, answered_on,"
            " answered_at, template_key)"
            f" SELECT {trust}, n || '.' || p, {form} - 1 + n, p, {yes}, 3, {yes},"
            f" CASE WHEN (n + p) % 3 = 0 THEN {no} ELSE {yes} END, {yes}, {day}, CURRENT_TIMESTAMP,"
            f" 'template' || (n + p) % 26 FROM ({many}) AS s CROSS JOIN ({eight}) AS e"
        )
    )


def main() -> None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    if sys.argv[1:2] == ["serve"]:
        serve(sys.argv[2], int(sys.argv[3]), Path(sys.argv[4]))
        return
    with tempfile.TemporaryDirectory(prefix="tracker-bench-") as name:
        folder = Path(name)
        only = sys.argv[1] if sys.argv[1:] else ""
        with database(folder) as url:
            if only == "groups":
                people_of(url)
                groups(url)
                return
            print(
                f"{url.partition(':')[0]}: {PEOPLE} people, each answering every {EVERY:.0f} s, {WORKERS} workers"
            )
            times = load(url, folder)
            bare = statistics.median(times.get("end") or times["feedback"])
            for kind, several in sorted(times.items()):
                ordered = sorted(several)
                slowest = ordered[int(len(ordered) * 0.95) - 1]
                limit = f"  (at most {LIMITS[kind]} ms)" if kind in LIMITS else ""
                middle = statistics.median(ordered)
                print(
                    f"{kind:<10}{len(ordered):6} asked  {1000 * middle:6.1f} ms"
                    f"  95%: {1000 * slowest:6.1f} ms  {slowest / bare:4.1f} x{limit}"
                )
            groups(url)


if __name__ == "__main__":
    main()
