"""Jobs that come round: planned once, done once, tried again when they fail."""

import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.conftest import NOW, SECRET
from tests.support import databases, factories
from tests.support.at_once import at_once
from tests.support.smtp import Postbox, free_port, mail_server
from tracker.db import open_engine, session_for
from tracker.errors import NotAllowedNowError
from tracker.jobs import schedule
from tracker.models import Appraisal, Job, JobState, Organisation, OutboxMessage
from tracker.services import job_queue, outbox
from tracker.services.job_times import last_night
from tracker.services.weekly_mail import last_weekly_moment

pytestmark = pytest.mark.enable_socket
TRACKER = [sys.executable, "-W", "ignore", "-c", "from tracker.cli import main; main()"]


@pytest.fixture(params=databases.KINDS)
def url(request, tmp_path):
    with databases.fresh_database(request.param, tmp_path) as url:
        yield url


@pytest.fixture
def engine(url):
    engine = open_engine(url)
    yield engine
    engine.dispose()


@pytest.fixture
def appraisal(engine):
    """A person whose appraisal is open, in an organisation of their own."""
    with Session(engine, expire_on_commit=False) as db:
        factories.use_session(db)
        appraisal = factories.Appraisal()
        factories.Assignment(staff_member=appraisal.appraisee)
        db.commit()
        return appraisal


def states(engine):
    with Session(engine) as db:
        return {(job.name, job.state) for job in db.scalars(select(Job))}


@pytest.mark.usefixtures("appraisal")
def test_what_is_due_is_planned_once_and_done_once(engine):
    for _ in range(2):
        schedule.plan(engine, now=NOW)
    assert states(engine) == {("nightly", JobState.QUEUED)}

    assert schedule.work(engine, clock=lambda: NOW) == 1
    schedule.plan(engine, now=NOW)
    assert schedule.work(engine, clock=lambda: NOW) == 0
    assert states(engine) == {("nightly", JobState.DONE)}


@pytest.mark.usefixtures("appraisal")
def test_a_night_done_twice_does_no_harm(engine):
    for _ in range(2):
        schedule.plan(engine, now=NOW)
        schedule.work(engine, clock=lambda: NOW)
        with session_for(engine) as db:
            before = (
                len(db.scalars(select(OutboxMessage)).all()),
                len(db.scalars(select(Appraisal)).all()),
            )
            db.execute(Job.__table__.update().values(state=JobState.QUEUED))
    schedule.work(engine, clock=lambda: NOW)

    with Session(engine) as db:
        assert before == (
            len(db.scalars(select(OutboxMessage)).all()),
            len(db.scalars(select(Appraisal)).all()),
        )


@pytest.mark.usefixtures("appraisal")
def test_two_workers_do_a_job_once(engine):
    schedule.plan(engine, now=NOW)
    done = []

    at_once(*(lambda: done.append(schedule.work(engine, clock=lambda: NOW)) for _ in range(2)))

    assert sum(done) == 1


@pytest.mark.usefixtures("appraisal")
@pytest.mark.parametrize(
    ("error", "said"),
    [
        (NotAllowedNowError("Mend the list."), "Mend the list."),
        (KeyError("Sam Staff"), "A fault in the service (KeyError). Tell those who run it."),
    ],
)
def test_what_fails_is_tried_again_later_and_says_why_without_names(
    engine, monkeypatch, error, said
):
    def fail(*_args, **_kwargs):
        raise error

    monkeypatch.setitem(
        schedule.KINDS,
        "nightly",
        schedule.Kind(**{**vars(schedule.KINDS["nightly"]), "work": fail}),
    )
    schedule.plan(engine, now=NOW)
    now, tries = NOW, 0
    while ("nightly", JobState.QUEUED) in states(engine):
        tries += schedule.work(engine, clock=lambda: now)  # noqa: B023
        now += timedelta(minutes=4)

    assert tries == len(job_queue.WAITS) + 1
    with Session(engine) as db:
        job = db.scalars(select(Job)).one()
        assert (job.state, job.message) == (JobState.FAILED, said)


