"""The worker: once a minute it looks for jobs that are due, does them, and sends the mail.

What is to be done stands in our own tables. huey brings the clock, the threads and the queue of
calls; a call that is lost or comes twice does no harm.
"""

import logging
import signal
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import structlog
from huey import Huey, PostgresHuey, SqliteHuey, crontab
from huey.consumer import Consumer
from sqlalchemy.engine import make_url

from tracker.db import open_engine
from tracker.jobs import schedule, send_mail
from tracker.jobs.sweep import sweep

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from tracker.settings import Settings

log = structlog.get_logger()
NAME = "tracker"
#: A worker that is asked to stop waits so long for what it has in hand.
PATIENCE = 20
BEAT_SECONDS = 60


def queue_for(database_url: str) -> Huey:
    """Give the queue of calls: a file beside an SQLite database, tables in PostgreSQL."""
    url = make_url(database_url)
    if url.get_backend_name() == "sqlite":
        beside = Path(url.database or "var/tracker.sqlite")
        return SqliteHuey(NAME, filename=str(beside.with_suffix(".worker.sqlite")), results=False)
    dsn = url.set(drivername="postgresql").render_as_string(hide_password=False)
    return PostgresHuey(NAME, dsn=dsn, results=False)


def tick(engine: "Engine", settings: "Settings") -> None:
    """Do all that is due now. Whatever goes wrong is noted, and the next minute tries again."""
    schedule.plan(engine, now=schedule.now(), settings=settings)
    schedule.work(engine, settings=settings, beats=True)
    if settings.mail is not None:
        send_mail.run(engine, settings.mail)


class Worker(Consumer):  # type: ignore[misc] # huey has no types
    """The threads that work, beside a web server or by themselves."""

    #: whether it listens for Ctrl-C itself; the web server does where it runs beside one
    listens = True

    #: says once a minute that the worker is there, also while it is busy for long
    beat: Callable[[], None] | None = None

    def start(self) -> None:
        super().start()
        if self.beat is not None:
            threading.Thread(target=self._beat_on, name="beat", daemon=True).start()

    def _beat_on(self) -> None:
        while not self.stop_flag.is_set():
            if self.beat is not None:
                self.beat()
            self.stop_flag.wait(BEAT_SECONDS)

    def _set_signal_handlers(self) -> None:
        if self.listens:
            super()._set_signal_handlers()


def build_worker(settings: "Settings", *, listens: bool) -> Worker:
    """Make a worker that is not started yet."""
    # huey says a good deal at each start; what goes wrong we say ourselves.
    logging.getLogger("huey").setLevel(logging.WARNING)
    queue = queue_for(settings.database_url)
    engine = open_engine(settings.database_url)

    # One thread: a minute that takes longer than a minute is not overtaken by the next.
    @queue.periodic_task(crontab(minute="*"), expires=50)  # type: ignore[untyped-decorator]
    def every_minute() -> None:
        _tick_safely(engine, settings)

    @queue.periodic_task(crontab(hour="4", minute="17"))  # type: ignore[untyped-decorator]
    def every_night() -> None:
        sweep(engine, settings.evidence_folder)

    every_minute()  # and once now
    worker = Worker(
        queue,
        workers=1,
        max_delay=2.0,
        scheduler_interval=1,
        shutdown_timeout=PATIENCE,
    )
    worker.listens = listens
    worker.beat = lambda: _beat_safely(engine)
    return worker


def work_beside(settings: "Settings", line: TextIO) -> None:
    """Work beside a web server, until the line from it is cut: however it ended, so do we."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the server, and then the line ends
    worker = build_worker(settings, listens=False)
    worker.start()
    line.read()
    worker.stop(graceful=True)


def _beat_safely(engine: "Engine") -> None:
    try:
        schedule.beat(engine, now=schedule.now())
    except Exception as error:  # noqa: BLE001 - the next minute tries again
        log.error("worker.beat_failed", kind=type(error).__name__)  # noqa: TRY400


def _tick_safely(engine: "Engine", settings: "Settings") -> Any:  # noqa: ANN401 - huey asks
    try:
        tick(engine, settings)
    except Exception as error:  # noqa: BLE001 - the next minute tries again
        log.error("worker.tick_failed", kind=type(error).__name__)  # noqa: TRY400
