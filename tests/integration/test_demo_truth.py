"""The report finds what is planted in the demo trust, and does not find what is not there.

One trust of 2,000 staff goes through the importers, on the database that trusts use (the demo
command's own tests load both kinds); how often this comes out for other trusts is
what `python -m benchmarks.simulate_demo` measures.
"""

from datetime import date
from types import SimpleNamespace

import pytest
from sqlalchemy import func, select

from tests.conftest import NOW, SECRET
from tests.support import databases
from tracker.db import open_engine, session_for
from tracker.demo.trust import write_trust
from tracker.demo.truth import Change
from tracker.jobs import load_demo
from tracker.models import (
    AlertEvent,
    Appraisal,
    Assignment,
    Goal,
    Incident,
    Induction,
    Observation,
    OrganisationUnit,
    PracticeAnswer,
    PracticeForm,
    RejectedRecord,
    ReportingLine,
    SealedRecord,
    StaffMember,
)
from tracker.security.identity import Identity, System
from tracker.services.organisations import find_organisation
from tracker.services.outcome_report import outcome_report
from tracker.services.outcome_values import Audience, Verdict
from tracker.services.team import NextStep, team_page

SEED = 1
TODAY = NOW.date()
TELLS_A_CHANGE = {Verdict.BETTER, Verdict.WORSE, Verdict.CHANGED}
EVERYTHING = (
    AlertEvent,
    Appraisal,
    Assignment,
    Goal,
    Incident,
    Induction,
    Observation,
    OrganisationUnit,
    PracticeAnswer,
    PracticeForm,
    ReportingLine,
    SealedRecord,
    StaffMember,
)


