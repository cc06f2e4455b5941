"""Alerts batch by batch: what was stopped goes on, what is late restates, and a day costs a day."""

from contextlib import contextmanager
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import delete, select

from tests.support.queries import count_queries
from tracker.models import (
    AlertDay,
    AlertEvent,
    AlertStaffMonth,
    AlertStaleDay,
    ImportRun,
    Observation,
    OutcomeMeasure,
    RunState,
)
from tracker.services import alert_files
from tracker.services.card_feedback import take_feedback
from tracker.services.outcome_files import FileImport

NOW = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)
HEADER = "alert_id,unit,fired_at,staff,alert_type,response,responded_at,true_alert\n"


def line(number, day, response="accepted", true_alert="yes", unit=""):
    return f"A{number},{unit},{day}T09:00,{number % 9},dose,{response},,{true_alert}\n"


@pytest.fixture
def load(db, tmp_path, organisation):
    assert organisation

    @contextmanager
    def sessions():
        yield db
        db.flush()

    def load_text(text, name="alerts.csv"):
        path = tmp_path / name
        path.write_text(text)
        asked = FileImport(path=path, organisation_code=None, now=NOW, today=NOW.date())
        return alert_files.import_alert_file(sessions, asked, secret="s" * 32)

    return load_text


def recognised(db):
    rows = db.execute(
        select(Observation.month, Observation.numerator, Observation.denominator)
        .join(OutcomeMeasure)
        .where(OutcomeMeasure.key == "alert_recognition")
    )
    return {month: (numerator, denominator) for month, numerator, denominator in rows}


def test_an_import_that_stopped_goes_on_where_it_was(db, load, monkeypatch):
    text = HEADER + "".join(line(n, "2026-08-03") for n in range(6))
    monkeypatch.setattr("integrations.outcomes.alert_lines.BLOCK", 2)
    monkeypatch.setattr(alert_files, "BATCH", 2)
    monkeypatch.setattr(alert_files, "SMALL_BATCH", 2)
    kept = alert_files.take_batch

    def stops(*args, **more):
        kept(*args, **more)
        if args[4].read == 4:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(alert_files, "take_batch", stops)
        with pytest.raises(KeyboardInterrupt):
            load(text)
    run = db.scalars(select(ImportRun)).one()
    assert (run.state, run.counts["line"]) == (RunState.RUNNING, 3)

    tally = load(text)

    assert tally.notes["went_on_after_line"] == 3
    assert (tally.added, tally.unchanged) == (2, 2)
    assert recognised(db) == {date(2026, 8, 1): (6, 6)}


def test_late_and_corrected_alerts_restate_what_they_touch_and_say_so(db, load):
    load(HEADER + line(1, "2026-08-03") + line(2, "2026-09-03"))

    tally = load(HEADER + line(1, "2026-07-30", response="overridden") + line(3, "2026-08-09"))

    assert (tally.added, tally.restated) == (1, 1)
    assert "07/2026" in " ".join(tally.said)
    assert recognised(db) == {
        date(2026, 7, 1): (0, 1),
        date(2026, 8, 1): (1, 1),
        date(2026, 9, 1): (1, 1),
    }
    assert db.scalars(select(AlertStaleDay)).all() == []


def test_an_audit_marks_alerts_that_are_here_and_names_the_rest(db, load):
    load(HEADER + line(1, "2026-08-03", true_alert=""))
    assert recognised(db) == {}

    tally = load("alert_id,true_alert\nA1,yes\nA7,yes\n", name="audit.csv")
    load(HEADER + line(1, "2026-08-03", true_alert=""))  # the log again, which knows no audit

    assert (tally.restated, tally.notes["audited_but_not_in_log"]) == (1, 1)
    assert recognised(db) == {date(2026, 8, 1): (1, 1)}


def test_a_day_more_costs_no_more_when_there_is_history(db, load):
    load(HEADER + line(1, "2026-10-03"))
    with count_queries(db) as little:
        load(HEADER + line(2, "2026-11-03"))
    load(HEADER + "".join(line(100 + n, f"20{20 + n % 6}-08-03") for n in range(60)))
    with count_queries(db) as much:
        load(HEADER + line(3, "2026-11-04"))

    assert abs(much.number - little.number) <= 4
    assert len(db.scalars(select(AlertDay)).all()) == 9


def test_a_unit_that_moved_is_added_up_anew_from_days(db, load, factories):
    old, new = factories.OrganisationUnit(), factories.OrganisationUnit()
    team = factories.OrganisationUnit(code="T1", parent_id=old.id)
    load(HEADER + line(1, "2026-08-03", unit="T1"))
    team.parent_id = new.id
    db.flush()

    load(HEADER + line(2, "2026-10-03", unit="T1"))

    units = db.scalars(
        select(Observation.organisation_unit_id)
        .join(OutcomeMeasure)
        .where(OutcomeMeasure.key == "alert_recognition", Observation.month == date(2026, 8, 1))
    )
    assert set(units) == {team.id, new.id, None}


