"""How mail leaves, checked once at start."""

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from integrations.mail.errors import MailSetupError

#: One address, as HR or an administrator types it: no spaces, no list, no way out of a header.
_ADDRESS = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*"
)
LONGEST_ADDRESS = 254
HIGHEST_PORT = 65535
WAYS = ("starttls", "tls", "none")


@dataclass(frozen=True, kw_only=True, slots=True)
class MailSettings:
    """Where mail is handed in and whom it comes from. Unsafe settings never come to be."""

    host: str
    port: int
    #: starttls, tls, or none: only on this very machine
    tls: str
    sender: str
    #: the service's own address, at the start of every link
    base_url: str
    user: str = ""
    password: str = field(default="", repr=False)
    sender_name: str = "Competence Tracker"
    reply_to: str = ""
    ca_file: str | None = None
    #: seconds for one answer of the server, and for one whole letter
    answer_limit: float = 15.0
    total_limit: float = 60.0

    @property
    def domain(self) -> str:
        return self.sender.rpartition("@")[2]


def is_address(text: str) -> bool:
    """Say whether this is one plain mail address."""
    return len(text) <= LONGEST_ADDRESS and _ADDRESS.fullmatch(text) is not None


def is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def read_mail(values: Mapping[str, str]) -> MailSettings | None:
    """Read the mail lines of the settings; none when mail is off.

    :raises MailSetupError: for a line that is wrong or unsafe.
    """
    if not values["mail.host"]:
        return None
    settings = MailSettings(
        host=values["mail.host"],
        port=_port(values["mail.port"]),
        tls=values["mail.tls"],
        sender=values["mail.from"],
        sender_name=values["mail.from_name"],
        base_url=values["tracker.url"].rstrip("/"),
        user=values["mail.user"],
        password=values["mail.password"],
        reply_to=values["mail.reply_to"],
        ca_file=values["mail.ca_file"] or None,
        answer_limit=_seconds(values, "mail.answer_limit"),
        total_limit=_seconds(values, "mail.total_limit"),
    )
    _check(settings)
    return settings


def _check(settings: MailSettings) -> None:
    if settings.tls not in WAYS:
        raise MailSetupError("Set mail.tls to starttls, tls or none.")
    if settings.tls == "none" and not is_loopback(settings.host):
        raise MailSetupError(
            "Set mail.tls to starttls or tls: mail to another machine needs an encrypted way."
        )
    if settings.tls == "none" and settings.user:
        raise MailSetupError("Set mail.tls to starttls or tls: a password needs an encrypted way.")
    if bool(settings.user) != bool(settings.password):
        raise MailSetupError("Set both mail.user and mail.password, or neither.")
    if not is_address(settings.sender):
        raise MailSetupError("Set mail.from to the address that mail comes from.")
    if settings.reply_to and not is_address(settings.reply_to):
        raise MailSetupError("Set mail.reply_to to one mail address, or leave it out.")
    if not settings.sender_name.isprintable():
        raise MailSetupError("Set mail.from_name to a name on one line.")
    if settings.ca_file is not None and not Path(settings.ca_file).is_file():
        raise MailSetupError("Set mail.ca_file to a file with certificates: there is none there.")
    parts = urlsplit(settings.base_url)
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        raise MailSetupError(
            "Set tracker.url to the service's own address, such as https://tracker.trust.nhs.uk. "
            "Links in mail begin with it."
        )


def _port(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) <= HIGHEST_PORT:
        raise MailSetupError("Set mail.port to a port, such as 587.")
    return int(text)


def _seconds(values: Mapping[str, str], key: str) -> float:
    try:
        seconds = float(values[key])
    except ValueError:
        seconds = 0.0
    if not 0 < seconds <= 600:  # noqa: PLR2004 - ten minutes is as long as a worker may wait
        raise MailSetupError(f"Set {key} to a number of seconds from 1 to 600.")
    return seconds
