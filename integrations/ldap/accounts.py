"""Reads the accounts of a whole directory, or what changed in it since the last time.

Active Directory numbers its changes, each domain controller by a count of its own. OpenLDAP notes
when an entry was changed, and says nothing of what was deleted: there the keys are read as well.
Nothing here believes an answer because it came without an error: see `_require_true`.
"""

import enum
import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from ldap3.protocol.microsoft import show_deleted_control

from integrations.errors import Outage
from integrations.ldap.client import at_first_good, in_our_words, service_connection, within
from integrations.ldap.connections import Conversation, Entry, LDAPConnection, entry_of
from integrations.ldap.entries import joins_of, key_of
from integrations.ldap.errors import DirectoryUnavailableError
from integrations.ldap.settings import Directory

READ_PAGE = 500
#: No trust has so many accounts: a directory that goes on and on is not right.
MOST_ACCOUNTS = 500_000
#: How many accounts that an answer left out are asked for by name.
MOST_ASKED_AGAIN = 500
_ASKED_AT_ONCE = 50
#: A change may reach a copy of the directory so much later than others.
OVERLAP = timedelta(hours=1)

_LONGEST_NAME = 250
_STAMP = "%Y%m%d%H%M%SZ"
_SWITCHED_OFF = 0x2
_NEVER = frozenset({0, 0x7FFFFFFFFFFFFFFF})
_WINDOWS_EPOCH = datetime(1601, 1, 1, tzinfo=UTC)
_STATE = {
    True: ["userAccountControl", "accountExpires", "lockoutTime", "pwdLastSet"],
    False: ["pwdAccountLockedTime", "pwdReset", "nsAccountLock", "modifyTimestamp"],
}
PEOPLE = {
    True: "(&(objectCategory=person)(objectClass=user))",
    False: "(|(objectClass=person)(objectClass=inetOrgPerson))",
}


class AccountState(enum.StrEnum):
    """What the directory would say to the right password."""

    ACTIVE = "active"
    DISABLED = "disabled"
    EXPIRED = "expired"
    LOCKED = "locked"
    MUST_CHANGE = "must_change"


@dataclass(frozen=True, kw_only=True, slots=True)
class DirectoryAccount:
    """One account. The key stays the same when a name or a place changes."""

    key: str
    username: str
    display_name: str | None
    employee_number: str | None
    email: str | None
    nhs_unique_id: str | None
    state: AccountState


