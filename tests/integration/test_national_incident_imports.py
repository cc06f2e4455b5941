"""What becomes of national exports of incidents, through the service and the database."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from integrations.outcomes.records import Cause, Harm, IncidentFeed, IncidentRow, Remark, Standing
from tests.support.outcomes import observe
from tracker.models import (
    CandidateState,
    ImportRun,
    Incident,
    IncidentCandidate,
    Observation,
    OutcomeMeasure,
    Rebase,
    RunState,
)
from tracker.services.incidents import import_incidents
from tracker.services.measures import seed_built_in_measures
from tracker.services.observations import Origin

TODAY = date(2026, 11, 22)
ROW = IncidentRow(
    line=2,
    reference="EV-1",
    unit="",
    occurred_on=date(2026, 9, 3),
    reported_on=date(2026, 9, 5),
    harm=Harm.LOW,
    cause=Cause.TECHNICAL,
    feed=IncidentFeed.LFPSE,
    revision=1,
    organisation="",
)
STORY = replace(ROW, standing=Standing.CANDIDATE, words=("computer",))


@pytest.fixture
def take(db, organisation):
    seed_built_in_measures(db, organisation, today=TODAY)
    run = ImportRun(
        organisation_id=organisation.id, kind="incidents", file_name="x", state=RunState.RUNNING
    )
    db.add(run)
    db.flush()
    origin = Origin(run_id=run.id, source="x", extracted_at=datetime(2026, 11, 3, 6, 0, tzinfo=UTC))

    def take_rows(*rows):
        return import_incidents(db, organisation, rows, origin, today=TODAY)

    return take_rows


def test_an_older_revision_undoes_nothing_and_a_newer_one_restates(db, take):
    take(replace(ROW, revision=2))

    older = take(replace(ROW, harm=Harm.FATAL))
    newer = take(replace(ROW, revision=3, harm=Harm.SEVERE))

    assert (older.restated, older.notes["older_revisions"]) == (0, 1)
    assert newer.restated == 1
    assert db.scalars(select(Incident)).one().harm == "severe"


def test_a_story_waits_for_a_person_and_is_not_counted(db, take):
    tally = take(STORY)
    again = take(STORY)

    candidate = db.scalars(select(IncidentCandidate)).one()
    assert (candidate.words, candidate.state) == ("computer", CandidateState.WAITING)
    assert (tally.added, tally.notes["candidates"], again.added) == (0, 1, 0)
    assert db.scalars(select(Incident)).all() == []


def test_codes_settle_what_a_story_left_open_and_the_other_way_round(db, take):
    take(STORY)
    take(replace(ROW, revision=2))
    assert db.scalars(select(IncidentCandidate)).all() == []

    tally = take(replace(STORY, revision=3))

    assert tally.removed == 1
    assert db.scalars(select(Incident)).all() == []
    assert db.scalars(select(IncidentCandidate)).one().revision == 3


def test_other_organisations_are_left_out_unless_the_file_is_all_theirs(take, organisation):
    elsewhere = replace(ROW, reference="EV-2", organisation="QQQ")
    own = replace(ROW, reference="EV-3", organisation=f"{organisation.code}01")

    alone = take(elsewhere)
    both = take(own, replace(elsewhere, reference="EV-4"))

    assert alone.added == 1
    assert "Check that it is the right file" in alone.said[0]
    assert (both.added, both.notes["other_organisations"]) == (1, 1)


def test_what_is_not_plain_is_said_kindly(take):
    tally = take(replace(ROW, remarks=frozenset({Remark.NEWER_TAXONOMY}), unit="nowhere"))

    assert tally.counts()["newer_taxonomy"] == 1
    assert tally.notes["unit_not_known"] == 1
    assert "newer national list" in " ".join(tally.said)


def test_the_charts_start_anew_where_lfpse_took_over(db, take):
    nrls = replace(ROW, feed=IncidentFeed.NRLS, revision=None)
    tally = take(
        replace(nrls, reference="N1", occurred_on=date(2024, 5, 1), reported_on=None),
        replace(ROW, occurred_on=date(2024, 6, 1), reported_on=None),
    )
    again = take(replace(nrls, reference="N2", occurred_on=date(2024, 4, 1), reported_on=None))
    earlier = take(replace(ROW, reference="EV-9", occurred_on=date(2024, 3, 1), reported_on=None))

    assert "06/2024" in tally.said[0]
    assert again.said == []
    assert "03/2024" in earlier.said[0]
    assert set(db.scalars(select(Rebase.month))) == {date(2024, 3, 1)}


def test_a_month_with_bed_days_and_no_events_is_nought_and_with_neither_is_absent(
    db, take, organisation
):
    observe(db, organisation, "bed_days", [900, 900], months=[date(2026, 9, 1), date(2026, 10, 1)])
    take(ROW, replace(ROW, reference="EV-2", occurred_on=date(2026, 11, 1), reported_on=None))
    take()
    rows = db.execute(
        select(Observation.month, Observation.numerator)
        .join(OutcomeMeasure)
        .where(OutcomeMeasure.key == "incident_reporting")
    )
    months = {month: number for month, number in rows}  # noqa: C416

    assert months[date(2026, 10, 1)] == 0
    assert date(2026, 8, 1) not in months


def test_how_late_a_report_came_is_summed_only_where_both_days_are_known(db, take):
    """Worked by hand: 2 days, 0 days and 29 days; of the other three nobody knows the days."""
    report_days = {"A": (3, 5), "B": (3, 3), "C": (1, 30), "D": (3, None)}
    dated = [
        replace(
            ROW,
            reference=reference,
            occurred_on=date(2026, 9, happened),
            reported_on=date(2026, 9, reported) if reported else None,
        )
        for reference, (happened, reported) in report_days.items()
    ]
    month_only = replace(ROW, occurred_on=date(2026, 9, 1), is_month_only=True)
    take(*dated, replace(month_only, reference="E"), replace(month_only, reference="F"))

    delay, reported = (
        db.execute(
            select(Observation.numerator, Observation.denominator)
            .join(OutcomeMeasure)
            .where(OutcomeMeasure.key == key)
        ).one()
        for key in ("reporting_delay", "incident_reporting")
    )
    assert tuple(delay) == (31, 3)
    assert reported.numerator == 6
