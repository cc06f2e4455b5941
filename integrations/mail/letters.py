"""One letter, and the bytes that it becomes. Each goes to one person alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from html import escape

from integrations.mail.calendars import Meeting, Person, as_ical
from integrations.mail.errors import AddressRefusedError
from integrations.mail.one_line import one_line
from integrations.mail.settings import MailSettings, is_address

LONGEST_SUBJECT = 150
#: Seven-bit lines of a length that every mail server takes.
_POLICY = SMTP.clone(cte_type="7bit", max_line_length=76)


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """A paragraph, or one point of a list, with the page that it leads to."""

    text: str
    url: str = ""
    link_text: str = ""
    is_point: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Letter:
    """A mail to one person, before it is bytes."""

    #: the same at each try, so that a mail system can tell a second copy
    key: str
    to: str
    to_name: str
    subject: str
    lines: Sequence[Line]
    #: small print at the end
    footer: Sequence[Line] = ()
    #: where the person can say that they want no more of these
    stop_url: str = ""
    #: an entry for the person's calendar
    meeting: Meeting | None = None


def message_of(letter: Letter, settings: MailSettings, *, now: datetime) -> EmailMessage:
    """Make the mail.

    :raises AddressRefusedError: when that cannot be an address.
    """
    if not is_address(letter.to):
        raise AddressRefusedError("The address cannot be right.")
    message = EmailMessage(policy=_POLICY)
    message["Subject"] = one_line(letter.subject)[:LONGEST_SUBJECT]
    message["From"] = Address(one_line(settings.sender_name), addr_spec=settings.sender)
    message["To"] = Address(one_line(letter.to_name), addr_spec=letter.to)
    if settings.reply_to:
        message["Reply-To"] = Address(addr_spec=settings.reply_to)
    message["Date"] = format_datetime(now)
    message["Message-ID"] = f"<{letter.key}@{settings.domain}>"
    # Written by a machine: holiday replies and lists leave it alone.
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    if letter.stop_url:
        message["List-Unsubscribe"] = f"<{letter.stop_url}>"
    message.set_content(plain_text(letter))
    message.add_alternative(html(letter), subtype="html")
    if letter.meeting is not None:
        _add_meeting(message, letter.meeting, settings, now)
    return message


def _add_meeting(
    message: EmailMessage, meeting: Meeting, settings: MailSettings, now: datetime
) -> None:
    """Add it twice: calendars read the part, people without one open the file."""
    sender = Person(name=settings.sender_name, address=settings.sender)
    content = as_ical(meeting, sender=sender, now=now)
    message.add_alternative(content.decode(), subtype="calendar", params={"method": meeting.method})
    message.add_attachment(content, maintype="application", subtype="ics", filename="meeting.ics")


def plain_text(letter: Letter) -> str:
    parts = [_plain_line(line) for line in letter.lines]
    if letter.footer:
        parts.append("-- \n" + "\n".join(_plain_line(line) for line in letter.footer))
    return "\n\n".join(parts) + "\n"


def _plain_line(line: Line) -> str:
    text = f"* {line.text}" if line.is_point else line.text
    return f"{text}\n{line.link_text}: {line.url}".strip() if line.url else text


def html(letter: Letter) -> str:
    body = "".join(_html_line(line) for line in letter.lines)
    footer = "".join(_html_line(line) for line in letter.footer)
    return (
        '<!doctype html>\n<html lang="en-GB"><head><meta charset="utf-8">'
        f"<title>{escape(one_line(letter.subject))}</title></head>\n"
        '<body style="font-family:Arial,sans-serif;font-size:18px;line-height:1.5;color:#212b32;'
        f'max-width:38em;margin:0 auto;padding:16px">\n{body}'
        f'<div style="border-top:1px solid #768692;margin-top:32px;font-size:16px">{footer}</div>'
        "\n</body></html>\n"
    )


def _html_line(line: Line) -> str:
    text = escape(line.text).replace("\n", "<br>\n")
    if line.is_point:
        text = f"&bull; {text}"
    link = ""
    if line.url:
        link = f'<a href="{escape(line.url)}" style="color:#005eb8">{escape(line.link_text)}</a>'
    return f"<p>{text}{'<br>' if text and link else ''}{link}</p>\n"
