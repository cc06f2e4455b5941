"""A unit that HR moves takes its past with it, from the next night on."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from integrations.outcomes.incidents_csv import read_incidents
from integrations.outcomes.records import CallDay, MeasureRow
from tracker.models import ImportRun, Observation, OutcomeMeasure, RunState
from tracker.services.alerts import Pseudonyms, import_alerts, open_log
from tracker.services.incidents import import_incidents
from tracker.services.measures import find_measure, seed_built_in_measures
from tracker.services.moved_units import add_up_anew
from tracker.services.observations import Origin, import_measure
from tracker.services.service_calls import import_calls

TODAY = date(2026, 11, 22)
AUGUST = date(2026, 8, 1)
FEEDS = {
    "incident_reporting": "incidents",
    "harm_share": "incidents",
    "how_to_calls": "calls",
    "alert_override": "alerts",
    "alert_burden_staff": "alerts",
}
KEYS = tuple(FEEDS)


@pytest.fixture
def trust(db, organisation):
    seed_built_in_measures(db, organisation, today=TODAY)
    return organisation


@pytest.fixture
def origin(db, trust):
    run = ImportRun(organisation_id=trust.id, kind="any", file_name="x.csv", state=RunState.APPLIED)
    db.add(run)
    db.flush()
    taken = datetime(2026, 11, 3, 6, 0, tzinfo=UTC)
    return Origin(run_id=run.id, source="x.csv", extracted_at=taken)


@pytest.fixture
def load(db, trust, origin, tmp_path):
    def load():
        incidents = tmp_path / "incidents.csv"
        incidents.write_text(
            "reference,unit,occurred_on,reported_on,harm,cause\n"
            "I1,T1,2026-08-03,2026-08-04,moderate,use_related\n"
        )
        rows = read_incidents(incidents, today=TODAY)
        import_incidents(db, trust, rows, origin, today=TODAY)
        alerts = tmp_path / "alerts.csv"
        alerts.write_text(
            "alert_id,unit,fired_at,staff,alert_type,response,responded_at,true_alert\n"
            "A1,T1,2026-08-03T09:00,7,allergy,overridden,2026-08-03T09:02,yes\n"
        )
        log = open_log(db, trust, alerts, Pseudonyms("secret", trust), today=TODAY)
        import_alerts(db, trust, log, origin)
        calls = [CallDay(line=2, unit="T1", day=date(2026, 8, 5), calls=4, how_to=3)]
        import_calls(db, trust, calls, origin, today=TODAY)

    return load


def units_of(db, key):
    """Say which units have a number in August; none is the whole trust."""
    return set(
        db.scalars(
            select(Observation.organisation_unit_id)
            .join(OutcomeMeasure, OutcomeMeasure.id == Observation.outcome_measure_id)
            .where(OutcomeMeasure.key == key, Observation.month == AUGUST)
        )
    )


def test_what_happened_counts_under_the_new_division_from_the_next_night(
    db, trust, load, factories
):
    old, new = factories.OrganisationUnit(), factories.OrganisationUnit()
    team = factories.OrganisationUnit(code="T1", parent_id=old.id)
    load()
    assert {key: units_of(db, key) for key in KEYS} == {
        key: {team.id, old.id, None} for key in KEYS
    }
    team.parent_id = new.id
    db.flush()

    add_up_anew(db, trust, today=TODAY)

    assert all(units_of(db, key) == {team.id, new.id, None} for key in KEYS)


def test_a_night_on_which_nothing_moved_writes_nothing(db, trust, load, factories):
    factories.OrganisationUnit(code="T1")
    load()
    written = select(Observation.id, Observation.recorded_at, Observation.numerator)
    before = set(db.execute(written.order_by(Observation.id)))

    add_up_anew(db, trust, today=TODAY)

    assert set(db.execute(written.order_by(Observation.id))) == before


@pytest.mark.parametrize("kind", ["incidents", "alerts", "calls"])
def test_what_is_being_imported_just_now_is_left_alone(db, trust, load, factories, kind):
    old, new = factories.OrganisationUnit(), factories.OrganisationUnit()
    team = factories.OrganisationUnit(code="T1", parent_id=old.id)
    load()
    team.parent_id = new.id
    db.add(ImportRun(organisation_id=trust.id, kind=kind, file_name="y", state=RunState.RUNNING))
    db.flush()

    add_up_anew(db, trust, today=TODAY)

    stays = {key for key in KEYS if old.id in units_of(db, key)}
    assert stays == {key for key in KEYS if FEEDS[key] == kind}


def test_months_that_a_trust_brought_ready_made_stand_as_they_came(db, trust, origin, factories):
    ward = factories.OrganisationUnit(code="T1")
    row = MeasureRow(
        line=2,
        month=AUGUST,
        unit="T1",
        numerator=5.0,
        denominator=None,
        contributors=None,
        source=None,
        extracted_at=None,
    )
    for key in ("incident_reporting", "how_to_calls"):
        import_measure(db, find_measure(db, trust, key), trust, [row], origin, today=TODAY)

    add_up_anew(db, trust, today=TODAY)

    assert units_of(db, "incident_reporting") == units_of(db, "how_to_calls") == {ward.id}
