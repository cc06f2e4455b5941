from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from integrations.outcomes.incidents_csv import read_incidents
from integrations.outcomes.records import MeasureRow
from integrations.tables.rows import RejectedRow
from tests.support.queries import count_queries
from tracker.errors import InvalidInputError, NotFoundError
from tracker.models import (
    AlertEvent,
    AuditEvent,
    AuditKind,
    Direction,
    ImportRun,
    Incident,
    MeasureFamily,
    MeasureUnit,
    Observation,
    OutcomeMeasure,
    RejectedRecord,
    RunState,
)
from tracker.security.identity import System
from tracker.services.alerts import Pseudonyms, import_alerts, open_log
from tracker.services.incidents import import_incidents
from tracker.services.measures import (
    MeasureDraft,
    define_measure,
    find_measure,
    seed_built_in_measures,
)
from tracker.services.observations import Origin, import_measure

TODAY = date(2026, 11, 22)
TAKEN = datetime(2026, 11, 3, 6, 0, tzinfo=UTC)


@pytest.fixture
def trust(db, organisation):
    seed_built_in_measures(db, organisation, today=TODAY)
    return organisation


@pytest.fixture
def origin(db, trust):
    run = ImportRun(
        organisation_id=trust.id, kind="measure", file_name="x.csv", state=RunState.RUNNING
    )
    db.add(run)
    db.flush()
    return Origin(run_id=run.id, source="x.csv", extracted_at=TAKEN)


@pytest.fixture
def ward(factories, trust):  # noqa: ARG001 - of the trust that the test uses
    return factories.OrganisationUnit(code="W1")


def observed(db: Session, key: str) -> dict:
    rows = db.execute(
        select(
            Observation.organisation_unit_id,
            Observation.month,
            Observation.numerator,
            Observation.denominator,
            Observation.contributors,
        )
        .join(OutcomeMeasure, OutcomeMeasure.id == Observation.outcome_measure_id)
        .where(OutcomeMeasure.key == key)
    )
    return {(unit, month): tuple(numbers) for unit, month, *numbers in rows}


class TestMeasures:
    def test_the_built_in_measures_are_given_once(self, db, trust):
        assert seed_built_in_measures(db, trust, today=TODAY) == 0
        assert find_measure(db, trust, "harm_share").review_on == date(2027, 11, 1)

    def test_a_trust_can_define_its_own(self, db, trust):
        measure = define_measure(db, trust, draft(), by=System(organisation_id=trust.id))

        assert find_measure(db, trust, "four_hour_breaches") is measure
        (event,) = db.scalars(select(AuditEvent))
        assert event.kind is AuditKind.MEASURE_DEFINED

    @pytest.mark.parametrize(
        ("changes", "words"),
        [
            ({"key": "Four hours!"}, "small letters"),
            ({"key": "harm_share"}, "already"),
            ({"name": " "}, "Say what the name is"),
            ({"denominator": ""}, "needs a denominator"),
            ({"family": MeasureFamily.ACTIVITY}, "beside the outcome"),
            ({"denominator_key": "nothing"}, "no measure with the key"),
        ],
    )
    def test_a_measure_that_cannot_be_read_later_is_refused(self, db, trust, changes, words):
        with pytest.raises(InvalidInputError, match=words):
            define_measure(db, trust, draft(**changes), by=System(organisation_id=trust.id))

    def test_an_unknown_key_is_answered_with_the_known_ones(self, db, trust):
        with pytest.raises(NotFoundError, match="alert_override"):
            find_measure(db, trust, "nothing")


