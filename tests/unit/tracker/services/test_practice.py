"""Drawing forms of mock screens, and keeping the answers as given."""

import json
from importlib.resources import files

import pytest
from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import DBAPIError

from tests.support.queries import count_queries
from tracker.errors import InvalidInputError, NotAllowedNowError, NotFoundError
from tracker.models import PracticeAnswer, PracticeForm, PracticeTemplate
from tracker.practice import make_screen, the_bank
from tracker.security.identity import Identity
from tracker.services.practice import (
    SCREENS,
    AnswerDraft,
    is_under_way,
    keep_answer,
    practice_start,
    screen_page,
    start_or_resume,
)
from tracker.services.practice_words import practice_end

ITEMS = files("tracker.practice") / "items"


@pytest.fixture
def who(factories):
    person = factories.StaffMember()
    return Identity(staff_id=person.id, organisation_id=person.organisation_id)


@pytest.fixture
def begin(db, who, today, now):
    return lambda: start_or_resume(db, by=who, today=today, now=now)


@pytest.fixture
def say(db, today, now):
    def say(form, position, *, action=True, sure=3, part=""):
        draft = AnswerDraft(position=position, says_action=action, how_sure=sure, part=part)
        return keep_answer(db, form, draft, today=today, now=now)

    return say


@pytest.fixture
def finish(say):
    def finish(form, *, action=lambda has_signal: has_signal, sure=3):
        for position, (_key, _seed, has_signal) in enumerate(form.items):
            say(form, position, action=action(has_signal), sure=sure)
        return form

    return finish


class TestStarting:
    def test_asked_twice_it_is_the_same_form(self, db, begin):
        assert begin() is begin()
        assert db.scalar(select(func.count()).select_from(PracticeForm)) == 1

    def test_the_next_form_is_a_repeat(self, begin, finish, say):
        first = finish(begin())
        second = begin()
        say(second, 0)

        assert (first.attempt, second.attempt) == (1, 2)
        assert all(one.is_first_attempt for one in first.answers)
        assert not second.answers[0].is_first_attempt

    def test_it_notes_where_the_person_works_today(self, db, factories, today, now):
        assignment = factories.Assignment()
        person = assignment.staff_member
        who = Identity(staff_id=person.id, organisation_id=person.organisation_id)
        factories.RoleProfile(staff_group=assignment.staff_group)
        exact = factories.RoleProfile(job_role=assignment.job_role)
        factories.RoleProfile(job_role="Porter")

        form = start_or_resume(db, by=who, today=today, now=now)

        assert form.organisation_unit_id == assignment.organisation_unit.id
        assert form.role_profile_id == exact.id

    def test_a_form_of_a_template_that_is_gone_is_left_and_a_new_one_drawn(self, db, who, begin):
        old = begin()
        old.items = [["gone", 1, True], *old.items[1:]]
        db.flush()

        assert not is_under_way(old)
        with pytest.raises(NotFoundError):
            screen_page(db, old, 0)
        assert begin().attempt == 2
        assert practice_start(db, by=who).finished is None

    def test_it_takes_few_statements(self, db, begin, say):
        form = begin()
        db.flush()
        with count_queries(db) as counted:
            begin()
        assert counted.number <= 4
        with count_queries(db) as counted:
            say(form, 0)
        assert counted.number <= 4


class TestAnswering:
    def test_an_answer_is_right_when_it_says_what_the_screen_has(self, begin, finish):
        form = finish(begin(), action=lambda _has_signal: True)

        assert [one.is_correct for one in form.answers] == [one[2] for one in form.items]

    def test_sent_twice_or_out_of_order_it_changes_nothing(self, begin, say):
        form = begin()

        assert say(form, 0, action=True)
        assert not say(form, 0, action=False)
        assert not say(form, 3)
        assert not say(form, -1)

        (only,) = form.answers
        assert only.says_action

    def test_after_the_last_there_is_no_more(self, begin, finish, say):
        form = finish(begin())

        assert not say(form, SCREENS)
        assert len(form.answers) == SCREENS

    @pytest.mark.parametrize(("sure", "part"), [(0, ""), (5, ""), (3, "elsewhere")])
    def test_what_the_page_does_not_offer_is_refused(self, begin, say, sure, part):
        form = begin()

        with pytest.raises(InvalidInputError):
            say(form, 0, sure=sure, part=part)

        assert form.answers == []

    @pytest.mark.parametrize("change", [delete(PracticeAnswer), update(PracticeAnswer)])
    def test_the_database_keeps_answers_as_given(self, db, begin, say, change):
        say(begin(), 0)
        if change.is_update:
            change = change.values(is_correct=True)

        with pytest.raises(DBAPIError, match="kept as it was"), db.begin_nested():
            db.execute(change)

    def test_the_screen_is_the_one_that_was_drawn(self, db, begin):
        form = begin()
        key, seed, with_signal = form.items[0]

        page = screen_page(db, form, 0)

        assert page.screen == make_screen(the_bank()[key], seed, with_signal=with_signal)
        assert screen_page(db, form, 1) is None
        with pytest.raises(NotFoundError):
            screen_page(db, form, SCREENS)


class TestTheEnd:
    def test_a_form_that_is_not_finished_has_no_end(self, db, begin):
        with pytest.raises(NotAllowedNowError):
            practice_end(db, begin())

    @pytest.mark.parametrize("always", [True, False])
    def test_one_answer_for_every_screen_does_not_look_good(self, db, begin, finish, always):
        end = practice_end(db, finish(begin(), action=lambda _: always))

        assert "You said that" in end.sentences[0]
        assert "Show one" in end.next_step

    def test_what_was_passed_by_is_named_once_each(self, db, begin, finish):
        form = finish(begin(), action=lambda _: False)
        end = practice_end(db, form)

        missed = [the_bank()[key].passed_by for key, _, has_signal in form.items if has_signal]
        assert list(end.look_again) == missed

    def test_a_screen_of_the_trusts_own_is_named_too(self, db, begin, finish):
        form = finish(begin(), action=lambda _: False)
        at = next(place for place, item in enumerate(form.items) if item[2])
        content = json.loads((ITEMS / "meal_tray.json").read_text())
        own = PracticeTemplate(
            organisation_id=form.organisation_id,
            key="trays",
            version=1,
            content={**content, "passed_by": "the name on a lunch tray"},
            author_id=form.staff_member_id,
            changed_at=form.begun_at,
        )
        db.add(own)
        db.flush()
        form.items[at][0] = f"own:{own.public_id}"

        assert "the name on a lunch tray" in practice_end(db, form).look_again

    def test_sure_and_the_other_way_is_told(self, db, begin, finish):
        form = finish(begin(), action=lambda has_signal: not has_signal, sure=4)

        assert any("quite sure" in sentence for sentence in practice_end(db, form).sentences)

    def test_it_never_gives_a_mark(self, db, begin, finish):
        end = practice_end(db, finish(begin()))

        words = " ".join([*end.sentences, *end.look_again, end.next_step])
        assert not any(letter.isdigit() for letter in words)
        assert "%" not in words
