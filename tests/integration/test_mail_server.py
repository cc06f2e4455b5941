"""Letters handed in at real mail servers, good ones and bad ones."""

import time
from dataclasses import replace

import pytest

from integrations.mail.client import MailServer
from integrations.mail.errors import (
    AddressRefusedError,
    LetterRefusedError,
    MailServerUnavailableError,
    TryLaterError,
)
from integrations.mail.letters import Letter, Line
from tests.conftest import NOW
from tests.support.smtp import (
    Postbox,
    certificate,
    dripping,
    free_port,
    mail_server,
    mute,
    settings_for,
    talking_server,
)

__all__ = ["certificate"]
pytestmark = [
    pytest.mark.enable_socket,
    pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS"),
]

LETTER = Letter(
    key="abc",
    to="sam@trust.example",
    to_name="Sam Staff",
    subject="Your appraisal is open",
    lines=[Line(text="Hello Sam,"), Line(text="", url="https://t.example/a", link_text="Open it")],
)


@pytest.fixture
def postbox():
    return Postbox()


def send(settings, letter=LETTER):
    with MailServer(settings) as server:
        server.send(letter, now=NOW)


@pytest.mark.parametrize("tls", ["starttls", "tls"])
def test_a_letter_arrives_over_an_encrypted_line_after_signing_in(postbox, certificate, tls):
    with mail_server(postbox, tls=tls, certificate=certificate, needs_login=True) as settings:
        send(settings)

    (letter,) = postbox.letters
    ((is_signed_in, envelope),) = postbox.envelopes
    assert is_signed_in
    assert envelope.mail_from == "tracker@trust.example"
    assert envelope.rcpt_tos == ["sam@trust.example"]
    assert letter["Subject"] == "Your appraisal is open"
    assert letter["To"] == "Sam Staff <sam@trust.example>"
    assert letter["Message-ID"] == "<abc@trust.example>"
    assert letter["Date"] == "Sun, 22 Nov 2026 09:30:00 +0000"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert "https://t.example/a" in letter.get_body(("plain",)).get_content()
    assert '<a href="https://t.example/a"' in letter.get_body(("html",)).get_content()


@pytest.mark.parametrize("tls", ["starttls", "tls"])
def test_a_certificate_of_a_stranger_is_not_trusted(postbox, certificate, tls):
    with mail_server(postbox, tls=tls, certificate=certificate) as settings:
        strange = replace(settings, ca_file=str(certificate.other_ca))

        with pytest.raises(MailServerUnavailableError, match="certificate"):
            send(strange)

    assert postbox.letters == []


def test_a_certificate_for_another_name_is_not_trusted(postbox, certificate):
    with (
        mail_server(postbox, tls="starttls", certificate=certificate) as settings,
        pytest.raises(MailServerUnavailableError, match="certificate"),
    ):
        send(replace(settings, host="localhost"))


def test_nothing_is_sent_where_the_server_offers_no_safe_line(postbox):
    with (
        mail_server(postbox) as settings,
        pytest.raises(MailServerUnavailableError, match="safe line"),
    ):
        send(replace(settings, tls="starttls"))

    assert postbox.letters == []


def test_a_wrong_password_is_said_without_it(postbox, certificate):
    with (
        mail_server(postbox, tls="tls", certificate=certificate, needs_login=True) as settings,
        pytest.raises(MailServerUnavailableError, match=r"mail\.password") as refusal,
    ):
        send(replace(settings, password="a wrong secret"))

    assert "a wrong secret" not in str(refusal.value)


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ("550 5.1.1 no such user", AddressRefusedError),
        ("553 no", AddressRefusedError),
        ("450 4.2.0 greylisted, come back", TryLaterError),
        ("552 5.2.2 mailbox full", TryLaterError),
        ("550 5.7.1 relaying denied", LetterRefusedError),
    ],
)
def test_what_the_server_says_of_an_address_decides(postbox, answer, kind):
    postbox.answers["sam@trust.example"] = answer

    with mail_server(postbox) as settings, pytest.raises(kind) as refusal:
        send(settings)

    assert "sam" not in str(refusal.value)
    assert "greylisted" not in str(refusal.value)


def test_one_refused_address_does_not_spoil_the_line_for_the_next(postbox):
    postbox.answers["sam@trust.example"] = "550 5.1.1 no such user"

    with mail_server(postbox) as settings, MailServer(settings) as server:
        with pytest.raises(AddressRefusedError):
            server.send(LETTER, now=NOW)
        server.send(replace(LETTER, to="mo@trust.example"), now=NOW)

    assert len(postbox.letters) == 1


@pytest.mark.parametrize(
    ("answer", "kind"), [("451 later", TryLaterError), ("554 spam", LetterRefusedError)]
)
def test_what_the_server_says_of_a_letter_decides(postbox, answer, kind):
    postbox.data_answers = [answer]

    with mail_server(postbox) as settings, pytest.raises(kind):
        send(settings)


def test_a_line_that_breaks_in_the_middle_is_tried_later_on_a_new_one(postbox):
    postbox.data_answers = ["drop"]

    with mail_server(postbox) as settings, MailServer(settings) as server:
        with pytest.raises(TryLaterError):
            server.send(LETTER, now=NOW)
        server.send(LETTER, now=NOW)

    assert len(postbox.letters) == 1


def test_no_server_is_said():
    with pytest.raises(MailServerUnavailableError, match=r"mail\.host"):
        send(settings_for(free_port()))


@pytest.mark.parametrize("script", [mute, dripping])
def test_a_server_that_never_comes_to_the_point_is_given_up_in_time(script):
    with talking_server(script) as port:
        began = time.monotonic()

        with pytest.raises(MailServerUnavailableError):
            send(settings_for(port, answer_limit=0.5, total_limit=1.0))

    assert time.monotonic() - began < 15