@pytest.fixture(scope="module", params=databases.KINDS[-1:])
def trust(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("demo")
    facts = write_trust(folder, seed=SEED, staff=2_000, until=TODAY)
    with databases.fresh_database(request.param, tmp_path_factory.mktemp("database")) as url:
        engine = open_engine(url)
        steps = list(load(engine, facts))
        yield SimpleNamespace(engine=engine, facts=facts, steps=steps)
        engine.dispose()


@pytest.fixture(scope="module")
def reports(trust):
    """The report of the whole trust (no code) and of each unit that has a truth of its own."""
    with session_for(trust.engine) as db:
        organisation = find_organisation(db)
        units = {
            unit.code: unit
            for unit in db.scalars(select(OrganisationUnit))
            if unit.kind == "Division" or unit.code in {"1020", "6010"}
        }
        return {
            code: outcome_report(
                db,
                organisation,
                units.get(code),
                first_month=trust.facts.plan.months[0],
                last_month=trust.facts.plan.months[-1],
                audience=Audience.INSIDE,
                by=System(organisation_id=organisation.id),
                today=TODAY,
            )
            for code in ("", *units)
        }


def load(engine, facts):
    return load_demo.run(engine, facts, secret=SECRET, now=NOW, today=TODAY)


def verdict(reports, unit, measure):
    return next(c for c in reports[unit].changes if c.measure_key == measure)


def truths(trust, reports, change):
    """Pair what is true with what the report says; practice of too few people is not told."""
    return [
        (item, verdict(reports, item.unit, item.measure))
        for item in trust.facts.expected
        if item.change is change
        and item.unit in reports
        and ("practice" not in item.measure or is_told(reports, item))
    ]


def is_told(reports, item):
    return any(c.measure_key == item.measure for c in reports[item.unit].changes)


def test_everything_comes_in_and_nothing_is_refused(trust):
    with session_for(trust.engine) as db:
        assert db.scalar(select(func.count(RejectedRecord.id))) == 0
    assert all(step.new for step in trust.steps)


def test_a_second_load_changes_nothing(trust):
    with session_for(trust.engine) as db:
        before = [db.scalar(select(func.count()).select_from(model)) for model in EVERYTHING]

    again = list(load(trust.engine, trust.facts))

    assert not any(step.new for step in again)
    with session_for(trust.engine) as db:
        assert [
            db.scalar(select(func.count()).select_from(model)) for model in EVERYTHING
        ] == before


class TestWhatIsPlanted:
    @pytest.mark.parametrize(
        ("unit", "measure", "says"),
        [
            ("2000", "alert_recognition", Verdict.BETTER),
            ("2000", "use_related_incidents", Verdict.BETTER),
            ("1020", "alert_recognition", Verdict.BETTER),
            ("3000", "training_completion", Verdict.BETTER),
            ("4000", "incident_reporting", Verdict.CHANGED),
            ("4000", "harm_share", Verdict.BETTER),
            ("2000", "alert_recognition_practice", Verdict.BETTER),
        ],
    )
    def test_is_found_and_read_the_right_way(self, reports, unit, measure, says):
        assert verdict(reports, unit, measure).verdict is says

    def test_has_the_size_that_was_planted(self, reports):
        recognised = verdict(reports, "2000", "alert_recognition")
        from_use = verdict(reports, "2000", "use_related_incidents")

        assert recognised.effect_low <= 15 <= recognised.effect_high
        assert from_use.effect_low <= 0.7 <= from_use.effect_high

    def test_is_never_found_the_wrong_way_round(self, trust, reports):
        for item, told in truths(trust, reports, Change.PLANTED):
            if told.verdict in TELLS_A_CHANGE:
                assert (told.after > told.before) == (item.direction == "up"), item

    def test_reporting_is_never_shown_without_its_harm(self, reports):
        figure = next(
            figure
            for section in reports["4000"].sections
            for figure in section.figures
            if any(chart.measure.key == "incident_reporting" for chart in figure.charts)
        )

        assert {chart.measure.key for chart in figure.charts} >= {"harm_share"}

    def test_learning_to_say_yes_is_not_called_better(self, reports):
        """More is spotted, and as many more false alarms are raised: nothing was learned."""
        told = {
            key: verdict(reports, "5000", key)
            for key in ("alert_recognition_practice", "practice_hits", "practice_false_alarms")
        }

        assert told["alert_recognition_practice"].verdict is Verdict.NO_CHANGE
        for key in ("practice_hits", "practice_false_alarms"):
            assert told[key].verdict is Verdict.CHANGED
            assert told[key].after > told[key].before
        better = [c.measure_key for c in reports["5000"].changes if c.verdict is Verdict.BETTER]
        assert not {"practice_hits", "alert_recognition_practice"} & set(better)
        (figure,) = [
            figure
            for section in reports["5000"].sections
            for figure in section.figures
            if [chart.measure.key for chart in figure.charts]
            == ["practice_hits", "practice_false_alarms"]
        ]
        assert "not learning to see" in figure.sentence

    def test_a_target_met_with_its_point_missed_is_asked_about(self, reports):
        asked = [
            question for question in reports["3000"].questions if question.startswith("Surgery and")
        ]

        assert len(asked) == 1
        assert not any("Specialist Medicine" in question for question in reports[""].questions)

    def test_the_registered_comparison_finds_what_the_goals_did(self, reports):
        (figure,) = [
            figure
            for section in reports[""].sections
            if section.key == "comparisons"
            for figure in section.figures
        ]
        said = " ".join([figure.sentence, figure.withheld, *figure.remarks])

        assert "Alerts recognised went up by" in said
        assert "beyond what the other units did" in said
        assert "60 people with such a goal" in said
        assert "did not clearly move" in said, "the negative control stays still"
        assert "It is not proof." in said
        assert "already" not in said, "it was written down before any month of after was in"


class TestWhatIsNot:
    def test_is_not_found_in_any_report(self, trust, reports):
        found = [
            (item.unit, item.measure)
            for item, told in truths(trust, reports, Change.NONE)
            if told.verdict in TELLS_A_CHANGE
        ]

        assert found == []

    def test_technical_incidents_never_change(self, reports):
        told = {
            unit: [c.verdict for c in report.changes if c.measure_key == "technical_incidents"]
            for unit, report in reports.items()
        }

        assert any(told.values())
        assert not TELLS_A_CHANGE & {one for several in told.values() for one in several}


class TestWhatPeopleFind:
    def test_the_manager_has_twelve_people_and_something_to_do(self, trust):
        with session_for(trust.engine) as db:
            team = team_page(db, by=identity(db, "mo.manager"), today=TODAY)

        assert len(team) == 12
        assert {NextStep.PREPARE, NextStep.MEET} <= {one.next_step for one in team}
        assert any(one.is_late for one in team)
        assert sum(one.open_goals for one in team) >= 5

    def test_the_starter_has_an_induction_a_buddy_and_something_missing(self, trust):
        with session_for(trust.engine) as db:
            nia = identity(db, "nia.starter")
            induction = db.scalars(
                select(Induction).where(Induction.staff_member_id == nia.staff_id)
            ).one()

            assert induction.starts_on == date(2026, 11, 8)
            assert induction.buddy_id is not None
            assert any(task.done_at for task in induction.tasks)
            assert any(not task.done_at for task in induction.tasks)

    def test_the_member_of_staff_has_last_goals_and_an_open_appraisal(self, trust):
        with session_for(trust.engine) as db:
            sam = identity(db, "sam.staff")
            appraisals = db.scalars(
                select(Appraisal).where(Appraisal.appraisee_id == sam.staff_id)
            ).all()

            assert [one.is_open for one in appraisals] == [False, True]
            assert appraisals[1].previous_id == appraisals[0].id


def identity(db, uid):
    person = db.scalars(select(StaffMember).where(StaffMember.email.like(f"{uid}@%"))).one()
    return Identity(staff_id=person.id, organisation_id=person.organisation_id, name=person.name)
