"""Tests the connection to each server of a directory, step by step, within bounded time."""

import socket
import ssl
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from urllib.parse import urlsplit

from integrations.errors import Outage
from integrations.ldap.accounts import PEOPLE
from integrations.ldap.client import in_our_words, service_connection, within
from integrations.ldap.connections import (
    Conversation,
    LDAPConnection,
    peer_certificate,
)
from integrations.ldap.errors import DirectoryUnavailableError
from integrations.ldap.settings import DEMO, Directory
from integrations.steps import Step

_SOON_DAYS = 30


def try_directory(settings: Directory) -> list[Step]:
    """Try every server at once; each stops at its first step that fails."""
    with ThreadPoolExecutor(max_workers=len(settings.urls)) as pool:
        tried = pool.map(lambda url: _Trial(settings, url).run(), settings.urls)
        return [step for steps in tried for step in steps]


class _Trial:
    def __init__(self, settings: Directory, url: str) -> None:
        self._settings = settings
        self._url = url
        parts = urlsplit(url)
        self._scheme = parts.scheme
        self._host = parts.hostname or "demo"
        self._port = parts.port or (636 if parts.scheme == "ldaps" else 389)
        self._steps: list[Step] = []
        self._under_way = ""
        seconds = settings.total_limit
        self._talk = Conversation(settings, url, seconds=seconds)
        self._line: LDAPConnection = None

    def run(self) -> list[Step]:
        try:
            within(
                self._settings.total_limit,
                lambda: in_our_words(self._all),
                give_up=self._talk.hang_up,
            )
        except DirectoryUnavailableError as problem:
            done = self._steps[:]  # what was left behind may still be adding to the list
            return [*done, self._step(self._under_way, ok=False, sentence=self._advice(problem))]
        finally:
            self._talk.hang_up()
        return self._steps

    def _all(self) -> None:
        for name, act in self._acts():
            self._under_way = name
            self._steps.append(self._step(name, ok=True, sentence=act()))

    def _acts(self) -> list[tuple[str, Callable[[], str]]]:
        ask = [("bind", self._bind), ("search", self._search), ("groups", self._groups)]
        if self._url == DEMO:
            return ask
        return [("name", self._name), ("port", self._open), ("TLS", self._tls), *ask]

    def _step(self, name: str, *, ok: bool, sentence: str) -> Step:
        return Step(name=f"{self._host}: {name}", ok=ok, sentence=sentence)

    def _name(self) -> str:
        found = socket.getaddrinfo(self._host, self._port, type=socket.SOCK_STREAM)
        return f"The name is known: {found[0][4][0]}."

    def _open(self) -> str:
        socket.create_connection((self._host, self._port), self._settings.connect_limit).close()
        return f"Port {self._port} answers."

    def _tls(self) -> str:
        if self._scheme == "ldap+plain":
            return "Not encrypted: for a test on this machine only."
        self._line = self._talk.connect(self._settings.bind_dn, self._settings.bind_password)
        ends_at = ssl.cert_time_to_seconds(str(peer_certificate(self._line)["notAfter"]))
        ends = datetime.fromtimestamp(ends_at, UTC)
        if (ends - datetime.now(UTC)).days < _SOON_DAYS:
            return f"The certificate is good, but only until {ends:%d %B %Y}. Ask for a new one."
        return f"The certificate is good until {ends:%d %B %Y}."

    def _bind(self) -> str:
        self._line = service_connection(self._talk, self._settings)
        if not self._settings.bind_dn:
            return "We may look things up as a visitor."
        return "The service account is let in."

    def _search(self) -> str:
        kind = self._talk.is_active_directory(self._line)
        query = self._settings.people_filter or PEOPLE[kind]
        if not self._finds(query, self._settings.base_dn):
            raise DirectoryUnavailableError(
                Outage.SETUP,
                "The search found nobody. Check directory.base_dn and directory.people_filter, "
                "and that the service account may read people.",
            )
        return f"People are found. This is {'Active Directory' if kind else 'an LDAP directory'}."

    def _groups(self) -> str:
        if not self._settings.group_base_dn and not self._talk.is_active_directory(self._line):
            return "directory.group_base_dn is not set: only a person's direct groups count."
        base = self._settings.group_base_dn or self._settings.base_dn
        if not self._finds("(|(objectClass=group)(objectClass=groupOfNames))", base):
            raise DirectoryUnavailableError(
                Outage.SETUP, "No group was found. Check directory.group_base_dn."
            )
        return "Groups are found."

    def _finds(self, query: str, base: str) -> bool:
        pages = self._talk.pages(self._line, query, base=base, attributes=["cn"], size=2)
        return bool(next(pages, []))

    def _advice(self, problem: DirectoryUnavailableError) -> str:
        """Say what to do, by the step that failed."""
        if self._under_way == "name":
            return f"The name {self._host} is not known. Check directory.urls, or ask IT."
        if self._under_way == "port":
            return (
                f"Port {self._port} does not answer ({problem.kind}). Check that the server runs, "
                "and that the firewall lets this machine through."
            )
        if self._under_way == "TLS":
            if problem.kind not in {Outage.SLOW, Outage.DOWN}:
                return str(problem)
            said = "said nothing" if problem.kind is Outage.SLOW else "hung up"
            return (
                f"The server took the call and then {said}. Check that the port in directory.urls "
                "is the one for what stands before it (ldaps:// or ldap://), and that the server "
                "has a certificate."
            )
        refused = problem.kind is Outage.SETUP and self._url != DEMO
        if self._under_way == "bind" and refused:
            return (
                "The service account was refused. Check directory.bind_dn and "
                "directory.bind_password; the password may have changed or run out."
            )
        return str(problem)
