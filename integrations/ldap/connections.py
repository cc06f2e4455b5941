"""One conversation with one server: open, bind, search. Every step has a time limit.

What ldap3 does that this module is careful about: it does not verify a certificate unless told
to, and its own check of the host name is weaker than Python's; its servers remember that an
address failed and then refuse it unasked, so a real one is used once only; an answer that was cut
short (size or time limit) raises nothing, so each result code is looked at.
"""

import contextlib
import functools
import re
import socket
import ssl
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias
from urllib.parse import urlsplit

import ldap3
from ldap3.core.exceptions import LDAPException, LDAPInvalidFilterError

from integrations.errors import Outage
from integrations.ldap import demo
from integrations.ldap.answers import PASSWORD_POLICY, SUCCESS
from integrations.ldap.errors import DirectoryUnavailableError
from integrations.ldap.settings import DEMO, Directory

#: ldap3 ships no types.
LDAPConnection: TypeAlias = Any
LDAPServer: TypeAlias = Any

PAGE_SIZE = 200
PAGED = "1.2.840.113556.1.4.319"
_ACTIVE_DIRECTORY = "1.2.840.113556.1.4.800"
_ROOT = ["supportedCapabilities", "dsServiceName", "highestCommittedUSN", "defaultNamingContext"]

_NOT_VERIFIED = re.compile(r"certificate verify failed: (.+?)\.? \(_ssl")
NO_TLS = (
    "We could not agree on encryption with the server. Check the port in directory.urls and what "
    "stands before it: ldaps:// is most often for 636, ldap:// (with StartTLS) for 389."
)

#: What ldap3 and the layers below it raise when a conversation breaks off.
BROKEN_OFF = (LDAPException, OSError)

# A result that says "ask again elsewhere": busy, unavailable.
_OVERLOADED = frozenset({51, 52})

_NOT_THERE = frozenset({32, 34})  # no such entry, or not written as one

#: What an administrator can do about an answer that is not whole.
_CUT_SHORT = {
    1: "Check directory.base_dn: the directory could not work with the question.",
    3: "It stopped at its time limit. Ask for the service account's limit to be raised.",
    4: "It stopped at its size limit. Ask for the service account's limit to be raised.",
    10: "It pointed to another server. Give that server's address, or a base_dn that is here.",
    11: "It stopped at a limit. Ask for the service account's limits to be raised.",
    12: "It does not give long answers page by page.",
    32: "Check directory.base_dn and directory.group_base_dn: there is no such place in it.",
    34: "Check directory.base_dn: it is not written as a place in a directory.",
    50: "The service account may not read there.",
    53: "It was not willing to.",
}


class VerifiedTls(ldap3.Tls):  # type: ignore[misc]  # ldap3 ships no types
    """TLS as Python itself does it: chain, host name and validity, or no connection at all."""

    def __init__(self, ca_file: str | None) -> None:
        super().__init__(validate=ssl.CERT_REQUIRED, ca_certs_file=ca_file)

    def wrap_socket(self, connection: LDAPConnection, **_how: object) -> None:
        connection.socket = verifying_context(self.ca_certs_file).wrap_socket(
            connection.socket, server_hostname=connection.server.host
        )


@functools.lru_cache(maxsize=8)
def verifying_context(ca_file: str | None) -> ssl.SSLContext:
    """Make a context that verifies; kept, since reading the authorities takes a while."""
    return ssl.create_default_context(ssl.Purpose.SERVER_AUTH, cafile=ca_file)


def peer_certificate(connection: LDAPConnection) -> dict[str, Any]:
    """Give what the server's certificate says."""
    said: dict[str, Any] = connection.socket.getpeercert()
    return said