@pytest.mark.usefixtures("appraisal")
def test_a_job_whose_worker_died_is_taken_up_again(engine):
    schedule.plan(engine, now=NOW)
    with session_for(engine) as db:
        job_queue.take_next(db, now=NOW)

    assert schedule.work(engine, clock=lambda: NOW + timedelta(minutes=50)) == 0
    assert schedule.work(engine, clock=lambda: NOW + timedelta(minutes=61)) == 1


@pytest.mark.parametrize(
    ("now", "due"),
    [
        # a Monday at eight in the morning on the ward's clock, before and after each clock change
        (datetime(2026, 10, 26, 7, 59, tzinfo=UTC), datetime(2026, 10, 19, 7, 0, tzinfo=UTC)),
        (datetime(2026, 10, 26, 8, 0, tzinfo=UTC), datetime(2026, 10, 26, 8, 0, tzinfo=UTC)),
        (datetime(2027, 3, 29, 6, 59, tzinfo=UTC), datetime(2027, 3, 22, 8, 0, tzinfo=UTC)),
        (datetime(2027, 3, 29, 7, 0, tzinfo=UTC), datetime(2027, 3, 29, 7, 0, tzinfo=UTC)),
    ],
)
def test_the_weekly_mail_is_due_by_the_wards_clock(now, due):
    assert last_weekly_moment(Organisation(settings={}), now=now) == due


@pytest.mark.parametrize("night", [datetime(2026, 10, 25), datetime(2027, 3, 28)])  # noqa: DTZ001
def test_a_night_when_the_clocks_change_has_one_nights_work(night):
    start = night.replace(tzinfo=UTC) - timedelta(hours=6)
    moments = {
        last_night(Organisation(), now=start + timedelta(minutes=10 * step))
        for step in range(6 * 24)
    }

    assert len(moments) == 2


def test_an_appraisal_that_opens_reaches_the_person_through_a_real_worker(
    url, engine, appraisal, tmp_path
):
    with Session(engine) as db:
        outbox.enqueue(
            db,
            "appraisal.opened",
            organisation_id=appraisal.organisation_id,
            recipient_id=appraisal.appraisee_id,
            dedupe_key="opened",
            payload={"appraisal": appraisal.public_id},
        )
        db.commit()
    postbox = Postbox()
    with mail_server(postbox) as settings:
        ini = write_ini(tmp_path, url, settings.port)
        is_beside = url.startswith("sqlite")  # beside a server, as `tracker start` has it
        how = ["--beside"] if is_beside else []
        worker = subprocess.Popen(
            [*TRACKER, "worker", *how, "--config", ini], stdin=subprocess.PIPE
        )
        try:
            wait_for(lambda: postbox.letters, worker)
        finally:
            worker.stdin.close()
            if not is_beside:
                worker.send_signal(signal.SIGINT)
            assert worker.wait(120) == 0

    (letter,) = postbox.letters
    assert f"/appraisals/{appraisal.public_id}" in letter.get_body(("plain",)).get_content()


def write_ini(folder, url, port):
    ini = Path(folder) / "worker.ini"
    ini.write_text(
        "[app:main]\nuse = egg:competence-tracker\n"
        f"tracker.secret = {SECRET}\nsqlalchemy.url = {url}\ntracker.url = https://t.example\n"
        f"mail.host = 127.0.0.1\nmail.port = {port}\nmail.tls = none\n"
        "mail.from = tracker@trust.example\n"
        f"[server:main]\nuse = egg:waitress#main\nlisten = 127.0.0.1:{free_port()}\n"
    )
    return str(ini)


def wait_for(what, process, seconds=240):
    end = time.monotonic() + seconds
    while not what():
        assert process.poll() is None, "the worker ended by itself"
        assert time.monotonic() < end, "nothing happened"
        time.sleep(0.2)
