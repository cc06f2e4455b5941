"""Asks the directory whether somebody is who they say, within five seconds in all."""

import contextlib
import queue
import threading
import time
import unicodedata
import uuid
from collections.abc import Callable

from ldap3.core.exceptions import LDAPSASLPrepError
from ldap3.utils.conv import escape_filter_chars
from ldap3.utils.dn import escape_rdn

from integrations.ldap.answers import require_yes
from integrations.ldap.connections import (
    BROKEN_OFF,
    Conversation,
    Entry,
    LDAPConnection,
    outage_of,
)
from integrations.ldap.errors import (
    DirectoryUnavailableError,
    NothingToCheckError,
    Outage,
    SignInRefusedError,
    WrongCredentialsError,
)
from integrations.ldap.groups import all_groups
from integrations.ldap.records import DirectoryPerson
from integrations.ldap.settings import PLACE, Directory

MOST_LETTERS = 256
_GUID_BYTES = 16

# The gravest first: it is the one that somebody has to put right.
_GRAVITY = (Outage.CERTIFICATE, Outage.SETUP, Outage.SLOW, Outage.DOWN)

_shunned: dict[str, float] = {}


def authenticate(settings: Directory, username: str, password: str) -> DirectoryPerson:
    """Return who this is, or raise why not.

    Servers are tried in turn; one that failed lately comes last. Each gets a fair share of the
    time that is left, so that a dead server cannot use up the time of a living one.
    """
    username = username.strip()
    refuse_nothing(username, password)
    deadline = time.monotonic() + settings.total_limit
    problems: list[DirectoryUnavailableError] = []
    urls = _in_order(settings)
    for place, url in enumerate(urls):
        left = deadline - time.monotonic()
        if left <= 0:
            break
        try:
            person = _ask(settings, url, username, password, seconds=left / (len(urls) - place))
        except DirectoryUnavailableError as problem:
            _shunned[url] = time.monotonic()
            problems.append(problem)
        except SignInRefusedError:
            _shunned.pop(url, None)
            raise
        else:
            _shunned.pop(url, None)
            return person
    raise min(problems, key=lambda problem: _GRAVITY.index(problem.kind))


def refuse_nothing(username: str, password: str) -> None:
    """Refuse, before any server is asked, what a server might take for a visitor."""
    if not username.strip() or not password.strip() or "\0" in password:
        raise NothingToCheckError
    if len(username) > MOST_LETTERS or len(password) > MOST_LETTERS or not username.isprintable():
        raise WrongCredentialsError


def forget_failures() -> None:
    """Treat every server as well again."""
    _shunned.clear()


def _in_order(settings: Directory) -> list[str]:
    now = time.monotonic()

    def failed_lately(url: str) -> bool:
        failed_at = _shunned.get(url)
        return failed_at is not None and now - failed_at < settings.shun_seconds

    return sorted(settings.urls, key=failed_lately)


def _ask(
    settings: Directory, url: str, username: str, password: str, *, seconds: float
) -> DirectoryPerson:
    talk = Conversation(settings, url, seconds=seconds)
    find = _check_directly if settings.direct_bind else _check_by_search

    def ask() -> DirectoryPerson:
        try:
            return find(talk, settings, username, password)
        except LDAPSASLPrepError:  # letters that no password may hold
            raise WrongCredentialsError from None
        except BROKEN_OFF as problem:
            raise outage_of(problem) from None
        finally:
            talk.hang_up()

    return _within(seconds, ask, give_up=talk.hang_up)


def _within(
    seconds: float, work: Callable[[], DirectoryPerson], *, give_up: Callable[[], None]
) -> DirectoryPerson:
    """Wait no longer than this, whatever happens below.

    Time limits on sockets do not bound a name server that hangs or an answer that drips in a
    byte at a time, so the work runs beside us and is left behind when its time is up.
    """
    answer: queue.SimpleQueue[DirectoryPerson | BaseException] = queue.SimpleQueue()

    def run() -> None:
        try:
            answer.put(work())
        except BaseException as problem:  # noqa: BLE001 (raised again by the one who waits)
            answer.put(problem)

    threading.Thread(target=run, name="directory", daemon=True).start()
    try:
        outcome = answer.get(timeout=seconds)
    except queue.Empty:
        give_up()
        raise DirectoryUnavailableError(
            Outage.SLOW, "The directory did not answer in time."
        ) from None
    if isinstance(outcome, BaseException):
        raise outcome
    return outcome


