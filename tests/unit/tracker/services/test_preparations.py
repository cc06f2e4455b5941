"""Notes before the meeting: private until shared, and nothing lost between two tabs."""

import pytest
from sqlalchemy import func, select

from tracker.errors import NotAllowedNowError, RecordSealedError, StaleTextError
from tracker.models import Competence, SelfAssessmentAnswer, Side
from tracker.security.identity import Identity
from tracker.services.confidence import answers_of, suggest_goals
from tracker.services.framework_seed import seed_framework
from tracker.services.frameworks import MOST_ASKED, needed_competences
from tracker.services.meetings import MeetingDraft, meeting_page, save_meeting
from tracker.services.preparations import (
    Notes,
    PreparationDraft,
    prepare_page,
    save_preparation,
    share_preparation,
)
from tracker.services.profiles import Work

MINE = Notes(went_well="The new charts", wellbeing="Tired after nights")


def as_identity(person):
    return Identity(staff_id=person.id, organisation_id=person.organisation_id)


@pytest.fixture
def appraisal(factories):
    return factories.Appraisal()


@pytest.fixture
def appraisee(appraisal):
    return as_identity(appraisal.appraisee)


@pytest.fixture
def appraiser(appraisal):
    return as_identity(appraisal.appraiser)


class TestSavePreparation:
    def test_the_other_side_sees_nothing_until_it_is_shared(
        self, db, appraisal, appraisee, appraiser, today, now
    ):
        save_preparation(db, appraisal, draft(MINE), by=appraisee, now=now)
        before = meeting_page(db, appraisal, by=appraiser, today=today)
        share_preparation(db, appraisal, by=appraisee, now=now)
        after = meeting_page(db, appraisal, by=appraiser, today=today)

        assert before.notes[Side.APPRAISEE] is None
        assert before.confidence is None
        assert after.notes[Side.APPRAISEE] == MINE
        assert after.confidence is not None

    def test_the_managers_notes_are_private_too(
        self, db, appraisal, appraisee, appraiser, today, now
    ):
        save_preparation(db, appraisal, draft(MINE), by=appraiser, now=now)

        for viewer in (appraisee, appraiser):  # two people look at this screen
            page = meeting_page(db, appraisal, by=viewer, today=today)
            assert page.notes[Side.APPRAISER] is None

    def test_a_second_tab_sees_both_texts_and_overwrites_nothing(
        self, db, appraisal, appraisee, today, now
    ):
        save_preparation(db, appraisal, draft(MINE), by=appraisee, now=now)

        with pytest.raises(StaleTextError) as refused:
            save_preparation(db, appraisal, draft(Notes(went_well="x")), by=appraisee, now=now)

        assert refused.value.saved["went_well"] == "The new charts"
        assert prepare_page(db, appraisal, by=appraisee, today=today).notes == MINE

    def test_knowing_the_other_text_the_second_tab_may_save(
        self, db, appraisal, appraisee, today, now
    ):
        save_preparation(db, appraisal, draft(MINE), by=appraisee, now=now)
        both = Notes(went_well="The new charts, and x")

        save_preparation(db, appraisal, draft(both, version=1), by=appraisee, now=now)

        assert prepare_page(db, appraisal, by=appraisee, today=today).notes == both

    def test_the_same_form_twice_is_no_conflict(self, db, appraisal, appraisee, now):
        first = save_preparation(db, appraisal, draft(MINE), by=appraisee, now=now)

        assert save_preparation(db, appraisal, draft(MINE), by=appraisee, now=now).version == 1
        assert first.version == 1

    def test_nothing_changes_once_somebody_has_signed(
        self, db, appraisal, appraisee, factories, now
    ):
        factories.Signature(appraisal_id=appraisal.id, signer=appraisal.appraiser)

        with pytest.raises(RecordSealedError, match="takes their signature back"):
            save_preparation(db, appraisal, draft(MINE), by=appraisee, now=now)

    def test_there_is_nothing_to_share_before_there_is_text(self, db, appraisal, appraisee, now):
        with pytest.raises(NotAllowedNowError, match="Write something first"):
            share_preparation(db, appraisal, by=appraisee, now=now)

    def test_names_and_texts_of_any_kind_come_back_as_they_were(
        self, db, appraisal, appraisee, today, now
    ):
        odd = Notes(went_well="<script>alert('x')</script> Zoë 🙂 " + "x" * 5_000)

        save_preparation(db, appraisal, draft(odd), by=appraisee, now=now)

        assert prepare_page(db, appraisal, by=appraisee, today=today).notes == odd


