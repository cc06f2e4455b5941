import email
import email.policy
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from integrations.mail.errors import AddressRefusedError
from integrations.mail.letters import Letter, Line, message_of
from integrations.mail.settings import is_address
from tests.conftest import NOW
from tests.support.smtp import settings_for

SETTINGS = settings_for(25)
LETTER = Letter(
    key="abc",
    to="sam@trust.example",
    to_name="Sam",
    subject="Hello",
    lines=[Line(text="Hello <Sam> & co")],
)


def parsed(letter):
    content = message_of(letter, SETTINGS, now=NOW).as_bytes()
    return content, email.message_from_bytes(content, policy=email.policy.default)


@settings(deadline=None, derandomize=True, max_examples=60)
@given(text=st.text(max_size=200))
def test_nothing_in_a_subject_or_a_name_becomes_another_header(text):
    evil = f"{text}\r\nBcc: all@trust.example\n\nbody"
    letter = replace(LETTER, subject=evil, to_name=evil)

    _, message = parsed(letter)

    assert message["Bcc"] is None
    assert len(message["To"].addresses) == 1
    assert message["To"].addresses[0].addr_spec == "sam@trust.example"
    assert set(message.keys()) == {
        "Subject", "From", "To", "Date", "Message-ID", "Auto-Submitted",
        "X-Auto-Response-Suppress", "MIME-Version", "Content-Type",
    }  # fmt: skip


@settings(deadline=None, derandomize=True, max_examples=60)
@given(text=st.text(max_size=500))
def test_every_line_is_short_seven_bit_and_ends_as_mail_servers_want(text):
    lines = [Line(text=text), Line(text="x" * 3000)]

    content, _ = parsed(replace(LETTER, lines=lines))

    assert content.isascii()
    assert content.count(b"\n") == content.count(b"\r\n")
    assert max(len(line) for line in content.split(b"\r\n")) < 998


def test_what_people_are_called_is_never_markup():
    _, message = parsed(replace(LETTER, subject="<b>", lines=[Line(text="<script>x</script>")]))

    html = message.get_body(("html",)).get_content()
    assert "<script>" not in html
    assert "<b>" not in html
    assert "<script>x</script>" in message.get_body(("plain",)).get_content()


@pytest.mark.parametrize(
    "address",
    [
        "", "sam", "sam@", "@trust.example", "sam@trust.example\nBcc: x@y.example",
        "sam@trust.example, mo@trust.example", "sam mo@trust.example", "<sam@trust.example>",
        "sam@trust..example", "sam..x@trust.example", "sám@trust.example", "x" * 250 + "@a.example",
        "sam@trust.example ", '"sam,mo"@trust.example',
    ],
)  # fmt: skip
def test_what_is_not_one_plain_address_is_refused(address):
    assert not is_address(address)
    with pytest.raises(AddressRefusedError):
        message_of(replace(LETTER, to=address), SETTINGS, now=NOW)


@pytest.mark.parametrize(
    "address", ["sam.o'neil+x@nhs.net", "a@b", "sam_staff@mail-1.trust.nhs.uk"]
)
def test_what_people_really_have_is_taken(address):
    assert is_address(address)


def test_a_weekly_letter_says_how_to_stop_it():
    _, message = parsed(replace(LETTER, stop_url="https://t.example/mail"))

    assert message["List-Unsubscribe"] == "<https://t.example/mail>"