def _check_by_search(
    talk: Conversation, settings: Directory, username: str, password: str
) -> DirectoryPerson:
    service = _service_connection(talk, settings)
    entry = _find(talk, service, settings, username)
    # A name that is not there is tried all the same, so that both kinds of no take as long.
    dn = entry.dn if entry else f"cn=no-such-person,{settings.base_dn}".rstrip(",")
    _prove(talk, dn, password)
    if entry is None:
        raise WrongCredentialsError
    return _person(talk, service, settings, entry)


def _check_directly(
    talk: Conversation, settings: Directory, username: str, password: str
) -> DirectoryPerson:
    is_dn = "=" in settings.direct_bind
    name = settings.direct_bind.replace(PLACE, escape_rdn(username) if is_dn else username)
    connection = _prove(talk, name, password)
    entry = _find(talk, connection, settings, username)
    if entry is None or (is_dn and entry.dn.lower() != name.lower()):
        raise DirectoryUnavailableError(
            Outage.SETUP, "The directory let somebody in whom the search filter does not find."
        )
    return _person(talk, connection, settings, entry)


def _service_connection(talk: Conversation, settings: Directory) -> LDAPConnection:
    connection = talk.connect(settings.bind_dn, settings.bind_password)
    try:
        require_yes(talk.bind(connection))
    except SignInRefusedError as refused:
        raise DirectoryUnavailableError(
            Outage.SETUP, "The directory refused the service account."
        ) from refused
    return connection


def _prove(talk: Conversation, dn: str, password: str) -> LDAPConnection:
    """Bind as the person on a fresh connection: only this says that the password is right."""
    connection = talk.connect(dn, password)
    require_yes(talk.bind(connection))
    return connection


def _find(
    talk: Conversation, connection: LDAPConnection, settings: Directory, username: str
) -> Entry | None:
    entries = talk.search(
        connection,
        settings.search_filter.replace(PLACE, escape_filter_chars(username)),
        base=settings.base_dn,
        attributes=[*settings.attributes.wanted(), *settings.name_attributes],
        limit=1,
    )
    if len(entries) > 1:
        raise DirectoryUnavailableError(
            Outage.SETUP, "directory.search_filter finds more than one person for a name."
        )
    # A directory may take "é" for "e" or a wide letter for a narrow one. We do not: one account
    # must not have many names, or the limit on tries could be got round.
    given = plain_name(username)
    for entry in entries:
        if any(
            plain_name(text) == given
            for name in settings.name_attributes
            for text in entry.texts(name)
        ):
            return entry
    return None


def plain_name(name: str) -> str:
    """Write a name in the one way in which all spellings of it are the same."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def _person(
    talk: Conversation, connection: LDAPConnection, settings: Directory, entry: Entry
) -> DirectoryPerson:
    names = settings.attributes
    return DirectoryPerson(
        key=_key(entry, names.key),
        dn=entry.dn,
        username=entry.text(names.username) or "",
        employee_number=entry.text(names.employee_number),
        mail=entry.text(names.mail),
        display_name=entry.text(*names.display_name),
        groups=all_groups(
            talk, connection, settings, dn=entry.dn, direct=entry.texts(names.groups)
        ),
    )


def _key(entry: Entry, names: tuple[str, ...]) -> str:
    """Find what stays the same when a person marries or moves; at worst the entry's place."""
    for name in names:
        for value in entry.attributes.get(name.lower(), []):
            if name.lower() == "objectguid" and len(value) == _GUID_BYTES:
                return str(uuid.UUID(bytes_le=value))
            with contextlib.suppress(UnicodeDecodeError):
                return value.decode("utf-8")
    return entry.dn.lower()