#: which servers are Active Directory's, by address
_kinds: dict[str, bool] = {}


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One entry as it came, with every value as bytes."""

    dn: str
    attributes: dict[str, list[bytes]]

    def texts(self, name: str) -> list[str]:
        found = []
        for value in self.attributes.get(name.lower(), []):
            with contextlib.suppress(UnicodeDecodeError):
                found.append(value.decode("utf-8"))
        return found

    def text(self, *names: str) -> str | None:
        for name in names:
            for value in self.texts(name):
                if value.strip():
                    return value.strip()
        return None


class Conversation:
    """All connections that one sign-in opens to one server, under one deadline."""

    def __init__(
        self, settings: Directory, url: str, *, seconds: float, each: float | None = None
    ) -> None:
        self._settings = settings
        self._url = url
        self._deadline = time.monotonic() + seconds
        #: how long a single answer may take, where that is less than all that is left
        self._each = seconds if each is None else each
        self._connections: list[LDAPConnection] = []
        #: A person's password is on its way, and no answer to it has come.
        self.password_sent = False

    def connect(self, dn: str = "", password: str = "") -> LDAPConnection:
        """Open a connection that will bind as `dn`; as a visitor if there is none."""
        connection = ldap3.Connection(
            self._server(),
            user=dn or None,
            password=password or None,
            authentication=ldap3.SIMPLE if dn else ldap3.ANONYMOUS,
            client_strategy=ldap3.MOCK_SYNC if self._url == DEMO else ldap3.SYNC,
            auto_bind=ldap3.AUTO_BIND_NONE,
            auto_referrals=False,
            check_names=False,
            read_only=True,
        )
        self._connections.append(connection)
        if self._url == DEMO:
            demo.compare_passwords_exactly(connection)
        connection.open(read_server_info=False)
        self._limit_wait(connection)
        if urlsplit(self._url).scheme == "ldap":
            connection.start_tls(read_server_info=False)
            self._limit_wait(connection)
        return connection

    def bind(self, connection: LDAPConnection) -> dict[str, Any] | None:
        """Send the bind and hand back the server's own answer, whatever ldap3 makes of it."""
        self._limit_wait(connection)
        connection.result = None
        connection.bind(read_server_info=False, controls=[(PASSWORD_POLICY, False, None)])
        result: dict[str, Any] | None = connection.result
        return result

    def search(
        self,
        connection: LDAPConnection,
        query: str,
        *,
        base: str,
        attributes: list[str],
        limit: int,
    ) -> list[Entry]:
        """Search the subtree, page by page, and refuse an answer that was cut short."""
        found: list[Entry] = []
        for rows in self.pages(connection, query, base=base, attributes=attributes):
            found += [entry_of(row) for row in rows]
            if len(found) > limit + PAGE_SIZE:
                raise DirectoryUnavailableError(Outage.SETUP, "A search found far too much.")
        return found

    def pages(  # noqa: PLR0913 - each is one part of the question
        self,
        connection: LDAPConnection,
        query: str,
        *,
        base: str,
        attributes: list[str],
        size: int = PAGE_SIZE,
        controls: list[tuple[Any, ...]] | None = None,
    ) -> Iterator[list[dict[str, Any]]]:
        """Hand out the rows of a search page by page; each page has to be whole.

        One connection for one search: a server may keep one place in the pages a connection.
        """
        cookie: bytes | str | None = None
        begun_with: set[str] = set()
        while True:
            self._limit_wait(connection)
            connection.search(
                base,
                query,
                attributes=attributes,
                paged_size=size,
                paged_criticality=True,
                paged_cookie=cookie,
                controls=controls,
            )
            result = connection.result
            self._require_whole(result)
            rows = [row for row in connection.response if row["type"] == "searchResEntry"]
            if len(rows) >= size and PAGED not in (result.get("controls") or {}):
                raise DirectoryUnavailableError(
                    Outage.SETUP, "The directory did not say whether there is more to come."
                )
            cookie = _next_page(result)
            if cookie and (not rows or rows[0]["dn"] in begun_with):
                raise DirectoryUnavailableError(
                    Outage.SETUP, "The directory gave the same page again, or an empty one."
                )
            begun_with.update(row["dn"] for row in rows[:1])
            yield rows
            if not cookie:
                return

    def read(self, connection: LDAPConnection, dn: str, attributes: list[str]) -> Entry | None:
        """Read one entry by its place; none when it is not there."""
        self._limit_wait(connection)
        connection.search(dn, "(objectClass=*)", search_scope=ldap3.BASE, attributes=attributes)
        if connection.result.get("result") in _NOT_THERE:
            return None
        self._require_whole(connection.result)
        rows = [row for row in connection.response if row["type"] == "searchResEntry"]
        return entry_of(rows[0]) if rows else None

    def root(self, connection: LDAPConnection) -> Entry:
        """Read what a server says about itself."""
        self._limit_wait(connection)
        connection.search("", "(objectClass=*)", search_scope=ldap3.BASE, attributes=_ROOT)
        self._require_whole(connection.result)
        rows = [entry_of(row) for row in connection.response if row["type"] == "searchResEntry"]
        return rows[0] if rows else Entry(dn="", attributes={})

    def is_active_directory(self, connection: LDAPConnection) -> bool:
        """Tell which kind a server is; asked once, since it does not change."""
        if self._url not in _kinds:
            told = "" if self._url == DEMO else self.root(connection).texts("supportedCapabilities")
            _kinds[self._url] = _ACTIVE_DIRECTORY in told
        return _kinds[self._url]

    def hang_up(self) -> None:
        """Close everything, also when somebody is still waiting for an answer on it."""
        for connection in self._connections:
            line = getattr(connection, "socket", None)
            if line is not None:
                with contextlib.suppress(OSError):
                    line.shutdown(socket.SHUT_RDWR)
                with contextlib.suppress(OSError):
                    line.close()

    def _server(self) -> LDAPServer:
        if self._url == DEMO:
            return demo.server(self._settings.demo_file)
        parts = urlsplit(self._url)
        secure = parts.scheme == "ldaps"
        return ldap3.Server(
            parts.hostname,
            port=parts.port or (636 if secure else 389),
            use_ssl=secure,
            tls=VerifiedTls(self._settings.ca_file),
            get_info=ldap3.NONE,
            # ldap3 keeps this limit on the socket, so it holds for the TLS handshake as well.
            connect_timeout=min(self._settings.connect_limit, self._remaining()),
        )

    def _limit_wait(self, connection: LDAPConnection) -> None:
        if connection.socket is not None:
            connection.socket.settimeout(min(self._remaining(), self._each))

    def _remaining(self) -> float:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left

    @staticmethod
    def _require_whole(result: dict[str, Any]) -> None:
        code = result.get("result")
        if code in _OVERLOADED:
            raise DirectoryUnavailableError(Outage.DOWN, "The directory is too busy to answer.")
        if code != SUCCESS:
            raise DirectoryUnavailableError(
                Outage.SETUP,
                f"The directory did not answer a search in full (result {code}). "
                + _CUT_SHORT.get(int(code or 0), ""),
            )