class TestImportMeasure:
    def test_twice_changes_nothing(self, db, trust, origin, ward):
        beds = find_measure(db, trust, "bed_days")
        rows = [row(line=2, unit="W1", numerator=600), row(line=3, unit="", numerator=9000)]

        first = import_measure(db, beds, trust, rows, origin, today=TODAY)
        second = import_measure(db, beds, trust, rows, origin, today=TODAY)

        assert (first.added, second.added, second.unchanged) == (2, 0, 2)
        assert not second.changed_anything
        assert observed(db, "bed_days") == {
            (ward.id, date(2026, 9, 1)): (600, None, None),
            (None, date(2026, 9, 1)): (9000, None, None),
        }

    def test_a_later_file_restates_a_month(self, db, trust, origin):
        beds = find_measure(db, trust, "bed_days")
        import_measure(db, beds, trust, [row(numerator=600)], origin, today=TODAY)

        tally = import_measure(db, beds, trust, [row(numerator=610)], origin, today=TODAY)

        assert (tally.added, tally.restated) == (0, 1)
        assert observed(db, "bed_days")[None, date(2026, 9, 1)][0] == 610

    def test_what_cannot_be_used_is_kept_by_line_and_reason(self, db, trust, origin, ward):
        factories_twin = row(line=4, unit=ward.source_key)
        rows = [
            row(line=2, unit="W1"),
            row(line=3, unit="nowhere"),
            factories_twin,
            RejectedRow(line=5, reason="The numerator is not a number."),
        ]

        tally = import_measure(
            db, find_measure(db, trust, "bed_days"), trust, rows, origin, today=TODAY
        )

        kept = db.execute(select(RejectedRecord.line, RejectedRecord.reason)).all()
        assert [tuple(record) for record in sorted(kept)] == [
            (3, "This unit is not known here. Import the HR file that has it first."),
            (4, "This month and unit are already on line 2."),
            (5, "The numerator is not a number."),
        ]
        assert tally.counts()["rejected"] == 3
        assert tally.counts()["added"] == 1

    def test_two_units_of_one_name_are_not_guessed_between(self, db, trust, origin, factories):
        factories.OrganisationUnit(name="Outpatients")
        factories.OrganisationUnit(name="Outpatients")

        tally = import_measure(
            db,
            find_measure(db, trust, "bed_days"),
            trust,
            [row(unit="Outpatients")],
            origin,
            today=TODAY,
        )

        assert tally.rejected[0].reason == "More than one unit goes by this code or name."

    def test_a_unit_that_has_closed_gives_way_to_the_open_one(self, db, trust, origin, factories):
        factories.OrganisationUnit(code="W9", effective_to=date(2024, 1, 1))
        new = factories.OrganisationUnit(code="W9")

        import_measure(
            db, find_measure(db, trust, "bed_days"), trust, [row(unit="W9")], origin, today=TODAY
        )

        assert list(observed(db, "bed_days")) == [(new.id, date(2026, 9, 1))]

    def test_the_number_of_statements_does_not_grow_with_the_rows(self, db, trust, origin):
        beds = find_measure(db, trust, "bed_days")
        few = [row(line=1, month=date(2026, 1, 1))]
        many = [row(line=n, month=date(2000 + n // 12, n % 12 + 1, 1)) for n in range(200)]

        with count_queries(db) as for_few:
            import_measure(db, beds, trust, few, origin, today=TODAY)
        with count_queries(db) as for_many:
            import_measure(db, beds, trust, many, origin, today=TODAY)

        assert for_many.number <= for_few.number + 1


class TestImportIncidents:
    HEADER = "reference,unit,occurred_on,reported_on,harm,cause,description\n"

    @pytest.fixture
    def load(self, db, trust, origin, tmp_path):
        def load(text):
            path = tmp_path / "incidents.csv"
            path.write_text(self.HEADER + text)
            return import_incidents(
                db, trust, read_incidents(path, today=TODAY), origin, today=TODAY
            )

        return load

    def test_they_are_counted_for_the_unit_and_all_above_it(self, db, load, factories, ward):
        team = factories.OrganisationUnit(code="T1", parent_id=ward.id)

        load(
            "I1,T1,2026-08-03,,none,use_related,x\n"
            "I2,W1,2026-08-09,,severe,technical,x\n"
            "I3,,2026-08-10,,none,unclear,x\n"
        )

        august = date(2026, 8, 1)
        reported = observed(db, "incident_reporting")
        assert {unit: reported[unit, august][0] for unit in (team.id, ward.id, None)} == {
            team.id: 1,
            ward.id: 2,
            None: 3,
        }
        assert observed(db, "harm_share")[ward.id, august][:2] == (1, 2)
        assert observed(db, "use_related_incidents")[ward.id, august][0] == 1
        assert observed(db, "technical_incidents")[None, august][0] == 1

    def test_a_month_without_an_incident_is_a_nought_but_has_no_share(self, db, load):
        load("I1,,2026-06-03,,none,technical,x\nI2,,2026-08-09,,none,technical,x\n")

        assert [
            numbers[0] for _, numbers in sorted(observed(db, "incident_reporting").items())
        ] == [1, 0, 1]
        assert len(observed(db, "harm_share")) == 2

    def test_twice_changes_nothing(self, db, load):
        text = "I1,,2026-08-03,2026-08-04,none,technical,x\n"
        load(text)
        before = observed(db, "incident_reporting")

        tally = load(text)

        assert not tally.changed_anything
        assert observed(db, "incident_reporting") == before

    def test_an_incident_that_was_regraded_and_redated_is_counted_where_it_belongs(self, db, load):
        load("I1,,2026-08-03,,none,technical,x\nI2,,2026-09-03,,none,technical,x\n")

        tally = load("I1,,2026-09-01,,fatal,technical,x\n")

        assert tally.restated == 1
        assert observed(db, "harm_share") == {(None, date(2026, 9, 1)): (1, 2, None)}
        assert len(observed(db, "incident_reporting")) == 1

    def test_a_unit_counts_from_the_start_of_the_feed_or_of_the_unit(self, db, load, factories):
        old = factories.OrganisationUnit(code="T1")
        new = factories.OrganisationUnit(code="T2", effective_from=date(2026, 7, 15))

        load(
            "I1,,2026-06-03,,none,technical,x\n"
            "I2,T1,2026-08-03,,none,technical,x\n"
            "I3,T2,2026-08-03,,none,technical,x\n"
        )

        months = dict.fromkeys((old.id, new.id, None), 0)
        for unit, _month in observed(db, "incident_reporting"):
            months[unit] += 1
        assert months == {old.id: 3, new.id: 2, None: 3}

    def test_the_story_is_nowhere_in_the_database(self, db, load):
        load("I1,,2026-08-03,,none,technical,Mr Smith fell\n")

        (incident,) = db.scalars(select(Incident))
        assert "Smith" not in str(vars(incident))

    def test_a_unit_that_moved_is_counted_under_its_new_division(self, db, load, factories):
        old, new = factories.OrganisationUnit(), factories.OrganisationUnit()
        team = factories.OrganisationUnit(code="T1", parent_id=old.id)
        text = "I1,T1,2026-08-03,,none,technical,x\n"
        load(text)
        team.parent_id = new.id
        db.flush()

        tally = load(text)

        assert not tally.changed_anything
        assert set(observed(db, "harm_share")) == {
            (unit, date(2026, 8, 1)) for unit in (team.id, new.id, None)
        }


class TestImportAlerts:
    HEADER = "alert_id,unit,fired_at,staff,alert_type,response,responded_at,true_alert\n"

    @pytest.fixture
    def load(self, db, trust, origin, tmp_path):
        def load(text):
            path = tmp_path / "alerts.csv"
            path.write_text(self.HEADER + text)
            log = open_log(db, trust, path, Pseudonyms("secret", trust), today=TODAY)
            return import_alerts(db, trust, log, origin)

        return load

    ALERTS = (
        "A1,W1,2026-08-03T09:00,7,allergy,accepted,2026-08-03T09:02,yes\n"
        "A2,W1,2026-08-03T10:00,7,allergy,overridden,2026-08-03T10:01,yes\n"
        "A3,W1,2026-08-04T10:00,8,allergy,ignored,,yes\n"
        "A4,W1,2026-08-04T11:00,9,allergy,overridden,2026-08-04T11:00,no\n"
        "A5,W1,2026-08-04T12:00,9,allergy,overridden,2026-08-04T12:00,\n"
    )

    def test_recognition_counts_true_alerts_and_the_staff_behind_them(self, db, load, ward):
        load(self.ALERTS)

        august = date(2026, 8, 1)
        assert observed(db, "alert_recognition") == {
            (ward.id, august): (1, 3, 2),
            (None, august): (1, 3, 2),
        }
        assert observed(db, "alert_override")[ward.id, august] == (3, 4, 2)

    def test_one_person_in_two_teams_is_counted_once_above_them(self, db, load, factories, ward):
        for code in ("T1", "T2"):
            factories.OrganisationUnit(code=code, parent_id=ward.id)

        load(
            "A1,T1,2026-08-03T09:00,7,allergy,accepted,,yes\n"
            "A2,T2,2026-08-03T10:00,7,allergy,accepted,,yes\n"
        )

        assert observed(db, "alert_recognition")[ward.id, date(2026, 8, 1)] == (2, 2, 1)

    @pytest.mark.usefixtures("ward")
    def test_twice_changes_nothing(self, db, load):
        load(self.ALERTS)

        tally = load(self.ALERTS)

        assert not tally.changed_anything
        assert db.scalar(select(func.count()).select_from(AlertEvent)) == 5

    def test_an_alert_that_is_audited_later_is_restated(self, db, load, ward):
        load("A1,W1,2026-08-03T09:00,7,allergy,accepted,,\n")

        tally = load("A1,W1,2026-08-03T09:00,7,allergy,accepted,,yes\n")

        assert tally.restated == 1
        assert observed(db, "alert_recognition")[ward.id, date(2026, 8, 1)] == (1, 1, 1)

    @pytest.mark.usefixtures("ward")
    def test_nobody_is_named(self, db, load):
        load("A1,W1,2026-08-03T09:00,20000001,allergy,accepted,,yes\n")

        (event,) = db.scalars(select(AlertEvent))
        assert "20000001" not in str(vars(event))

    def test_two_trusts_give_one_person_two_pseudonyms(self, trust, factories):
        other = factories.Organisation()

        assert Pseudonyms("s", trust).of("7") != Pseudonyms("s", other).of("7")


def row(*, line=2, month=date(2026, 9, 1), unit="", numerator=600):
    return MeasureRow(
        line=line,
        month=month,
        unit=unit,
        numerator=Decimal(numerator),
        denominator=None,
        source=None,
        extracted_at=None,
        contributors=None,
    )


def draft(**changes):
    return MeasureDraft(
        **{
            "key": "four_hour_breaches",
            "name": "Waits of more than four hours",
            "why_it_matters": "People should not wait long.",
            "numerator": "People who waited more than four hours",
            "denominator": "People who came",
            "direction": Direction.DECREASE,
            "family": MeasureFamily.OUTCOME,
            "unit": MeasureUnit.PERCENT,
            **changes,
        }
    )