class TestConfidence:
    def test_answers_are_added_and_never_overwritten(
        self, db, organisation, appraisal, appraisee, now
    ):
        seed_framework(db, organisation)
        competence = db.scalar(select(Competence.id).where(Competence.key == "spot-alerts"))
        for confidence in (1, 1, 3, None):
            save_preparation(
                db,
                appraisal,
                draft(Notes(), confidence={competence: confidence}),
                by=appraisee,
                now=now,
            )

        kept = db.scalar(select(func.count()).select_from(SelfAssessmentAnswer))
        assert kept == 3  # the second was no news
        assert answers_of(db, appraisal).now == {competence: None}

    def test_a_manager_cannot_answer_for_somebody(
        self, db, organisation, appraisal, appraiser, now
    ):
        seed_framework(db, organisation)
        competence = db.scalar(select(Competence.id).limit(1))

        save_preparation(
            db, appraisal, draft(Notes(), confidence={competence: 4}), by=appraiser, now=now
        )

        assert answers_of(db, appraisal).now == {}

    def test_the_most_exact_profile_wins_and_essential_comes_first(self, db, organisation, today):
        seed_framework(db, organisation)

        nurse = needed_competences(
            db,
            organisation.id,
            Work(staff_group="Nursing and Midwifery Registered", job_role="Staff Nurse"),
            today=today,
        )
        anybody = needed_competences(db, organisation.id, Work(), today=today)

        assert len(nurse) == MOST_ASKED
        assert nurse[0].name == "Noticing alerts and acting on them"
        assert [one.is_essential for one in nurse] == [True] * 6
        assert "Noticing alerts and acting on them" not in {one.name for one in anybody}

    def test_seeding_twice_changes_nothing(self, db, organisation):
        first = seed_framework(db, organisation)

        assert seed_framework(db, organisation) is first

    def test_a_suggested_goal_is_one_step_up_with_its_reason(self, db, organisation, today):
        seed_framework(db, organisation)
        needed = needed_competences(
            db,
            organisation.id,
            Work(staff_group="Nursing and Midwifery Registered", job_role=None),
            today=today,
        )
        alerts, records = needed[0], needed[1]

        first, second = suggest_goals(needed, {alerts.id: 1, records.id: 2, needed[2].id: 3})

        assert first.wording == "I can spot the main alerts, and I ask what to do."
        assert "The answer was “not yet”" in first.reason
        assert second.wording == (
            "I can fill in all the records my job needs, in the right place and in time."
        )

    def test_an_answer_not_understood_suggests_nothing(self, db, organisation, today):
        seed_framework(db, organisation)
        needed = needed_competences(db, organisation.id, Work(), today=today)

        assert suggest_goals(needed, {one.id: None for one in needed}) == []


class TestSaveMeeting:
    def test_two_people_on_one_summary_lose_nothing(
        self, db, appraisal, appraisee, appraiser, today
    ):
        written = MeetingDraft(held_on=today, summary="We talked about alerts.", version=1)
        save_meeting(db, appraisal, written, by=appraiser, today=today)

        with pytest.raises(StaleTextError) as refused:
            save_meeting(
                db,
                appraisal,
                MeetingDraft(held_on=today, summary="Something else", version=1),
                by=appraisee,
                today=today,
            )

        assert refused.value.saved["summary"] == "We talked about alerts."
        assert refused.value.version == 2


def draft(notes, *, version=0, confidence=None):
    return PreparationDraft(notes=notes, version=version, confidence=confidence or {})
