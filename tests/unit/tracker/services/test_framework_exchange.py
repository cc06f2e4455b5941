"""A framework from elsewhere becomes a draft beside what is in use, and never touches that."""

from dataclasses import replace

import pytest
from sqlalchemy import func, select

from tests.support.frameworks import SMALL, competence, domain, framework
from tracker.content import framework as content
from tracker.errors import NotFoundError
from tracker.models import AuditEvent, AuditKind, Competence, Framework, FrameworkState
from tracker.security.identity import System
from tracker.services.framework_exchange import add_draft, changes_of, find_framework, record_of
from tracker.services.framework_seed import seed_framework
from tracker.services.frameworks import needed_competences
from tracker.services.profiles import Work


@pytest.fixture
def by(organisation):
    return System(organisation_id=organisation.id)


def count(db):
    return db.scalar(select(func.count()).select_from(Framework))


def test_a_new_framework_becomes_version_one_as_a_draft(db, organisation, by):
    draft = add_draft(db, organisation, SMALL, by=by)
    db.expire_all()

    assert (draft.version, draft.state) == (1, FrameworkState.DRAFT)
    assert record_of(draft) == SMALL
    event = db.scalar(select(AuditEvent).where(AuditEvent.kind == AuditKind.FRAMEWORK_IMPORTED))
    assert event.details == {"version": 1, "competences": 3}


def test_looking_at_the_changes_keeps_nothing(db, organisation):
    assert len(changes_of(db, organisation, SMALL).added) == 3
    assert count(db) == 0


def test_the_same_file_again_brings_no_second_draft(db, organisation, by):
    add_draft(db, organisation, SMALL, by=by)

    assert changes_of(db, organisation, SMALL).is_nothing
    assert add_draft(db, organisation, SMALL, by=by) is None
    assert count(db) == 1


def test_what_is_in_use_stays_in_use(db, organisation, by, today):
    shipped = seed_framework(db, organisation)
    before = needed_competences(db, organisation.id, Work(), today=today)
    used = db.scalars(select(Competence.id).order_by(Competence.id)).all()

    draft = add_draft(db, organisation, replace(SMALL, key=shipped.key), by=by)
    db.expire_all()

    assert draft.version == shipped.version + 1
    assert find_framework(db, organisation, shipped.key) is shipped
    assert find_framework(db, organisation, shipped.key, version=2) is draft
    assert needed_competences(db, organisation.id, Work(), today=today) == before
    kept = db.scalars(select(Competence.id).where(Competence.id.in_(used)).order_by(Competence.id))
    assert kept.all() == used


def test_changes_are_told_against_the_latest_version(db, organisation, by):
    add_draft(db, organisation, SMALL, by=by)
    second = framework(domain("data", competence("find")))
    add_draft(db, organisation, second, by=by)

    assert len(changes_of(db, organisation, SMALL).added) == 2


def test_what_we_ship_comes_back_as_it_was(db, organisation):
    shipped = seed_framework(db, organisation)
    db.flush()
    db.expire_all()

    record = record_of(shipped)

    assert [one.key for _domain, one in record.competences()] == [
        one.key for domain in content.FRAMEWORK.domains for one in domain.competences
    ]
    assert changes_of(db, organisation, record).is_nothing


def test_another_organisations_framework_is_not_there(db, organisation, by, factories):
    other = factories.Organisation()
    add_draft(db, organisation, SMALL, by=by)

    assert not changes_of(db, other, SMALL).is_nothing
    with pytest.raises(NotFoundError, match="tracker framework add"):
        find_framework(db, other, "ours")


def test_a_wrong_key_is_told_which_there_are(db, organisation, by):
    add_draft(db, organisation, SMALL, by=by)

    for key, version in (("theirs", None), ("ours", 9)):
        with pytest.raises(NotFoundError, match="These are there: ours"):
            find_framework(db, organisation, key, version=version)