def test_feedback_that_came_first_is_there_when_the_log_comes(db, load, organisation):
    from integrations.outcomes.cds_feedback import CardAnswer
    from integrations.outcomes.records import Response

    answer = CardAnswer(
        card="A1",
        response=Response.ACCEPTED,
        has_reason=False,
        answered_at=datetime(2026, 8, 3, 8, 30, tzinfo=UTC),
    )
    take_feedback(db, organisation.id, "s", [answer], now=NOW)

    load(HEADER + line(1, "2026-08-03", response="ignored"))

    assert recognised(db) == {date(2026, 8, 1): (1, 1)}


HOSTILE = (
    "\ufeff"
    + HEADER
    # out of order, over the hours that come twice and never, with and without an offset
    + "A5,T1,2026-10-25T01:30:00,7,dose,accepted,2026-10-25T01:10:00,yes\r\n"
    + "A3,T1,2026-10-25T01:30:00+01:00,7,dose,accepted,2026-10-25T01:31:30Z,no\n"
    + "A1,,2026-03-29T00:59:00,8,dose\\N,overridden,2026-03-29T02:00:00,\n"
    + "A2,T1,31/03/2026 23:59,8,Sepsis,ignored,,yes\n"
    # a number that is not plain, one that comes twice, and lines that are refused
    + 'é9,T1,2026-03-31T23:30:00Z,9,"dose, high",accepted,2026-04-01T00:40:00+01:00,\n'
    + "A4,T1,2026-08-01T09:00,9,dose,ignored,,\n"
    + "A4,T1,2026-08-01T09:00,9,dose,accepted,2026-08-01T09:03:59.999,yes\n"
    + "A6,T1,2026-02-30T09:00,9,dose,accepted,,\nA7,T9,2026-08-01T09:00,9,dose,accepted,,\n\n"
    + "A8,T1,2026-08-01T09:00,9,dose,neutral,,\nA9,T1\n"
)
FIRST_SAID = "A4,T1,2026-08-01T09:00,9,dose,ignored,,\n"
KEPT = {
    "A1": ["dose\\N", "2026-03-29", "00:59", "overridden", 1, None],
    "A2": ["Sepsis", "2026-03-31", "22:59", "ignored", None, True],
    "A3": ["dose", "2026-10-25", "00:30", "accepted", 61, False],
    "A4": ["dose", "2026-08-01", "08:00", "accepted", 3, True],
    "A5": ["dose", "2026-10-25", "01:30", "accepted", None, True],
    "é9": ["dose, high", "2026-04-01", "23:30", "accepted", 10, None],
}


def test_alerts_say_the_same_whichever_way_they_go_in(db, load, factories, organisation):
    """Straight in; one number twice, and so compared with what is here; and a second time."""
    factories.OrganisationUnit(code="T1")
    tallies, kept = [], []
    for text in (HOSTILE.replace(FIRST_SAID, ""), HOSTILE, HOSTILE):
        tallies.append(load(text))
        kept.append(what_is_kept(db))
        if len(kept) == 1:
            for table in (AlertEvent, AlertDay, AlertStaffMonth, Observation):
                db.execute(delete(table).where(table.organisation_id == organisation.id))

    assert {key: said for key, *said in kept[0][0]} == KEPT
    assert kept[1] == kept[0]
    assert kept[2] == kept[0]
    assert [tally.added for tally in tallies] == [6, 6, 0]
    assert [len(tally.rejected) for tally in tallies] == [3, 3, 3]
    assert [tally.notes["neutral"] for tally in tallies] == [1, 1, 1]
    assert [tally.notes["clocks_disagree"] for tally in tallies] == [1, 1, 1]


def what_is_kept(db):
    days = select(
        AlertDay.day, AlertDay.organisation_unit_id, AlertDay.shown, AlertDay.staff
    ).order_by(AlertDay.day, AlertDay.shown)
    people = select(
        AlertStaffMonth.month, AlertStaffMonth.staff_pseudonym, AlertStaffMonth.has_true
    ).order_by(AlertStaffMonth.month, AlertStaffMonth.staff_pseudonym)
    alerts = [
        [
            *(one.source_key, one.alert_type, one.fired_on.isoformat(), f"{one.fired_at:%H:%M}"),
            *(one.response, one.minutes_to_respond, one.is_true_alert),
        ]
        for one in db.scalars(select(AlertEvent).order_by(AlertEvent.source_key))
    ]
    return alerts, db.execute(days).all(), db.execute(people).all(), recognised(db)
