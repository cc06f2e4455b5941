"""Outcome data brought to a page: reduced at the door, loaded by a worker, and then gone."""

import io
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import func, select

from tests.support import databases
from tests.support.personal import stored_text
from tracker.db import open_engine, session_for
from tracker.jobs import hr_runs, schedule
from tracker.models import (
    AlertEvent,
    ImportRun,
    Incident,
    Job,
    JobState,
    RejectedRecord,
    RunState,
    StaffMember,
    WaitingFile,
)
from tracker.security.identity import Identity
from tracker.services import alert_files, job_queue, outcome_uploads, waiting_files
from tracker.services.import_runs import UnderWayError, begin_run
from tracker.services.organisations import add_organisation, find_organisation
from tracker.services.outcome_files import FileImport
from tracker.settings import read_settings

SECRET = "x" * 40
STORY = 'Mrs Quill, 943 476 5919,\nin "bed 4": the computer froze'
LFPSE = (
    "Reference,Revision,T005,A001,OT001,F001,Reporter\n"
    'L1,1,2026-09,9,4,"Mrs Quill, 943 476 5919, in bed 4",Orla Plimsoll\n'
    'L2,1,2026-09-03,4,4,"Mrs Quill: the computer froze",Orla Plimsoll\n'
    "L3,1,Quill,9,4,,Orla Plimsoll\n"
)
PLANTED = ("Quill", "943 476 5919", "Plimsoll", "froze", "EMP-7", "allergic")


def log_of(number):
    rows = (
        f"A{n},{'W?' if n == 3 else ''},2026-09-03T09:{n % 60:02},EMP-7,dose,overridden,,"
        'allergic to it,"Mrs Quill, 943 476 5919"\n'
        for n in range(number)
    )
    return (
        "alert_id,unit,fired_at,staff,alert_type,response,true_alert,override_reason,patient\n"
        + "".join(rows)
    )


@pytest.fixture(params=databases.KINDS)
def engine(request, tmp_path, now, monkeypatch):
    monkeypatch.setattr(outcome_uploads, "FEW", 0)
    with databases.fresh_database(request.param, tmp_path) as url:
        engine = open_engine(url)
        with session_for(engine) as db:
            add_organisation(db, "RXD", "Aldwater", vpd="900")
            trust = find_organisation(db, "RXD")
            db.add(
                StaffMember(
                    organisation_id=trust.id,
                    source_key="1",
                    employee_number="1",
                    family_name="Lead",
                    given_name="Q",
                    hired_on=now.date(),
                )
            )
        yield engine
        engine.dispose()


@pytest.fixture
def bring(engine, now):
    with session_for(engine) as db:
        person = db.scalars(select(StaffMember)).one()
        by = Identity(staff_id=person.id, organisation_id=person.organisation_id)

    def bring_file(text, kind, name="export.csv"):
        return outcome_uploads.take_upload(
            partial(session_for, engine),
            outcome_uploads.Upload(
                kind=kind, file_name=name, stream=io.BytesIO(text.encode()), measure_key="bed_days"
            ),
            by=by,
            secret=SECRET,
            now=now,
            today=now.date(),
        )

    return bring_file


@pytest.fixture
def settings(engine):
    url = engine.url.render_as_string(hide_password=False)
    return read_settings({"sqlalchemy.url": url, "tracker.secret": SECRET})


def worker(engine, settings, when):
    return schedule.work(engine, clock=lambda: when, settings=settings, beats=True)


def run_of(db, public_id):
    return db.scalars(select(ImportRun).where(ImportRun.public_id == public_id)).one()


def counts_of(engine, public_id):
    with session_for(engine) as db:
        return run_of(db, public_id).counts


def test_what_waits_is_only_what_we_keep_and_goes_when_it_is_loaded(engine, bring, settings, now):
    kept = [bring(LFPSE, "incidents"), bring(log_of(5), "alerts")]
    kept.append(bring("period,unit,numerator,patient\n2026-09,,310,Mrs Quill\n", "measure"))
    with session_for(engine) as db:
        assert {run_of(db, one).state for one in kept} == {RunState.WAITING}
        waiting = [waiting_files.content_at(db, run_of(db, one).place).decode() for one in kept]
    for secret in PLANTED:
        assert not [text for text in waiting if secret in text]

    assert worker(engine, settings, now) == 3

    with session_for(engine) as db:
        incidents, alerts, measure = (run_of(db, one) for one in kept)
        assert incidents.counts["added"] == incidents.counts["candidates"] == 1
        assert (incidents.counts["rejected"], measure.counts["added"]) == (1, 1)
        assert (alerts.counts["added"], alerts.counts["rejected"]) == (4, 1)
        assert db.scalars(select(RejectedRecord.line).order_by(RejectedRecord.id)).all() == [4, 5]
        assert len(set(db.scalars(select(AlertEvent.staff_pseudonym)))) == 1
        assert db.scalars(select(Incident.is_month_only)).one()
        assert db.scalar(select(func.count(WaitingFile.id))) == 0
        assert not [secret for secret in PLANTED if secret in stored_text(db)]
    again = bring(log_of(5), "alerts")
    worker(engine, settings, now)
    assert counts_of(engine, again)["unchanged"] == 4


