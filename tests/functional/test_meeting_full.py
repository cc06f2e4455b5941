"""The meeting page at its fullest asks no more than fifteen questions."""

from datetime import UTC, datetime

from sqlalchemy import select

from tests.support.queries import count_queries
from tracker.models import BroughtOutcome, Competence, SelfAssessment, SelfAssessmentAnswer
from tracker.services.framework_seed import seed_framework

SHARED = datetime(2026, 11, 20, tzinfo=UTC)


def test_it_asks_fifteen_at_most_with_notes_answers_ideas_and_what_was_brought(
    browser, db, factories, organisation, sign_in
):
    seed_framework(db, organisation)
    appraisal = factories.Appraisal()
    factories.Assignment(staff_member=appraisal.appraisee)
    factories.AppraisalPreparation(appraisal_id=appraisal.id, shared_at=SHARED)
    factories.GoalOffer()
    alerts = db.scalars(select(Competence.id).where(Competence.key == "spot-alerts")).one()
    own = {"organisation_id": organisation.id}
    sitting = SelfAssessment(
        **own,
        staff_member_id=appraisal.appraisee_id,
        occasion="appraisal",
        appraisal_id=appraisal.id,
    )
    sitting.answers.append(SelfAssessmentAnswer(**own, competence_id=alerts, confidence=1))
    brought = BroughtOutcome(
        **own,
        appraisal_id=appraisal.id,
        staff_member_id=appraisal.appraisee_id,
        kind="practice",
        text="You stopped where there was something to stop for.",
    )
    db.add_all([sitting, brought])
    sign_in(appraisal.appraiser)
    path = f"/appraisals/{appraisal.public_id}/meeting"
    db.expunge_all()

    with count_queries(db) as asked:
        page = browser.get(path)

    for words in ("one step up", "The new drug charts come in May", brought.text):
        assert words in page
    assert asked.number <= 15, "\n".join(asked.statements)
