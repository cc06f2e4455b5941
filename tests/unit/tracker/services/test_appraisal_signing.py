"""Two signatures on one text, and a record that nobody can change."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DatabaseError

from tracker.errors import (
    InvalidInputError,
    NotAllowedNowError,
    NotFoundError,
    RecordSealedError,
    StaleError,
)
from tracker.models import (
    AppraisalStage,
    AuditEvent,
    AuditKind,
    OutboxMessage,
    SealedRecord,
    Side,
    Signature,
)
from tracker.security.identity import Identity
from tracker.security.proof import Proof
from tracker.services import signatures
from tracker.services.appraisal_content import read_content
from tracker.services.appraisal_signing import (
    sign_appraisal,
    sign_page,
    signed_record,
    take_signature_back,
)
from tracker.services.meetings import MeetingDraft, save_meeting
from tracker.services.signatures import SignatureDraft


@pytest.fixture
def appraisal(factories):
    appraisal = factories.Appraisal(
        appraisee=factories.StaffMember(given_name="Zoë", family_name="O'Neill <script>"),
        held_on=date(2026, 11, 20),
        summary="We talked about alerts.",
    )
    factories.Assignment(staff_member=appraisal.appraisee)
    goal = factories.Goal(staff_member=appraisal.appraisee)
    factories.AppraisalGoal(appraisal_id=appraisal.id, goal=goal)
    return appraisal


@pytest.fixture
def sign(db, appraisal, now, today):
    def sign(side, *, seen=None, proof=None):
        page = sign_page(db, appraisal, today=today)
        who = person(appraisal, side)
        return sign_appraisal(
            db,
            appraisal,
            SignatureDraft(
                side=side, signer_id=who.id, seen_hash=seen or page.content_hash, statement="Good"
            ),
            proof=proof or proof_of(who, now),
            now=now,
            today=today,
        )

    return sign


def person(appraisal, side):
    return appraisal.appraisee if side is Side.APPRAISEE else appraisal.appraiser


def proof_of(who, now):
    return Proof(
        staff_id=who.id, organisation_id=who.organisation_id, proved_at=now, method="directory"
    )


class TestSigning:
    @pytest.mark.parametrize("order", [tuple(Side), tuple(reversed(Side))])
    def test_either_may_sign_first_and_both_close_it(self, db, appraisal, sign, order):
        first, second = (sign(side) for side in order)

        assert not first.is_complete
        assert second.is_complete
        assert appraisal.stage is AppraisalStage.SIGNED
        assert appraisal.next_due_on == date(2027, 5, 20)
        sealed = db.scalar(select(SealedRecord))
        assert signatures.is_intact(sealed)
        assert {s.content_hash for s in db.scalars(select(Signature))} == {sealed.content_hash}

    def test_the_record_holds_what_was_agreed(self, db, sign):
        for side in Side:
            sign(side)

        content = read_content(db.scalar(select(SealedRecord.content)))
        assert content["person"] == "Zoë O'Neill <script>"
        assert content["summary"] == "We talked about alerts."
        assert len(content["new_goals"]) == 1
        assert content["wellbeing"] == ""
        assert content["post"] == "Staff Nurse"

    def test_both_hear_of_it_and_it_is_written_down(self, db, sign):
        for side in Side:
            sign(side)

        kinds = db.scalars(select(AuditEvent.kind)).all()
        messages = db.scalars(select(OutboxMessage.kind)).all()
        assert kinds.count(AuditKind.APPRAISAL_SIGNED) == 2
        assert kinds.count(AuditKind.APPRAISAL_SEALED) == 1
        assert sorted(messages) == ["appraisal.sealed", "appraisal.sealed", "appraisal.to_sign"]

    def test_a_button_pressed_twice_is_one_signature(self, db, sign):
        sign(Side.APPRAISER)

        again = sign(Side.APPRAISER)

        assert not again.is_new
        assert db.scalar(select(func.count()).select_from(Signature)) == 1

    def test_a_button_pressed_after_the_end_changes_nothing(self, db, sign):
        for side in Side:
            sign(side)

        assert not sign(Side.APPRAISEE).is_new
        assert db.scalar(select(func.count()).select_from(SealedRecord)) == 1

    def test_another_persons_password_does_not_sign(self, appraisal, sign, now):
        with pytest.raises(InvalidInputError, match="another person's password"):
            sign(Side.APPRAISEE, proof=proof_of(appraisal.appraiser, now))

    def test_an_old_proof_does_not_sign(self, appraisal, sign, now):
        old = proof_of(appraisal.appraisee, now - timedelta(minutes=6))

        with pytest.raises(NotAllowedNowError, match="once more"):
            sign(Side.APPRAISEE, proof=old)

    def test_text_that_changed_after_it_was_read_is_not_signed(self, db, appraisal, sign, today):
        seen = sign_page(db, appraisal, today=today).content_hash
        appraisal.summary = "Something else"

        with pytest.raises(StaleError, match="Nothing was signed"):
            sign(Side.APPRAISEE, seen=seen)

    def test_after_the_first_signature_the_second_signs_that_very_text(self, db, appraisal, sign):
        sign(Side.APPRAISER)
        appraisal.appraisee.family_name = "Changed by HR"

        sign(Side.APPRAISEE)

        assert "Changed" not in db.scalar(select(SealedRecord.content))

    def test_after_the_first_signature_the_text_stands_still(self, db, appraisal, sign, today):
        sign(Side.APPRAISER)
        draft = MeetingDraft(held_on=today, summary="New words", version=appraisal.version)

        with pytest.raises(RecordSealedError, match="takes their signature back"):
            save_meeting(db, appraisal, draft, by=identity(appraisal, Side.APPRAISEE), today=today)

    @pytest.mark.parametrize(
        ("missing", "said"), [("held_on", "which day you met"), ("summary", "a sentence or two")]
    )
    def test_what_is_not_written_yet_is_not_signed(self, appraisal, sign, missing, said):
        setattr(appraisal, missing, None if missing == "held_on" else "  ")

        with pytest.raises(InvalidInputError, match=said):
            sign(Side.APPRAISEE)


class TestTakingBack:
    def test_a_lone_signature_can_be_taken_back_and_given_again(self, db, appraisal, sign, now):
        sign(Side.APPRAISER)
        take_signature_back(db, appraisal, by=identity(appraisal, Side.APPRAISER), now=now)
        appraisal.summary = "Better words"

        assert sign(Side.APPRAISER).is_new
        assert sign(Side.APPRAISEE).is_complete

    def test_nobody_takes_back_anothers(self, db, appraisal, sign, now):
        sign(Side.APPRAISER)

        with pytest.raises(NotFoundError):
            take_signature_back(db, appraisal, by=identity(appraisal, Side.APPRAISEE), now=now)

    def test_after_both_it_stays(self, db, appraisal, sign, now):
        for side in Side:
            sign(side)

        with pytest.raises(RecordSealedError):
            take_signature_back(db, appraisal, by=identity(appraisal, Side.APPRAISER), now=now)


class TestTheSealedRecord:
    @pytest.mark.parametrize(
        "attack",
        [
            "UPDATE sealed_record SET content = '{}'",
            "DELETE FROM sealed_record",
            "UPDATE signature SET statement = 'x'",
            "DELETE FROM signature",
            "UPDATE appraisal_step SET step = 'x'",
        ],
    )
    def test_the_database_itself_refuses_a_change(self, db, sign, attack):
        for side in Side:
            sign(side)
        db.flush()

        with pytest.raises(DatabaseError, match="kept as it was"), db.begin_nested():
            db.execute(text(attack))

    def test_a_look_by_the_manager_is_noted_and_ones_own_is_not(self, db, appraisal, sign):
        for side in Side:
            sign(side)
        for side in Side:
            signed_record(db, appraisal, by=identity(appraisal, side))

        looks = db.scalars(
            select(AuditEvent.actor_id).where(AuditEvent.kind == AuditKind.APPRAISAL_READ)
        ).all()
        assert looks == [appraisal.appraiser_id]

    def test_before_both_have_signed_there_is_none(self, db, appraisal):
        with pytest.raises(NotFoundError):
            signed_record(db, appraisal, by=identity(appraisal, Side.APPRAISEE))


def identity(appraisal, side):
    who = person(appraisal, side)
    return Identity(staff_id=who.id, organisation_id=who.organisation_id)