@dataclass(frozen=True, kw_only=True)
class Mark:
    """How far one server was read: the number of its last change, or the time of it."""

    server: str
    position: str


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What a directory said."""

    mark: Mark
    accounts: list[DirectoryAccount]
    #: all the keys there are, when they were read
    keys: frozenset[str] | None
    #: what the directory itself says was deleted
    deleted: frozenset[str] = frozenset()
    #: whether every account was read, not only what changed
    is_full: bool


def read_accounts(
    settings: Directory, *, marks: Iterable[Mark] = (), known: frozenset[str] = frozenset()
) -> Reading:
    """Read what changed since the mark of the server that answers; without one, everything.

    :raises DirectoryUnavailableError: when no server gave an answer that can be trusted.
    """
    by_server = {mark.server: mark.position for mark in marks}

    def ask(url: str, seconds: float) -> Reading:
        talk = Conversation(settings, url, seconds=seconds, each=settings.page_limit)

        def read() -> Reading:
            return in_our_words(lambda: _Server(talk, settings, url).read(by_server, known))

        try:
            return within(seconds, read, give_up=talk.hang_up)
        finally:
            talk.hang_up()

    return at_first_good(settings, ask, seconds=settings.read_limit)


class _Server:
    """One server that is being read."""

    def __init__(self, talk: Conversation, settings: Directory, url: str) -> None:
        self._talk = talk
        self._settings = settings
        self._line: LDAPConnection = service_connection(talk, settings)
        self._root = Entry(dn="", attributes={}) if settings.is_demo else talk.root(self._line)
        self._is_ad = talk.is_active_directory(self._line)
        self._people = settings.people_filter or PEOPLE[self._is_ad]
        # With other questions an old mark says nothing: they are a part of its name.
        asked = repr((self._people, settings.base_dn, settings.attributes))
        self._name = (self._root.text("dsServiceName") or url)[
            :_LONGEST_NAME
        ] + f"#{hashlib.sha256(asked.encode()).hexdigest()[:12]}"
        self._newest = ""

    def read(self, marks: dict[str, str], known: frozenset[str]) -> Reading:
        since = marks.get(self._name, "")
        now = self._root.text("highestCommittedUSN") or "" if self._is_ad else ""
        if self._is_ad and since and int(now or 0) < int(since):
            since = ""  # the server was put back to an earlier day
        accounts = self._accounts(self._changed_since(since))
        keys, deleted = None, frozenset[str]()
        if not since:
            keys = frozenset(account.key for account in accounts)
        elif self._is_ad:
            deleted = self._deleted(since)
        else:
            keys = frozenset(self._keys(self._people))
        if keys is not None:
            self._require_true(known - keys)
        position = now if self._is_ad else before_newest(self._newest)
        return Reading(
            mark=Mark(server=self._name, position=position),
            accounts=accounts,
            keys=keys,
            deleted=deleted,
            is_full=not since,
        )

    def _changed_since(self, since: str) -> str:
        if not since:
            return self._people
        if self._is_ad:
            return f"(&{self._people}(uSNChanged>={int(since) + 1}))"
        return f"(&{self._people}(modifyTimestamp>={since}))"

    def _accounts(self, query: str) -> list[DirectoryAccount]:
        wanted = [*self._settings.attributes.wanted(), *_STATE[self._is_ad]]
        found: dict[str, DirectoryAccount] = {}
        for entry in self._entries(query, wanted):
            account = self._account(entry)
            if account.key in found:
                raise DirectoryUnavailableError(
                    Outage.SETUP, "The directory gave the same account twice in one answer."
                )
            found[account.key] = account
            if len(found) > MOST_ACCOUNTS:
                raise DirectoryUnavailableError(
                    Outage.SETUP,
                    f"The directory gave more than {MOST_ACCOUNTS:,} accounts. Check "
                    "directory.base_dn and directory.people_filter.",
                )
            self._newest = max(self._newest, entry.text("modifyTimestamp") or "")
        return list(found.values())

    def _account(self, entry: Entry) -> DirectoryAccount:
        names = self._settings.attributes
        joins = joins_of(entry, names.joins)
        return DirectoryAccount(
            key=key_of(entry, names.key),
            username=entry.text(names.username) or "",
            display_name=entry.text(*names.display_name),
            employee_number=joins.get("employee_number"),
            email=joins.get("email"),
            nhs_unique_id=joins.get("nhs_unique_id"),
            state=_ad_state(entry) if self._is_ad else _state(entry),
        )

    def _keys(self, query: str) -> Iterator[str]:
        names = self._settings.attributes.key
        return (key_of(entry, names) for entry in self._entries(query, list(names)))

    def _entries(
        self,
        query: str,
        attributes: list[str],
        *,
        base: str | None = None,
        controls: list[tuple[Any, ...]] | None = None,
    ) -> Iterator[Entry]:
        pages = self._talk.pages(
            self._line,
            query,
            base=self._settings.base_dn if base is None else base,
            attributes=attributes,
            size=READ_PAGE,
            controls=controls,
        )
        return (entry_of(row) for rows in pages for row in rows)

    def _deleted(self, since: str) -> frozenset[str]:
        """Ask Active Directory for what is left of deleted accounts: little more than the key."""
        found = self._entries(
            f"(&(isDeleted=TRUE)(objectClass=user)(uSNChanged>={int(since) + 1}))",
            ["objectGUID"],
            base=self._root.text("defaultNamingContext") or self._settings.base_dn,
            controls=[show_deleted_control(criticality=True)],
        )
        return frozenset(key_of(entry, ("objectGUID",)) for entry in found)

    def _require_true(self, missing: frozenset[str]) -> None:
        """Ask for accounts that the answer left out, one by one, before they are taken for gone."""
        asked = sorted(missing)[:MOST_ASKED_AGAIN]
        for start in range(0, len(asked), _ASKED_AT_ONCE):
            parts = "".join(self._is_key(key) for key in asked[start : start + _ASKED_AT_ONCE])
            if any(True for _ in self._keys(f"(&{self._people}(|{parts}))")):
                raise DirectoryUnavailableError(
                    Outage.SETUP,
                    "The directory's answer left out accounts that it still has, so it was not "
                    "used. Ask those who run the directory to look at its limits.",
                )

    def _is_key(self, key: str) -> str:
        try:
            known = UUID(key)
        except ValueError:  # the entry's place: it cannot be asked for by a filter
            return ""
        if self._is_ad:
            return "(objectGUID=" + "".join(f"\\{byte:02x}" for byte in known.bytes_le) + ")"
        return f"(entryUUID={key})"


def before_newest(stamp: str, *, clock: datetime | None = None) -> str:
    """Give the time from which to read next, by the newest change that was met.

    No later than our own clock allows: a server's clock that once ran ahead, and was put right,
    would else hide what changes until that time comes. Nothing where the stamp is not a time.
    """
    try:
        newest = datetime.strptime(stamp, _STAMP).replace(tzinfo=UTC)
    except ValueError:
        return ""
    return (min(newest, clock or datetime.now(UTC)) - OVERLAP).strftime(_STAMP)


def _state(entry: Entry) -> AccountState:
    if (entry.text("nsAccountLock") or "").lower() == "true":
        return AccountState.DISABLED
    if entry.text("pwdAccountLockedTime"):
        return AccountState.LOCKED
    if (entry.text("pwdReset") or "").lower() == "true":
        return AccountState.MUST_CHANGE
    return AccountState.ACTIVE


def _ad_state(entry: Entry) -> AccountState:
    if _number(entry, "userAccountControl") & _SWITCHED_OFF:
        return AccountState.DISABLED
    expires = _number(entry, "accountExpires")
    if expires not in _NEVER and expires < _ticks(datetime.now(UTC)):
        return AccountState.EXPIRED
    if _number(entry, "lockoutTime"):
        return AccountState.LOCKED
    if entry.text("pwdLastSet") == "0":
        return AccountState.MUST_CHANGE
    return AccountState.ACTIVE


def _number(entry: Entry, name: str) -> int:
    try:
        return int(entry.text(name) or 0)
    except ValueError:
        return 0


def _ticks(moment: datetime) -> int:
    return int((moment - _WINDOWS_EPOCH).total_seconds() * 10_000_000)
