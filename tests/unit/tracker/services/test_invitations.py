"""The way in before day one: what it shows, how long it lasts, and what is forgotten."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tracker.errors import InvalidInputError, NotAllowedNowError, NotFoundError
from tracker.models import AuditEvent, EndedWhy, Invitation, OutboxMessage
from tracker.security.identity import Identity
from tracker.services.induction_begin import end_induction
from tracker.services.invitations import (
    CODE_LENGTH,
    LETTERS,
    MOST_TRIES,
    erase_addresses,
    link_of_code,
    make_invitation,
    note_try,
    open_link,
    too_many_tries,
    write_to,
)
from tracker.services.mail_kinds import KINDS

PRIVATE = "nia@home.example"


@pytest.fixture
def coming(factories, today):
    return factories.Induction(starts_on=today + timedelta(days=10))


@pytest.fixture
def manager(coming):
    return Identity(staff_id=coming.manager_id, organisation_id=coming.organisation_id)


@pytest.fixture
def invitation(db, coming, manager, today):
    invitation = make_invitation(db, coming, by=manager, today=today)
    db.flush()
    return invitation


def test_asked_for_twice_it_is_one(db, coming, manager, invitation, today):
    assert make_invitation(db, coming, by=manager, today=today) is invitation


def test_the_code_has_no_letters_that_look_alike(invitation):
    assert len(invitation.code) == CODE_LENGTH
    assert set(invitation.code) <= set(LETTERS)
    assert not set("01OILAEU") & set(LETTERS)


def test_the_code_may_be_typed_as_people_type(db, invitation, today):
    typed = f" {invitation.code[:4].lower()}-{invitation.code[4:]} "

    assert link_of_code(db, typed, today=today) == invitation.public_id
    assert link_of_code(db, "", today=today) is None


def test_the_page_shows_nothing_of_the_person(db, coming, invitation, today):
    page = open_link(db, invitation.public_id, today=today)

    said = repr(page)
    assert coming.staff_member.family_name not in said
    assert coming.manager.family_name not in said
    assert str(coming.starts_on.year) not in said


@pytest.mark.parametrize("days", [18, 400])
def test_it_ends_a_week_after_day_one(db, invitation, today, days):
    open_link(db, invitation.public_id, today=today + timedelta(days=17))

    with pytest.raises(NotFoundError):
        open_link(db, invitation.public_id, today=today + timedelta(days=days))
    assert link_of_code(db, invitation.code, today=today + timedelta(days=days)) is None


def test_it_ends_when_the_induction_does(db, coming, manager, today):
    invitation = write_to(db, coming, PRIVATE, by=manager, today=today)
    end_induction(db, coming, EndedWhy.NEVER_CAME, on=today)
    db.refresh(invitation)

    with pytest.raises(NotFoundError):
        open_link(db, invitation.public_id, today=today)
    assert invitation.private_address is None


def test_the_address_is_erased_on_day_one(db, coming, manager, organisation, today, now):
    write_to(db, coming, PRIVATE, by=manager, today=today)
    before, day_one = coming.starts_on - timedelta(days=1), coming.starts_on

    assert erase_addresses(db, organisation, today=before, now=now) == 0
    assert erase_addresses(db, organisation, today=day_one, now=now) == 1

    kept = db.scalars(select(Invitation)).one()
    assert (kept.private_address, kept.erased_at) == (None, now)


def test_the_address_stands_nowhere_else(db, coming, manager, today):
    write_to(db, coming, PRIVATE, by=manager, today=today)
    db.flush()

    events = db.scalars(select(AuditEvent)).all()
    messages = db.scalars(select(OutboxMessage)).all()
    assert len(messages) == 1
    assert PRIVATE not in repr([(one.details, one.record, one.reason) for one in events])
    assert PRIVATE not in repr([(one.payload, one.dedupe_key) for one in messages])


def test_the_mail_goes_to_the_address_until_day_one(db, coming, manager, today):
    invitation = write_to(db, coming, PRIVATE, by=manager, today=today)
    message = db.scalars(select(OutboxMessage)).one()
    look = KINDS["induction.welcome"]

    facts = look(db, message, today)
    assert (facts.address, facts.path) == (PRIVATE, f"/welcome/{invitation.public_id}")
    assert look(db, message, coming.starts_on) is None


@pytest.mark.parametrize("typed", ["nia", "nia@", "a b@c.org", "a@b.c\nBcc: x@y.org", "@home.org"])
def test_what_cannot_be_an_address_is_refused(db, coming, manager, today, typed):
    with pytest.raises(InvalidInputError):
        write_to(db, coming, typed, by=manager, today=today)


def test_from_day_one_on_no_address_is_taken(db, factories, manager, today):
    begun = factories.Induction(starts_on=today)

    with pytest.raises(NotAllowedNowError):
        write_to(db, begun, PRIVATE, by=manager, today=today)


def test_guessing_has_to_wait(db, now):
    for _ in range(MOST_TRIES):
        assert not too_many_tries(db, "secret", "192.0.2.1", now=now)
        note_try(db, "secret", "192.0.2.1", now=now)

    assert too_many_tries(db, "secret", "192.0.2.1", now=now)
    assert not too_many_tries(db, "secret", "192.0.2.2", now=now)
    assert not too_many_tries(db, "secret", "192.0.2.1", now=now + timedelta(minutes=11))
