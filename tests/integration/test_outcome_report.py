from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from tests.support.outcomes import FIRST, LAST, MONTHS, counts, observe, shares
from tests.support.queries import count_queries
from tracker.errors import InvalidInputError
from tracker.models import Annotation, AuditEvent, AuditKind, OutcomeMeasure, Rebase
from tracker.security.identity import System
from tracker.services.outcome_report import outcome_report
from tracker.services.outcome_values import Audience, Verdict

TODAY = date(2026, 11, 22)
MOST_QUERIES = 15


@pytest.fixture
def report(db, organisation):
    def make(unit=None, *, first=FIRST, last=LAST, audience=Audience.INSIDE):
        return outcome_report(
            db,
            organisation,
            unit,
            first_month=first,
            last_month=last,
            audience=audience,
            by=System(organisation_id=organisation.id),
            today=TODAY,
        )

    return make


def verdicts(report):
    return {change.measure_key: change.verdict for change in report.changes}


def figures(report, key):
    return next(section for section in report.sections if section.key == key).figures


class TestWhatChanged:
    def test_it_finds_what_is_there_and_not_what_is_not(self, db, organisation, report):
        observe(db, organisation, "alert_recognition", shares(0.40, 0.55))
        observe(db, organisation, "bed_days", [3000] * 36)
        observe(db, organisation, "technical_incidents", counts(24, 24))

        made = report()

        assert verdicts(made) == {
            "alert_recognition": Verdict.BETTER,
            "technical_incidents": Verdict.NO_CHANGE,
        }
        assert made.summary[0] == "One got better: Alerts recognised."
        assert made.changes[0].sentence.startswith("Alerts recognised: up from 4")
        assert "chance alone would do it less than 1 time in 1,000" in made.changes[0].how_sure

    def test_a_fall_of_a_good_thing_is_worse(self, db, organisation, report):
        observe(db, organisation, "alert_recognition", shares(0.55, 0.40))

        assert verdicts(report()) == {"alert_recognition": Verdict.WORSE}

    def test_few_events_are_too_few_to_tell(self, db, organisation, report):
        observe(db, organisation, "bed_days", [300] * 36)
        observe(db, organisation, "use_related_incidents", [0, 0, 1] * 12)

        made = report()

        assert verdicts(made) == {"use_related_incidents": Verdict.TOO_FEW}
        assert made.changes[0].sentence.endswith("too few to tell.")
        assert made.changes[0].before is None

    def test_units_below_are_told_apart(self, db, organisation, report, factories):
        changed, same = (factories.OrganisationUnit(name=name) for name in ("Ward A", "Ward B"))
        for unit, after in ((changed, 0.60), (same, 0.40)):
            observe(db, organisation, "alert_recognition", shares(0.40, after), unit=unit)
        whole = shares(0.40, 0.50, of=600, staff=90)
        observe(db, organisation, "alert_recognition", whole)

        told = {change.unit_name: change.verdict for change in report().unit_changes}

        assert told == {"Ward A": Verdict.BETTER, "Ward B": Verdict.NO_CHANGE}

    def test_more_reports_of_everything_are_not_called_worse(self, db, organisation, report):
        observe(db, organisation, "bed_days", [3000] * 36)
        observe(db, organisation, "incident_reporting", counts(60, 110))
        observe(db, organisation, "use_related_incidents", counts(30, 55, seed=2))
        observe(db, organisation, "harm_share", shares(0.14, 0.08))

        made = report()

        use_related = next(c for c in made.changes if c.measure_key == "use_related_incidents")
        assert use_related.verdict is Verdict.CHANGED
        assert "People also report more" in use_related.sentence
        assert figures(made, "reports-and-harm")[0].sentence.startswith("More incidents are rep")


