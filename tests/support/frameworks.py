"""Framework files for tests."""

import json
from datetime import UTC, datetime
from importlib import resources

from integrations.frameworks.document import write_document
from integrations.frameworks.records import CompetenceRecord, DomainRecord, FrameworkRecord
from tracker.models import FrameworkUpload, Organisation, ReviewAnswer, RoleProfile
from tracker.security.identity import Identity
from tracker.services import framework_exchange, framework_life, framework_reviews

SCHEMA = json.loads(
    resources.files("tracker.content").joinpath("framework.schema.json").read_text("utf-8")
)
LEVELS = ("I do not yet.", "I do some.", "I can.", "I help others.")


def agree(db, framework, reader, *, now, answer=ReviewAnswer.AGREES, words=""):
    """Answer a review as the one who was asked."""
    who = Identity(staff_id=reader.id, organisation_id=reader.organisation_id)
    framework_reviews.answer_review(db, framework, answer, words, by=who, now=now)


def put_out(db, framework, reader, *, by, now):
    """Take a draft through its review to publication."""
    framework_reviews.ask_review(db, framework, reader, by=by, now=now)
    framework_life.send_to_review(db, framework, by=by, now=now)
    agree(db, framework, reader, now=now)
    framework_life.publish(db, framework, by=by, now=now, today=now.date())
    db.expire_all()
    return framework


def competence(key, **changes):
    texts = {
        "name": f"Doing {key}",
        "description": f"How to do {key}.",
        "levels": LEVELS,
    }
    return CompetenceRecord(key=key, **(texts | changes))


def domain(key, *competences, name=None):
    return DomainRecord(key=key, name=name or f"About {key}", competences=competences)


def framework(*domains, key="ours", name="Our own"):
    return FrameworkRecord(key=key, name=name, domains=domains)


SMALL = framework(
    domain("data", competence("find"), competence("judge")),
    domain("safety", competence("lock")),
)


def framework_records(db, appraisal):
    """Give a framework of this appraisal's trust and its parts, by the names in addresses."""
    organisation = db.get(Organisation, appraisal.organisation_id)
    by = Identity(staff_id=appraisal.appraiser_id, organisation_id=organisation.id)
    draft = framework_exchange.add_draft(db, organisation, SMALL, by=by)
    upload = FrameworkUpload(
        organisation_id=organisation.id,
        uploaded_by_id=by.staff_id,
        uploaded_at=draft_day(),
        file_name="ours.csv",
        key=SMALL.key,
        document=write_document(SMALL),
    )
    comment = framework_reviews.add_comment(db, draft, "Shorter?", by=by, now=draft_day())
    profile = RoleProfile(organisation_id=organisation.id, key="all", name="All")
    db.add_all([upload, profile])
    db.flush()
    return {
        "profile_id": profile,
        "framework_id": draft,
        "domain_id": draft.domains[0],
        "competence_id": draft.domains[0].competences[0],
        "comment_id": comment,
        "upload_id": upload,
    }


def draft_day():
    return datetime(2026, 11, 1, 9, 0, tzinfo=UTC)