def test_a_load_whose_process_died_goes_on_where_it_was(engine, bring, settings, now, monkeypatch):
    monkeypatch.setattr(alert_files, "BATCH", 1)
    monkeypatch.setattr(alert_files, "SMALL_BATCH", 1)
    monkeypatch.setattr("integrations.outcomes.alert_lines.BLOCK", 10)
    public_id, kept = bring(log_of(45), "alerts"), []
    keep = alert_files._keep  # noqa: SLF001 - a kill in the middle

    def killed(*given, **more):
        if len(kept) == 2:
            raise KeyboardInterrupt
        keep(*given, **more)
        kept.append(1)

    monkeypatch.setattr(alert_files, "_keep", killed)
    with pytest.raises(KeyboardInterrupt):
        worker(engine, settings, now)
    with session_for(engine) as db:
        assert run_of(db, public_id).state is RunState.RUNNING
        assert db.scalars(select(Job.state)).one() is JobState.RUNNING
    monkeypatch.setattr(alert_files, "_keep", keep)
    assert worker(engine, settings, now + timedelta(minutes=3)) == 0

    assert worker(engine, settings, now + timedelta(minutes=5)) == 1

    counts = counts_of(engine, public_id)
    assert (counts["read"], counts["added"], counts["rejected"]) == (45, 44, 1)
    with session_for(engine) as db:
        assert db.scalar(select(func.count(AlertEvent.source_key))) == 44
        assert db.scalars(select(RejectedRecord.line)).all() == [5]
        assert run_of(db, public_id).state is RunState.APPLIED


def test_a_load_waits_for_another_that_is_under_way(engine, bring, settings, now):
    public_id = bring(LFPSE, "incidents")
    if engine.dialect.name == "sqlite":
        pytest.skip("SQLite lets one write at a time")
    with session_for(engine) as db:
        run = run_of(db, public_id)
        begin_run(db, run.organisation_id, kind="alerts", file_name="x", now=now)
        db.flush()
        worker(engine, settings, now)

    with session_for(engine) as db:
        assert run_of(db, public_id).state is RunState.WAITING
        assert "under way" in db.scalars(select(Job.message)).one()
    worker(engine, settings, now + timedelta(minutes=6))
    assert counts_of(engine, public_id)["added"] == 1


def test_a_load_that_fails_is_tried_again_and_shown(engine, bring, settings, now, monkeypatch):
    public_id = bring(LFPSE, "incidents")
    with monkeypatch.context() as broken:
        broken.setattr(outcome_uploads, "load_kept_rows", lambda *_a, **_k: 1 / 0)
        for minutes in (0, 10, 50, 200):
            worker(engine, settings, now + timedelta(minutes=minutes))
    with session_for(engine) as db:
        run, job = run_of(db, public_id), db.scalars(select(Job)).one()
        assert (run.state, job.state) == (RunState.FAILED, JobState.FAILED)
        assert "tried again" in run.message
        by = Identity(staff_id=1, organisation_id=run.organisation_id)
        job_queue.try_again(db, job.public_id, by=by, now=now)

    worker(engine, settings, now + timedelta(minutes=201))

    assert counts_of(engine, public_id)["added"] == 1


def test_what_waited_too_long_is_gone_and_its_run_says_so(engine, bring, settings, now):
    public_id = bring(LFPSE, "incidents")
    with session_for(engine) as db:
        run = run_of(db, public_id)
        for days, left in ((6, 1), (8, 0)):
            later = now + timedelta(days=days)
            waiting_files.forget(db, organisation_id=run.organisation_id, staff_id=None, now=later)
            assert db.scalar(select(func.count(WaitingFile.id))) == left
    worker(engine, settings, now)

    with session_for(engine) as db:
        run = run_of(db, public_id)
        assert (run.state, "once more" in run.message) == (RunState.REFUSED, True)


def test_a_second_start_leaves_the_one_that_is_alive_alone_and_takes_up_a_dead_one(
    engine, bring, now, tmp_path
):
    path = tmp_path / "alerts.csv"
    path.write_text(log_of(5), encoding="utf-8")
    asked = FileImport(path=path, organisation_code=None, now=now, today=now.date())
    second = []

    def start_another(_line):
        with pytest.raises(UnderWayError, match=r"alerts.csv is being taken in.*Wait") as why:
            alert_files.import_alert_file(engine, asked, secret=SECRET)
        second.append(why)
        hr_runs.mend_killed(engine, now=now)  # nothing is to mend: it is alive
        bring(LFPSE, "incidents")  # of another kind: it need not wait

    def states():
        with session_for(engine) as db:
            return [run.state for run in db.scalars(select(ImportRun).order_by(ImportRun.id))]

    first = replace(asked, on_row=start_another)
    assert alert_files.import_alert_file(engine, first, secret=SECRET).added == 4
    assert second
    assert states() == [RunState.APPLIED, RunState.WAITING]
    with session_for(engine) as db:
        db.scalars(select(ImportRun).order_by(ImportRun.id)).first().state = RunState.RUNNING
    hr_runs.mend_killed(engine, now=now)  # its process is gone
    assert states()[0] is RunState.INTERRUPTED
