"""How the trust's directory is reached, checked once at start."""

import ipaddress
import re
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from integrations.ldap.errors import DirectorySetupError

#: Used in place of a server's address: the entries file below answers instead.
DEMO = "demo"
DEMO_BASE = "dc=aldwater,dc=nhs,dc=example"

PLACE = "{username}"

#: The facts of an HR record by which an account can be joined to it.
JOIN_FIELDS = ("employee_number", "email", "nhs_unique_id")

#: What the search filter compares the name with, as in (uid={username}).
_COMPARED = re.compile(r"\(([A-Za-z][\w-]*)=\{username\}\)")

#: Nobody waits longer than this for all servers together. Half a second of it is for the page.
LONGEST_WAIT = 5.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Attributes:
    """What this directory calls things. The defaults are OpenLDAP's."""

    key: tuple[str, ...] = ("entryUUID", "objectGUID")
    username: str = "uid"
    employee_number: str = "employeeNumber"
    mail: str = "mail"
    display_name: tuple[str, ...] = ("displayName", "cn")
    groups: str = "memberOf"
    #: which attribute holds which fact of the HR record, in the order in which they are tried
    join: tuple[tuple[str, str], ...] = ()

    @property
    def joins(self) -> tuple[tuple[str, str], ...]:
        return self.join or ((self.employee_number, "employee_number"), (self.mail, "email"))

    def wanted(self) -> list[str]:
        names = [*self.key, self.username, self.employee_number, self.mail]
        return [*names, *self.display_name, *(name for name, _ in self.joins)]


@dataclass(frozen=True, kw_only=True, slots=True)
class Directory:
    """Where the directory is and how to ask it. Bad or unsafe settings never come to be."""

    urls: tuple[str, ...]
    base_dn: str
    search_filter: str = "(uid={username})"
    bind_dn: str = ""
    bind_password: str = field(default="", repr=False)
    direct_bind: str = ""
    ca_file: str | None = None
    allow_plain_on_loopback: bool = False
    attributes: Attributes = Attributes()
    group_base_dn: str = ""
    nested_group_depth: int = 5
    connect_limit: float = 1.5
    total_limit: float = 4.5
    shun_seconds: float = 30.0
    demo_file: Path | None = None
    #: what may stand before a user name, as in TRUST\\nurse
    domains: tuple[str, ...] = ()
    #: which entries are people; empty: what is usual in this kind of directory
    people_filter: str = ""
    #: how long reading one page, and reading the whole directory, may take
    page_limit: float = 60.0
    read_limit: float = 1800.0

    def __post_init__(self) -> None:
        self._check_addresses()
        self._check_ways_to_ask()
        if self.ca_file is not None and not _holds_certificates(self.ca_file):
            raise DirectorySetupError(
                "directory.ca_file is not a file of certificates in PEM. Give the certificate of "
                "the authority that signed the directory's own certificate."
            )
        if not 0 < self.total_limit <= LONGEST_WAIT:
            raise DirectorySetupError("directory.total_limit is in seconds, and at most 5.")
        if any(field not in JOIN_FIELDS for _, field in self.attributes.join):
            raise DirectorySetupError(
                "Write directory.join as attribute=fact, such as employeeID=employee_number "
                f"mail=email. The facts are {', '.join(JOIN_FIELDS)}."
            )

    @property
    def name_attributes(self) -> list[str]:
        """The attributes by which a person's name is looked up: each is a name they can type."""
        return _COMPARED.findall(self.search_filter)

    @property
    def is_demo(self) -> bool:
        return self.urls == (DEMO,)

    def _check_addresses(self) -> None:
        if not self.urls:
            raise DirectorySetupError(
                "directory.urls is missing. Give at least one ldaps:// address."
            )
        if DEMO in self.urls:
            if not self.is_demo:
                raise DirectorySetupError("directory.urls is either demo or addresses, not both.")
            if self.demo_file is None:
                raise DirectorySetupError("directory.demo_file is missing.")
            return
        for url in self.urls:
            self._check_address(url)

    def _check_address(self, url: str) -> None:
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError:
            port = 0
        if port == 0 or not parts.hostname or parts.scheme not in ("ldaps", "ldap", "ldap+plain"):
            raise DirectorySetupError(
                "directory.urls holds something that is not an address. Write each as "
                "ldaps://server.example.nhs.uk or, for StartTLS, ldap://server.example.nhs.uk."
            )
        if parts.scheme == "ldap+plain" and not (
            self.allow_plain_on_loopback and is_loopback(parts.hostname)
        ):
            raise DirectorySetupError(
                "directory.urls asks for sign-in without encryption, which would send every "
                "password in the clear. Use ldaps:// or ldap:// (with StartTLS)."
            )

    def _check_ways_to_ask(self) -> None:
        if not self.base_dn:
            raise DirectorySetupError(
                "directory.base_dn is missing. Say below which entry people are to be looked for."
            )
        if not self.name_attributes:
            raise DirectorySetupError(
                "directory.search_filter must hold {username} compared with an attribute, "
                "such as (uid={username})."
            )
        if self.direct_bind and PLACE not in self.direct_bind:
            raise DirectorySetupError("directory.direct_bind must hold {username}.")
        if bool(self.bind_dn) != bool(self.bind_password):
            raise DirectorySetupError(
                "directory.bind_dn and directory.bind_password go together: a service account "
                "with an empty password is a visitor."
            )


def _holds_certificates(file: str) -> bool:
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(file)
    except OSError:  # not there, not to be read, or of another kind
        return False
    return True


def is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def read_directory(settings: Mapping[str, str]) -> Directory:
    """Read the `directory.` lines of an .ini file."""

    def text(name: str, default: str = "") -> str:
        return str(settings.get(f"directory.{name}", default)).strip()

    usual = Attributes()
    demo_file = text("demo_file")
    return Directory(
        urls=tuple(text("urls").split()),
        base_dn=text("base_dn") or (DEMO_BASE if text("urls") == DEMO else ""),
        search_filter=text("search_filter", "(uid={username})"),
        bind_dn=text("bind_dn"),
        bind_password=str(settings.get("directory.bind_password", "")),
        direct_bind=text("direct_bind"),
        ca_file=text("ca_file") or None,
        allow_plain_on_loopback=text("allow_plain_on_loopback") == "true",
        attributes=Attributes(
            username=text("attribute.username", usual.username),
            employee_number=text("attribute.employee_number", usual.employee_number),
            mail=text("attribute.mail", usual.mail),
            groups=text("attribute.groups", usual.groups),
            join=_joins(text("join")),
        ),
        domains=tuple(text("domains").split()),
        people_filter=text("people_filter"),
        group_base_dn=text("group_base_dn"),
        nested_group_depth=int(_number("nested_group_depth", text("nested_group_depth", "5"))),
        connect_limit=_number("connect_limit", text("connect_limit", "1.5")),
        total_limit=_number("total_limit", text("total_limit", "4.5")),
        demo_file=Path(demo_file) if demo_file else None,
    )


def _joins(text: str) -> tuple[tuple[str, str], ...]:
    parts = (pair.partition("=") for pair in text.split())
    return tuple((attribute, field) for attribute, _, field in parts)


def _number(name: str, text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise DirectorySetupError(f"directory.{name} must be a number.") from None
