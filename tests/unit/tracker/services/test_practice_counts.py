"""Counting practice by month and unit: both kinds of screen, first rounds only, by group."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from tests.support.queries import count_queries
from tracker.models import Observation, OutcomeMeasure, PracticeAnswer, PracticeForm
from tracker.services.outcome_data import load_data
from tracker.services.outcome_series import series_key
from tracker.services.practice_counts import count_practice

OCTOBER = date(2026, 10, 1)


@pytest.fixture
def practised(db, factories):
    """Somebody answered a round: each answer is (something was there, they said so)."""

    def practised(unit, *answers, person=None, attempt=1, on=date(2026, 10, 14)):
        person = person or factories.StaffMember()
        form = PracticeForm(
            organisation_id=person.organisation_id,
            staff_member_id=person.id,
            organisation_unit_id=unit.id,
            attempt=attempt,
            items=[],
            begun_on=on,
            hits=answers.count((True, True)),
            misses=answers.count((True, False)),
            false_alarms=answers.count((False, True)),
            correct_rejections=answers.count((False, False)),
        )
        for position, (has_signal, says_action) in enumerate(answers):
            form.answers.append(
                PracticeAnswer(
                    organisation_id=person.organisation_id,
                    position=position,
                    says_action=says_action,
                    how_sure=3,
                    has_signal=has_signal,
                    is_correct=has_signal == says_action,
                    is_first_attempt=attempt == 1,
                    answered_on=on,
                    answered_at=datetime(2026, 10, 14, 9, 0, tzinfo=UTC),
                )
            )
        db.add(form)
        db.flush()
        return person

    return practised


@pytest.fixture
def count(db, organisation, today, now):
    def count():
        tally = count_practice(db, organisation, today=today, now=now)
        db.flush()
        return tally

    return count


@pytest.fixture
def seen(db):
    def seen(key):
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

    return seen


KEEN = ((True, True), (False, True))
RIGHT = ((True, True), (False, False))


class TestCounting:
    def test_a_unit_counts_with_all_below_it(self, factories, practised, count, seen):
        division = factories.OrganisationUnit()
        ward = factories.OrganisationUnit(parent=division)
        practised(ward, *RIGHT)
        practised(division, *KEEN)

        count()

        spotted, false_alarms = seen("practice_hits"), seen("practice_false_alarms")
        assert spotted[ward.id, OCTOBER] == (1, 1, 1)
        assert spotted[division.id, OCTOBER] == (2, 2, 2)
        assert spotted[None, OCTOBER] == (2, 2, 2)
        assert false_alarms[ward.id, OCTOBER] == (0, 1, 1)
        assert false_alarms[None, OCTOBER] == (1, 2, 2)

    @pytest.mark.parametrize("always", [True, False])
    def test_one_answer_for_every_screen_shows_on_both_sides(
        self, factories, practised, count, seen, always
    ):
        ward = factories.OrganisationUnit()
        for _ in range(8):
            practised(ward, *((has_signal, always) for has_signal in (True, False) * 4))

        count()

        assert seen("practice_hits")[ward.id, OCTOBER] == (32 * always, 32, 8)
        assert seen("practice_false_alarms")[ward.id, OCTOBER] == (32 * always, 32, 8)

    def test_later_rounds_are_left_out(self, factories, practised, count, seen):
        ward = factories.OrganisationUnit()
        person = practised(ward, *KEEN)
        practised(ward, *RIGHT, person=person, attempt=2, on=date(2026, 11, 3))

        count()

        assert set(seen("practice_hits")) == {(ward.id, OCTOBER), (None, OCTOBER)}

    def test_another_trusts_answers_are_not_counted(self, factories, practised, count, seen):
        elsewhere = factories.Organisation()
        ward = factories.OrganisationUnit(organisation_id=elsewhere.id)
        stranger = factories.StaffMember(organisation_id=elsewhere.id)
        practised(ward, *RIGHT, person=stranger)

        count()

        assert seen("practice_hits") == {}

    def test_counted_twice_it_changes_nothing(self, factories, practised, count):
        practised(factories.OrganisationUnit(), *RIGHT)
        assert count().changed_anything

        assert not count().changed_anything

    def test_the_statements_do_not_grow_with_the_answers(self, db, factories, practised, count):
        ward = factories.OrganisationUnit()
        practised(ward, *RIGHT)
        count()
        with count_queries(db) as few:
            count()
        for _ in range(10):
            practised(ward, *RIGHT)
        with count_queries(db) as many:
            count()

        assert many.number <= few.number + 2  # what differs is written, in one statement each


class TestInTheReport:
    """A unit's own d-prime goes into the report, once, with what stands below it counted once."""

    @pytest.mark.parametrize(
        ("answers", "value"),
        [
            # 3 of 4 spotted, 1 of 4 false alarms, each by 8: H = 24.5/33, F = 8.5/33.
            (((True, True),) * 3 + ((True, False), (False, True)) + ((False, False),) * 3, 1.30),
            (((True, True), (False, True)) * 4, 0.0),
            (((True, False), (False, False)) * 4, 0.0),
        ],
    )
    def test_one_answer_for_every_screen_is_nought(
        self, db, organisation, factories, practised, count, answers, value
    ):
        division = factories.OrganisationUnit()
        ward = factories.OrganisationUnit(parent=division)
        for _ in range(8):
            practised(ward, *answers)
        count()

        data = load_data(db, organisation.id)

        for unit_id in (ward.id, division.id, None):
            series = data.series[series_key("alert_recognition_practice", unit_id)]
            (cell,) = series.cells.values()
            assert cell.numerator / cell.denominator == pytest.approx(value, abs=0.005)
            assert cell.contributors == 8
            assert data.inside[series.key].cells