def outage_of(problem: BaseException) -> DirectoryUnavailableError:
    """Say in our words what broke the conversation; the words of below may hold names."""
    causes = _causes(problem)
    if bad := [cause for cause in causes if isinstance(cause, ssl.SSLCertVerificationError)]:
        # ldap3 raises kinds of its own that derive from these: only their words say why.
        why = next((found[1] for one in bad if (found := _NOT_VERIFIED.search(str(one)))), "")
        return DirectoryUnavailableError(
            Outage.CERTIFICATE,
            "The directory's certificate could not be trusted"
            f"{': ' if why else ''}{why}. Check directory.ca_file, and that the "
            "certificate names the server as directory.urls does.",
        )
    if any(isinstance(cause, LDAPInvalidFilterError) for cause in causes):
        return DirectoryUnavailableError(
            Outage.SETUP,
            "A question to the directory is not written as one. Check the brackets in "
            "directory.people_filter and directory.search_filter.",
        )
    if any(isinstance(cause, ssl.SSLError) and not _is_cut(cause) for cause in causes):
        return DirectoryUnavailableError(Outage.CERTIFICATE, NO_TLS)
    if any(isinstance(cause, ldap3.core.exceptions.LDAPStartTLSError) for cause in causes):
        return DirectoryUnavailableError(
            Outage.CERTIFICATE, "The directory does not offer an encrypted connection."
        )
    if any(isinstance(cause, TimeoutError) for cause in causes):
        return DirectoryUnavailableError(Outage.SLOW, "The directory did not answer in time.")
    kind = type(problem).__name__  # its words may hold a name, its kind does not
    return DirectoryUnavailableError(Outage.DOWN, f"The directory could not be reached ({kind}).")


def _is_cut(problem: ssl.SSLError) -> bool:
    return isinstance(problem, (ssl.SSLEOFError, ssl.SSLZeroReturnError, TimeoutError))


def _causes(problem: BaseException) -> list[BaseException]:
    """Unpack the list of failures that ldap3 makes when a name has several addresses."""
    causes: list[BaseException] = [problem]
    for argument in problem.args:
        if isinstance(argument, list):
            causes += [failed[0] for failed in argument if isinstance(failed, tuple)]
    before = problem.__context__
    while before is not None:
        causes.append(before)
        before = before.__context__
    return causes


def entry_of(row: dict[str, Any]) -> Entry:
    attributes = {
        str(name).lower(): [bytes(value) for value in values]
        for name, values in row["raw_attributes"].items()
    }
    return Entry(dn=str(row["dn"]), attributes=attributes)


def _next_page(result: dict[str, Any]) -> bytes | str | None:
    control = (result.get("controls") or {}).get(PAGED)
    cookie: bytes | str | None = control["value"]["cookie"] if control else None
    return cookie