class TestCompletion:
    def test_it_stands_beside_its_outcome_and_asks_a_question(self, db, organisation, report):
        observe(db, organisation, "training_completion", shares(0.80, 0.95, of=100))
        observe(db, organisation, "alert_recognition", shares(0.40, 0.40))

        made = report()

        (figure,) = figures(made, "target-and-point")
        assert [chart.measure.key for chart in figure.charts] == [
            "training_completion",
            "alert_recognition",
        ]
        question, place = made.questions
        assert question == "Was the target met and the point missed here?"
        assert place.startswith(f"{organisation.name}: training completed went from 80% to 95%")
        assert place.endswith("but “Alerts recognised” did not clearly change.")
        assert "Training completed" not in " ".join(made.summary[:2])

    @pytest.mark.parametrize(("staff", "named"), [(8, True), (7, False)])
    def test_a_unit_of_fewer_than_eight_staff_is_never_asked_about(
        self, db, organisation, report, factories, staff, named
    ):
        top = factories.OrganisationUnit(name="Surgery")
        ward = factories.OrganisationUnit(name="Heron", parent_id=top.id)
        done = [(8, 10, 10)] * 24 + [(10, 10, 10)] * 12
        observe(db, organisation, "training_completion", done, unit=ward)
        worse = shares(0.7, 0.4, staff=staff)
        observe(db, organisation, "alert_recognition", worse, unit=ward)
        observe(db, organisation, "alert_recognition", shares(0.7, 0.4, of=900, staff=90))

        for made in (report(), report(top), report(ward)):
            asked = " ".join(made.questions)
            if named and made.unit_name:
                assert "Heron: training completed" in asked
                assert "“Alerts recognised” got worse" in asked
            elif not named:
                assert "Heron" not in asked
        assert ("point missed? In Heron" in " ".join(report(top).summary)) is named

    def test_without_its_outcome_it_is_not_shown(self, db, organisation, report):
        observe(db, organisation, "training_completion", shares(0.80, 0.95, of=100))

        made = report()

        assert made.charts == ()
        assert figures(made, "target-and-point")[0].withheld.startswith("It is only shown beside")


class TestDisclosure:
    def test_what_few_staff_did_is_not_shown(self, db, organisation, report, factories):
        ward = factories.OrganisationUnit()
        observe(db, organisation, "alert_recognition", shares(0.4, 0.6, staff=7), unit=ward)

        made = report(ward)

        assert made.charts == ()
        assert made.changes == ()
        assert "fewer than 8 staff" in figures(made, "outcome")[0].withheld

    def test_incidents_are_shown_inside_and_held_back_outside(self, db, organisation, report):
        observe(db, organisation, "bed_days", [300] * 36)
        observe(db, organisation, "use_related_incidents", [3, 0, 1] * 12)

        assert len(report().charts) == 1
        assert report(audience=Audience.PUBLISHED).charts == ()

    def test_a_published_share_of_people_is_made_of_rounded_counts(self, db, organisation, report):
        observe(db, organisation, "confidence", [(33, 52, 52)] * 36)

        (chart,) = report(audience=Audience.PUBLISHED).charts

        assert {(point.numerator, point.denominator) for point in chart.points} == {(35, 50)}


