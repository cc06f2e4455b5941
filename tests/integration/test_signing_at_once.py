"""Two people who press the button at the same moment, on a database that others use too."""

from datetime import date

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.conftest import NOW
from tests.support import databases, factories
from tests.support.at_once import at_once
from tracker.db import open_engine, session_for
from tracker.jobs import nightly
from tracker.models import Appraisal, AppraisalStage, Evidence, Goal, SealedRecord, Side, Signature
from tracker.security.identity import Identity
from tracker.security.proof import Proof
from tracker.services.appraisal_signing import sign_appraisal, sign_page
from tracker.services.evidence import EvidenceDraft, add_evidence
from tracker.services.goals import GoalDraft, agree_goal
from tracker.services.signatures import SignatureDraft

TODAY = NOW.date()


@pytest.fixture(params=databases.KINDS)
def engine(request, tmp_path):
    with databases.fresh_database(request.param, tmp_path) as url:
        engine = open_engine(url)
        yield engine
        engine.dispose()


@pytest.fixture
def appraisal_id(engine):
    with Session(engine) as db:
        factories.use_session(db)
        appraisal = factories.Appraisal(held_on=TODAY, summary="We talked.")
        db.commit()
        return appraisal.id


def signs(engine, appraisal_id, side):
    with Session(engine) as db:
        appraisal = db.get(Appraisal, appraisal_id)
        seen = sign_page(db, appraisal, today=TODAY).content_hash
        who = appraisal.appraisee_id if side is Side.APPRAISEE else appraisal.appraiser_id
        organisation_id = appraisal.organisation_id

    def sign():
        with session_for(engine) as db:
            sign_appraisal(
                db,
                db.get(Appraisal, appraisal_id),
                SignatureDraft(side=side, signer_id=who, seen_hash=seen),
                proof=Proof(
                    staff_id=who,
                    organisation_id=organisation_id,
                    proved_at=NOW,
                    method="directory",
                ),
                now=NOW,
                today=TODAY,
            )

    return sign


def test_both_sides_at_once_seal_one_record(engine, appraisal_id):
    at_once(*(signs(engine, appraisal_id, side) for side in Side))

    with Session(engine) as db:
        assert db.get(Appraisal, appraisal_id).stage is AppraisalStage.SIGNED
        assert db.scalar(select(func.count()).select_from(SealedRecord)) == 1
        assert db.scalar(select(func.count()).select_from(Signature)) == 2


def test_one_button_pressed_twice_at_once_is_one_signature(engine, appraisal_id):
    at_once(*[signs(engine, appraisal_id, Side.APPRAISER)] * 2)

    with Session(engine) as db:
        assert db.scalar(select(func.count()).select_from(Signature)) == 1
        assert db.get(Appraisal, appraisal_id).is_open


def test_one_form_sent_twice_at_once_makes_one_goal(engine, appraisal_id):
    draft = GoalDraft(wording="I answer alerts", due_on=date(2027, 4, 30), form_key="one")

    def agree():
        with session_for(engine) as db:
            appraisal = db.get(Appraisal, appraisal_id)
            by = Identity(
                staff_id=appraisal.appraiser_id, organisation_id=appraisal.organisation_id
            )
            agree_goal(db, appraisal, draft, by=by, today=TODAY)

    at_once(agree, agree)

    with Session(engine) as db:
        assert db.scalar(select(func.count()).select_from(Goal)) == 1


def test_one_note_sent_twice_at_once_is_kept_once(engine, appraisal_id):
    draft = EvidenceDraft(title="A drop-in", note="What I learned", form_key="one")

    def keep():
        with session_for(engine) as db:
            appraisal = db.get(Appraisal, appraisal_id)
            by = Identity(
                staff_id=appraisal.appraisee_id, organisation_id=appraisal.organisation_id
            )
            add_evidence(db, draft, store=None, by=by, today=TODAY)

    at_once(keep, keep, keep)

    with Session(engine) as db:
        assert db.scalar(select(func.count()).select_from(Evidence)) == 1


def test_a_night_opens_what_is_due_and_twice_is_once(engine):
    with Session(engine) as db:
        factories.use_session(db)
        factories.ReportingLine(staff_member=factories.StaffMember(hired_on=None))
        db.commit()

    (first,) = nightly.run(engine, today=TODAY)
    (second,) = nightly.run(engine, today=TODAY)

    assert (first.appraisals_opened, second.appraisals_opened) == (1, 0)
