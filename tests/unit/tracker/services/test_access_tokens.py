from datetime import timedelta

import pytest
from sqlalchemy import select

from tracker.errors import InvalidInputError, NotFoundError
from tracker.models import AccessToken, AuditEvent, TokenPurpose
from tracker.security.identity import Identity, System
from tracker.services import access_tokens

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@pytest.fixture
def by(organisation):
    return System(organisation_id=organisation.id)


def opens(db, secret, *, purpose=TokenPurpose.SCIM, now):
    return access_tokens.find(db, secret, purpose, now=now) is not None


def test_a_key_is_shown_once_and_opens_only_what_it_is_for(db, by, now):
    issued = access_tokens.issue(db, TokenPurpose.SCIM, "Entra", by=by, now=now)
    found = access_tokens.find_bearer(db, f"bearer {issued.secret}", TokenPurpose.SCIM, now=now)
    assert found is issued.token
    assert issued.secret not in str(db.execute(select(AccessToken.__table__)).all())
    assert not opens(db, issued.secret, purpose=TokenPurpose.FEED, now=now)
    for wrong in ("", " ", issued.secret[:-1], issued.secret + "x", "x" * 10_000, "\0", "é"):
        assert not opens(db, wrong, now=now)
    for header in (None, "", "Bearer", f"Basic {issued.secret}", issued.secret):
        assert access_tokens.find_bearer(db, header, TokenPurpose.SCIM, now=now) is None
    kinds = db.scalars(select(AuditEvent.kind).where(AuditEvent.record.like("access_token:%")))
    assert list(kinds) == ["access_token.issued"]


def test_a_key_ends_when_its_time_is_up_and_when_it_is_taken_back(db, by, now):
    short = access_tokens.issue(db, TokenPurpose.FEED, "Alerts", by=by, now=now, lasts=DAY)
    assert opens(db, short.secret, purpose=TokenPurpose.FEED, now=now + DAY - HOUR)
    assert not opens(db, short.secret, purpose=TokenPurpose.FEED, now=now + DAY)
    long = access_tokens.issue(db, TokenPurpose.SCIM, "Entra", by=by, now=now)
    access_tokens.revoke(db, long.token, by=by, now=now)
    access_tokens.revoke(db, long.token, by=by, now=now + DAY)
    assert not opens(db, long.secret, now=now)
    assert long.token.revoked_at == now


def test_the_key_before_still_opens_for_a_day_and_no_longer(db, by, now):
    first = access_tokens.issue(db, TokenPurpose.SCIM, "Entra", by=by, now=now)
    second = access_tokens.rotate(db, first.token, by=by, now=now)
    assert opens(db, first.secret, now=now + DAY - HOUR)
    assert opens(db, second.secret, now=now + DAY)
    assert not opens(db, first.secret, now=now + DAY)
    third = access_tokens.rotate(db, first.token, by=by, now=now, overlap=timedelta(0))
    assert not opens(db, second.secret, now=now)
    access_tokens.revoke(db, first.token, by=by, now=now)
    fourth = access_tokens.rotate(db, first.token, by=by, now=now)
    assert not opens(db, third.secret, now=now)
    assert opens(db, fourth.secret, now=now)


def test_a_persons_key_goes_with_the_person(db, factories, organisation, now, today):
    person = factories.StaffMember()
    db.flush()
    by = Identity(staff_id=person.id, organisation_id=organisation.id)
    issued = access_tokens.issue(
        db, TokenPurpose.REPORT, "My workbook", by=by, now=now, person=person
    )
    assert opens(db, issued.secret, purpose=TokenPurpose.REPORT, now=now)
    person.left_on = today - DAY
    assert not opens(db, issued.secret, purpose=TokenPurpose.REPORT, now=now)


def test_when_it_was_used_is_written_once_an_hour(db, by, now):
    issued = access_tokens.issue(db, TokenPurpose.SCIM, "Entra", by=by, now=now)

    def used():
        db.refresh(issued.token)
        return issued.token.last_used_at

    assert opens(db, issued.secret, now=now)
    assert opens(db, issued.secret, now=now + HOUR / 2)
    assert used() == now
    assert opens(db, issued.secret, now=now + HOUR)
    assert used() == now + HOUR


def test_another_organisations_key_is_not_found_and_a_key_needs_a_name(db, factories, by, now):
    issued = access_tokens.issue(db, TokenPurpose.SCIM, "Entra", by=by, now=now)
    other = System(organisation_id=factories.Organisation().id)
    assert access_tokens.find_own(db, issued.token.public_id, by=by) is issued.token
    with pytest.raises(NotFoundError):
        access_tokens.find_own(db, issued.token.public_id, by=other)
    assert access_tokens.list_tokens(db, TokenPurpose.SCIM, by=other) == []
    for name in ("", "  ", "x" * 101):
        with pytest.raises(InvalidInputError):
            access_tokens.issue(db, TokenPurpose.SCIM, name, by=by, now=now)
