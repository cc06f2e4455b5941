import pytest
from sqlalchemy import select

from tests.support import factories as make
from tracker.content.mail import MAIL
from tracker.models import MessageState, OutboxMessage
from tracker.services.mail_kinds import KINDS
from tracker.services.outbox import Message, enqueue, enqueue_all

pytestmark = pytest.mark.usefixtures("factories")


def test_a_message_waits_for_its_person(db, organisation):
    person = make.StaffMember()

    ask(db, person)

    message = db.scalars(select(OutboxMessage)).one()
    assert message.state is MessageState.WAITING
    assert message.recipient_id == person.id
    assert message.organisation_id == organisation.id
    assert message.payload == {"appraisal": "abc"}


def test_asked_for_twice_it_is_one_message(db):
    person = make.StaffMember()

    ask(db, person)
    ask(db, person)
    ask(db, person, key="another")

    assert len(db.scalars(select(OutboxMessage)).all()) == 2


def test_no_messages_are_no_statement(db, organisation):
    enqueue_all(db, [], organisation_id=organisation.id)

    assert db.scalars(select(OutboxMessage)).all() == []


@pytest.mark.parametrize("wrong", [{"kind": "no.such"}, {"key": "k" * 81}])
def test_what_could_never_be_sent_is_refused_at_once(db, wrong):
    person = make.StaffMember()

    with pytest.raises(ValueError, match=r"mail\.md|80 characters"):
        ask(db, person, **wrong)


def test_many_go_in_together(db, organisation):
    people = [make.StaffMember() for _ in range(3)]

    enqueue_all(
        db,
        [
            Message(kind="appraisal.opened", recipient_id=one.id, dedupe_key=f"k:{one.id}")
            for one in people
        ],
        organisation_id=organisation.id,
    )

    recipients = db.scalars(select(OutboxMessage.recipient_id)).all()
    assert set(recipients) == {one.id for one in people}


def ask(db, person, *, kind="appraisal.opened", key="key"):
    enqueue(
        db,
        kind,
        organisation_id=person.organisation_id,
        recipient_id=person.id,
        dedupe_key=key,
        payload={"appraisal": "abc"},
    )


def test_every_kind_has_its_text_and_what_fills_it_in():
    by_themselves = {kind for kind in MAIL if kind == "weekly" or kind.startswith("remind.")}

    assert set(KINDS) == set(MAIL) - by_themselves