class TestCharts:
    def test_a_rate_has_bed_days_under_it_and_a_unit_without_beds_has_a_count(
        self, db, organisation, report, factories
    ):
        clinic = factories.OrganisationUnit()
        observe(db, organisation, "bed_days", [2000] * 36)
        for unit in (None, clinic):
            observe(db, organisation, "incident_reporting", [20] * 36, unit=unit)
            observe(db, organisation, "harm_share", [(2, 20)] * 36, unit=unit)

        rate, count = report().charts[0], report(clinic).charts[0]

        assert (rate.points[0].value, rate.unit_words) == (10, "per 1,000 bed days")
        assert (count.points[0].value, count.unit_words) == (20, "a month")

    def test_units_add_up_to_the_whole(self, db, organisation, report, factories):
        for name, part in (("A", (30, 50, 50)), ("B", (10, 30, 30))):
            unit = factories.OrganisationUnit(name=name)
            observe(db, organisation, "confidence", [part] * 36, unit=unit)

        (chart,) = report().charts

        assert (chart.points[0].numerator, chart.points[0].denominator) == (40, 80)

    def test_a_month_for_which_a_unit_sent_nothing_is_left_out(
        self, db, organisation, report, factories
    ):
        for name, gap in (("A", 5), ("B", 99)):
            unit = factories.OrganisationUnit(name=name)
            numbers = [None if n == gap else (30, 50, 50) for n in range(36)]
            observe(db, organisation, "confidence", numbers, unit=unit)

        (chart,) = report().charts

        assert len(chart.points) == 35
        assert "April 2024 is left out, because some units sent no data." in chart.remarks

    def test_missing_months_are_said(self, db, organisation, report):
        numbers = [None if n in (3, 4) else (30, 50, 50) for n in range(36)]
        observe(db, organisation, "confidence", numbers)

        (chart,) = report().charts

        assert (
            "February 2024 and March 2024 are left out, because no data came for them."
            in chart.remarks
        )

    def test_a_month_that_was_not_over_is_left_out_and_a_fresh_one_is_not_final(
        self, db, organisation, report
    ):
        taken = datetime(2026, 10, 20, tzinfo=UTC)
        observe(db, organisation, "confidence", [(30, 50, 50)] * 36, taken=taken)

        made = report()

        (chart,) = made.charts
        assert chart.points[-1].month == date(2026, 9, 1)
        assert [point.month for point in chart.points if point.is_provisional] == [date(2026, 9, 1)]
        assert "October 2026 left out: not over when the data were taken." in made.data_quality[0]

    def test_a_rebase_starts_new_lines_and_an_annotation_is_marked(self, db, organisation, report):
        observe(db, organisation, "confidence", shares(0.4, 0.7, of=50))
        measure_id = db.scalar(select(OutcomeMeasure.id).where(OutcomeMeasure.key == "confidence"))
        common = {"organisation_id": organisation.id, "outcome_measure_id": measure_id}
        db.add(Rebase(**common, month=MONTHS[24], reason="The new record system"))
        db.add(Annotation(**common, month=MONTHS[24], text="New record system"))
        db.flush()

        (chart,) = report().charts

        assert [(phase.first, phase.last) for phase in chart.phases] == [(0, 23), (24, 35)]
        assert [(note.at, note.text) for note in chart.notes] == [(24, "New record system")]

    def test_only_the_months_asked_for_are_shown(self, db, organisation, report):
        observe(db, organisation, "confidence", shares(0.4, 0.4, of=50))

        (chart,) = report(first=MONTHS[6], last=MONTHS[29]).charts

        assert (chart.points[0].month, chart.points[-1].month) == (MONTHS[6], MONTHS[29])

    def test_one_month_is_no_chart(self, db, organisation, report):
        observe(db, organisation, "confidence", shares(0.4, 0.4, of=50))

        made = report(first=LAST, last=LAST)

        assert made.charts == ()
        assert not made.has_data


class TestTheReportItself:
    def test_a_period_without_data_says_so_kindly(self, db, organisation, report):
        observe(db, organisation, "confidence", shares(0.4, 0.4, of=50))

        made = report(first=date(2001, 1, 1), last=date(2001, 12, 1))

        assert not made.has_data
        assert made.summary[0].startswith("There is nothing to report for this period yet.")

    def test_an_organisation_without_any_data_has_an_empty_report(self, report):
        assert not report().has_data

    def test_a_period_that_ends_before_it_begins_is_refused(self, report):
        with pytest.raises(InvalidInputError, match="first month is after the last"):
            report(first=LAST, last=FIRST)

    def test_every_look_is_kept_on_record(self, db, organisation, report):
        report()

        (event,) = db.scalars(select(AuditEvent))
        assert event.kind is AuditKind.REPORT_READ
        assert event.record == f"organisation:{organisation.id}"

    def test_what_was_imported_since_is_in_the_next_look(self, db, organisation, report):
        observe(db, organisation, "confidence", [(30, 50, 50)] * 24, months=MONTHS[:24])
        before = len(report().charts[0].points)
        observe(db, organisation, "confidence", [(30, 50, 50)] * 12, months=MONTHS[24:])

        assert (before, len(report().charts[0].points)) == (24, 36)

    def test_the_queries_do_not_grow_with_charts_and_units(
        self, db, organisation, report, factories
    ):
        observe(db, organisation, "confidence", shares(0.4, 0.4, of=50))
        with count_queries(db) as for_one:
            report()
        for key in ("alert_recognition", "alert_override", "harm_share", "training_completion"):
            observe(db, organisation, key, shares(0.4, 0.4, of=50))
            for _ in range(3):
                unit = factories.OrganisationUnit()
                observe(db, organisation, key, shares(0.4, 0.4, of=50), unit=unit)
        with count_queries(db) as for_many:
            report()

        assert for_many.number == for_one.number
        assert for_many.number <= MOST_QUERIES
