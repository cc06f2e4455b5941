"""What waits in the outbox reaches the mail server, once, also when things go wrong."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.conftest import NOW
from tests.support import databases, factories
from tests.support.at_once import at_once
from tests.support.smtp import Postbox, free_port, mail_server, settings_for
from tracker.db import open_engine, session_for
from tracker.jobs import send_mail
from tracker.models import (
    AddressProblem,
    AppraisalStage,
    MessageState,
    Organisation,
    OutboxMessage,
    StaffMember,
)
from tracker.security.identity import Identity
from tracker.services import mail_queue, outbox
from tracker.services.weekly_mail import ask_for_weekly_mail, choose_reminders

pytestmark = pytest.mark.enable_socket
TODAY = NOW.date()


@pytest.fixture(params=databases.KINDS)
def engine(request, tmp_path):
    with databases.fresh_database(request.param, tmp_path) as url:
        engine = open_engine(url)
        yield engine
        engine.dispose()


@pytest.fixture
def db(engine):
    """Write, commit, then send."""
    with Session(engine, expire_on_commit=False) as db:
        factories.use_session(db)
        yield db


@pytest.fixture
def postbox():
    return Postbox()


@pytest.fixture
def mail(postbox):
    with mail_server(postbox) as settings:
        yield settings


def open_and_tell(db, **changes):
    """Open an appraisal and tell the person."""
    appraisal = factories.Appraisal(**changes)
    tell(db, appraisal)
    return appraisal


def tell(db, appraisal, kind="appraisal.opened", recipient_id=None):
    outbox.enqueue(
        db,
        kind,
        organisation_id=appraisal.organisation_id,
        recipient_id=recipient_id or appraisal.appraisee_id,
        dedupe_key=f"{kind}:{appraisal.public_id}",
        payload={"appraisal": appraisal.public_id},
    )
    db.commit()


def send(engine, settings, now=NOW):
    return send_mail.run(engine, settings, clock=lambda: now)


def states(engine):
    with Session(engine) as db:
        return list(db.scalars(select(OutboxMessage.state).order_by(OutboxMessage.id)))


def test_the_person_is_told_with_a_link_and_nothing_of_the_talk(engine, db, mail, postbox):
    appraisal = open_and_tell(db, summary="Secret words")

    done = send(engine, mail)

    (letter,) = postbox.letters
    text = letter.get_body(("plain",)).get_content()
    assert done.sent == 1
    assert letter["To"].addresses[0].addr_spec == appraisal.appraisee.email
    assert f"https://tracker.trust.example/appraisals/{appraisal.public_id}" in text
    assert "Hello Alex" in text
    assert "Secret" not in text
    assert appraisal.appraiser.family_name not in text
    assert states(engine) == [MessageState.SENT]


def test_sent_is_sent(engine, db, mail, postbox):
    open_and_tell(db)

    send(engine, mail)

    assert send(engine, mail).sent == 0
    assert len(postbox.letters) == 1


def test_two_workers_at_once_send_each_message_once(engine, db, mail, postbox):
    for _ in range(12):
        open_and_tell(db)

    at_once(*(lambda: send(engine, mail) for _ in range(2)))

    keys = [letter["Message-ID"] for letter in postbox.letters]
    assert len(keys) == len(set(keys)) == 12


def test_a_worker_killed_after_sending_sends_that_one_again_and_no_other(
    engine, db, mail, postbox, monkeypatch
):
    for _ in range(3):
        open_and_tell(db)
    monkeypatch.setattr(mail_queue, "note_sent", killed)

    with pytest.raises(KeyboardInterrupt):
        send(engine, mail)
    monkeypatch.undo()
    send(engine, mail)
    assert len(postbox.letters) == 3
    send(engine, mail, now=NOW + mail_queue.LEASE + timedelta(minutes=1))

    keys = [letter["Message-ID"] for letter in postbox.letters]
    assert len(keys) == 4
    assert len(set(keys)) == 3
    assert set(states(engine)) == {MessageState.SENT}


def killed(*_args, **_kwargs):
    raise KeyboardInterrupt


def test_an_address_that_nobody_has_stops_and_goes_on_when_hr_mends_it(engine, db, mail, postbox):
    appraisal = open_and_tell(db)
    person = appraisal.appraisee
    postbox.answers[person.email] = "550 5.1.1 no such user"

    assert send(engine, mail).refused == 1
    with Session(engine) as look:
        problem = look.scalars(select(AddressProblem)).one()
        assert (problem.staff_member_id, problem.reply_code) == (person.id, 550)
    tell(db, appraisal, "appraisal.sealed")
    assert send(engine, mail).sent == 0

    person.email = "new.address@trust.example"
    db.commit()
    send(engine, mail)
    with Session(engine) as look:
        assert look.scalar(select(func.count()).select_from(AddressProblem)) == 0
    assert [letter["To"].addresses[0].addr_spec for letter in postbox.letters] == [person.email]


@pytest.mark.parametrize("address", [None, "", "not an address", "a@b.example\nBcc: x@y.example"])
def test_somebody_without_an_address_is_shown_to_hr(engine, db, mail, address):
    open_and_tell(db, appraisee=factories.StaffMember(email=address))

    assert send(engine, mail).refused == 1

    assert states(engine) == [MessageState.REFUSED]
    with Session(engine) as look:
        assert look.scalars(select(AddressProblem)).one().address == (address or "")


def test_not_now_is_tried_again_later_and_later_and_in_the_end_no_more(engine, db, mail, postbox):
    appraisal = open_and_tell(db, due_on=date(2027, 3, 1))
    postbox.answers[appraisal.appraisee.email] = "451 4.7.1 greylisted"
    now = NOW
    tries = 0
    while MessageState.WAITING in states(engine):
        send(engine, mail, now=now)
        tries += 1
        send(engine, mail, now=now + timedelta(minutes=4))
        now += mail_queue.WAITS[min(tries, len(mail_queue.WAITS)) - 1]

    assert tries == len(mail_queue.WAITS) + 1
    assert states(engine) == [MessageState.FAILED]


def test_greylisting_ends_well(engine, db, mail, postbox):
    open_and_tell(db)
    postbox.data_answers = ["451 4.7.1 greylisted"]

    send(engine, mail)
    send(engine, mail, now=NOW + timedelta(minutes=6))

    assert len(postbox.letters) == 1
    assert states(engine) == [MessageState.SENT]


def test_a_server_that_is_away_costs_no_message_a_try(engine, db, postbox):
    for _ in range(3):
        open_and_tell(db)

    done = send(engine, settings_for(free_port()))

    assert "mail.host" in done.trouble
    assert states(engine) == [MessageState.WAITING] * 3
    with mail_server(postbox) as settings:
        send(engine, settings, now=NOW + timedelta(hours=1))
    assert len(postbox.letters) == 3
    with Session(engine) as look:
        assert set(look.scalars(select(OutboxMessage.tries))) == {1}


def test_one_letter_that_breaks_the_line_each_time_does_not_hold_up_the_others(
    engine, db, mail, postbox
):
    for _ in range(3):
        open_and_tell(db)
    postbox.data_answers = ["drop"]

    send(engine, mail)

    assert len(postbox.letters) == 2


@pytest.mark.parametrize(
    "by_then",
    [
        {"stage": AppraisalStage.WITHDRAWN},
        {"stage": AppraisalStage.SIGNED},
        {"held_on": TODAY},
        {"appraisee": "left"},
        {"old": True},
    ],
)
def test_what_is_done_gone_or_old_is_not_sent(engine, db, mail, postbox, by_then):
    by_then, now = dict(by_then), NOW
    if by_then.pop("old", False):
        now += timedelta(days=20)
    if by_then.get("appraisee"):
        by_then["appraisee"] = factories.StaffMember(left_on=date(2026, 11, 1))
    open_and_tell(db, **by_then)

    assert send(engine, mail, now=now).not_needed == 1

    assert postbox.letters == []


def test_the_weekly_mail_holds_all_that_waits_and_only_that(engine, db, mail, postbox):
    first = factories.Appraisal()
    manager = first.appraiser
    other = factories.Appraisal(appraiser=manager, held_on=TODAY)
    tell(db, first, "appraisal.to_hold", manager.id)
    tell(db, other, "appraisal.to_hold", manager.id)
    factories.Barrier(owner_id=manager.id, fix_by_on=date(2026, 11, 1))
    db.commit()

    assert send(engine, mail).sent == 0
    ask_weekly(engine, manager.organisation_id)
    ask_weekly(engine, manager.organisation_id)
    send(engine, mail)

    to_manager = [one for one in postbox.letters if manager.email in one["To"]]
    assert len(to_manager) == 1
    text = to_manager[0].get_body(("plain",)).get_content()
    assert text.count(f"/appraisals/{first.public_id}") == 1
    assert other.public_id not in text
    assert "/barriers/" in text
    assert "One computer" not in text
    assert to_manager[0]["List-Unsubscribe"] == "<https://tracker.trust.example/mail>"
    with Session(engine) as look:
        held = look.scalars(
            select(OutboxMessage.state).where(OutboxMessage.kind == "appraisal.to_hold")
        )
        assert set(held) == {MessageState.SENT}


def test_who_turned_reminders_off_gets_none_but_is_told_that_it_is_open(engine, db, mail, postbox):
    appraisal = open_and_tell(db)
    person = appraisal.appraisee
    who = Identity(staff_id=person.id, organisation_id=person.organisation_id)
    choose_reminders(db, wants=False, by=who, now=NOW)
    db.commit()

    ask_weekly(engine, person.organisation_id)
    send(engine, mail)

    assert [one["Subject"] for one in postbox.letters if person.email in one["To"]] == [
        "Your appraisal is open"
    ]


def ask_weekly(engine, organisation_id):
    with session_for(engine) as db:
        organisation = db.get(Organisation, organisation_id)
        ask_for_weekly_mail(db, organisation, today=TODAY, now=NOW)


def test_nobody_sees_anybody_elses_address(engine, db, mail, postbox):
    for _ in range(3):
        open_and_tell(db)

    send(engine, mail)

    addresses = set(db.scalars(select(StaffMember.email)))
    for _, envelope in postbox.envelopes:
        others = addresses - set(envelope.rcpt_tos)
        assert len(envelope.rcpt_tos) == 1
        assert not any(other.encode() in envelope.content for other in others)
