"""Asks the directory whether somebody is who they say, within five seconds in all."""

import functools
import queue
import threading
import time
from collections.abc import Callable, Iterable
from typing import TypeVar

from ldap3.core.exceptions import LDAPSASLPrepError
from ldap3.utils.conv import escape_filter_chars
from ldap3.utils.dn import escape_rdn

from integrations.errors import Outage
from integrations.ldap.answers import require_yes
from integrations.ldap.connections import (
    BROKEN_OFF,
    Conversation,
    Entry,
    LDAPConnection,
    outage_of,
)
from integrations.ldap.entries import joins_of, key_of
from integrations.ldap.errors import (
    AmbiguousNameError,
    DirectoryUnavailableError,
    NothingToCheckError,
    SignInRefusedError,
    WrongCredentialsError,
)
from integrations.ldap.groups import all_groups
from integrations.ldap.names import TypedName, plain_name, read_name
from integrations.ldap.records import DirectoryPerson
from integrations.ldap.settings import PLACE, Directory

T = TypeVar("T")

MOST_LETTERS = 256
#: No more entries than this can be meant by one name.
MOST_ALIKE = 20

# The gravest first: it is the one that somebody has to put right.
_GRAVITY = (Outage.CERTIFICATE, Outage.SETUP, Outage.SLOW, Outage.DOWN)

_shunned: dict[str, float] = {}


#: Asked, with the account's key, before a password is tried: may one more try be passed on?
MayTry = Callable[[str], bool]


def authenticate(
    settings: Directory, username: str, password: str, *, may_try: MayTry = lambda _key: True
) -> DirectoryPerson:
    """Return who this is, or raise why not.

    Servers are tried in turn; one that failed lately comes last. Each gets a fair share of the
    time that is left, so that a dead server cannot use up the time of a living one.
    """
    username = username.strip()
    refuse_nothing(username, password)
    typed = read_name(settings, username)
    # One sign-in is one try, however many servers it takes, unless one of them may have counted it.
    once = functools.cache(may_try)

    def ask(url: str, seconds: float) -> DirectoryPerson:
        try:
            return _ask(settings, url, typed, password, seconds=seconds, may_try=once)
        except DirectoryUnavailableError as problem:
            if problem.password_sent:
                once.cache_clear()
            raise

    return at_first_good(settings, ask, seconds=settings.total_limit)


def at_first_good(settings: Directory, ask: Callable[[str, float], T], *, seconds: float) -> T:
    """Ask one server after the other, until one answers."""
    deadline = time.monotonic() + seconds
    problems: list[DirectoryUnavailableError] = []
    urls = _in_order(settings)
    for place, url in enumerate(urls):
        left = deadline - time.monotonic()
        if left <= 0:
            break
        try:
            answer = ask(url, left / (len(urls) - place))
        except DirectoryUnavailableError as problem:
            _shunned[url] = time.monotonic()
            problems.append(problem)
        except SignInRefusedError:
            _shunned.pop(url, None)
            raise
        else:
            _shunned.pop(url, None)
            return answer
    gravest = min(problems, key=lambda problem: _GRAVITY.index(problem.kind))
    gravest.password_sent = any(problem.password_sent for problem in problems)
    raise gravest


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


def _ask(  # noqa: PLR0913 - each is one plain fact
    settings: Directory,
    url: str,
    typed: TypedName,
    password: str,
    *,
    seconds: float,
    may_try: MayTry,
) -> DirectoryPerson:
    deadline = time.monotonic() + seconds
    talk = Conversation(settings, url, seconds=seconds)

    def bounded(work: Callable[[], T]) -> T:
        left = max(0.0, deadline - time.monotonic())
        return within(left, lambda: in_our_words(work), give_up=talk.hang_up)

    found: list[Entry] = []
    try:
        if settings.direct_bind:
            return bounded(lambda: _check_directly(talk, settings, typed, password))
        service, found = bounded(lambda: _look_up(talk, settings, typed))
        entry = found[0] if len(found) == 1 else None
        # A name that is not there is counted in the same way: it takes as long.
        key = key_of(entry, settings.attributes.key) if entry else f"name:{plain_name(typed.name)}"
        if not may_try(key):
            entry = None
        person = bounded(lambda: _check(talk, service, settings, entry, password))
    except WrongCredentialsError:
        raise (AmbiguousNameError if len(found) > 1 else WrongCredentialsError) from None
    except DirectoryUnavailableError as problem:
        problem.password_sent = talk.password_sent
        raise
    finally:
        talk.hang_up()
    return person


def in_our_words(work: Callable[[], T]) -> T:
    """Say what ldap3 and the layers below it raise as one of our own errors."""
    try:
        return work()
    except LDAPSASLPrepError:  # letters that no password may hold
        raise WrongCredentialsError from None
    except BROKEN_OFF as problem:
        raise outage_of(problem) from None


def within(seconds: float, work: Callable[[], T], *, give_up: Callable[[], None]) -> T:
    """Wait no longer than this, whatever happens below.

    Time limits on sockets do not bound a name server that hangs or an answer that drips in a
    byte at a time, so the work runs beside us and is left behind when its time is up.
    """
    answer: queue.SimpleQueue[tuple[T] | BaseException] = queue.SimpleQueue()

    def run() -> None:
        try:
            answer.put((work(),))
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
    return outcome[0]


def _look_up(
    talk: Conversation, settings: Directory, typed: TypedName
) -> tuple[LDAPConnection, list[Entry]]:
    service = service_connection(talk, settings)
    return service, _find(talk, service, settings, typed)


def _check(
    talk: Conversation,
    service: LDAPConnection,
    settings: Directory,
    entry: Entry | None,
    password: str,
) -> DirectoryPerson:
    # A name that is not there is tried all the same, so that both kinds of no take as long.
    dn = entry.dn if entry else f"cn=no-such-person,{settings.base_dn}".rstrip(",")
    _prove(talk, dn, password)
    if entry is None:
        raise WrongCredentialsError
    return _person(talk, service, settings, entry)


def _check_directly(
    talk: Conversation, settings: Directory, typed: TypedName, password: str
) -> DirectoryPerson:
    is_dn = "=" in settings.direct_bind
    username = typed.name
    name = settings.direct_bind.replace(PLACE, escape_rdn(username) if is_dn else username)
    connection = _prove(talk, name, password)
    found = _find(talk, connection, settings, typed)
    if len(found) != 1 or (is_dn and found[0].dn.lower() != name.lower()):
        raise DirectoryUnavailableError(
            Outage.SETUP, "The directory let somebody in whom the search filter does not find."
        )
    return _person(talk, connection, settings, found[0])


def service_connection(talk: Conversation, settings: Directory) -> LDAPConnection:
    """Open a connection as the service account."""
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
    talk.password_sent = True
    result = talk.bind(connection)
    talk.password_sent = False
    require_yes(result)
    return connection


def _find(
    talk: Conversation, connection: LDAPConnection, settings: Directory, typed: TypedName
) -> list[Entry]:
    entries = talk.search(
        connection,
        typed.query,
        base=settings.base_dn,
        attributes=[*settings.attributes.wanted(), settings.attributes.groups, *typed.attributes],
        limit=MOST_ALIKE,
    )
    # A directory may take "é" for "e" or a wide letter for a narrow one. We do not: one account
    # must not have many names, or the limit on tries could be got round.
    bear_it = [entry for entry in entries if _bears(entry, typed.name, typed.attributes)]
    if len(bear_it) > 1:  # somebody's user name may be in another's mail address
        named = [e for e in bear_it if _bears(e, typed.name, (settings.attributes.username,))]
        return named if len(named) == 1 else bear_it
    return bear_it


def _bears(entry: Entry, name: str, attributes: Iterable[str]) -> bool:
    given = plain_name(name)
    return any(plain_name(text) == given for one in attributes for text in entry.texts(one))


def _person(
    talk: Conversation, connection: LDAPConnection, settings: Directory, entry: Entry
) -> DirectoryPerson:
    names = settings.attributes
    joins = joins_of(entry, names.joins)
    mail = joins.get("email") or entry.text(names.mail)
    if mail and _is_shared(talk, connection, settings, entry, mail):
        mail = None
        joins.pop("email", None)
    return DirectoryPerson(
        key=key_of(entry, names.key),
        dn=entry.dn,
        username=entry.text(names.username) or "",
        employee_number=joins.get("employee_number") or entry.text(names.employee_number),
        mail=mail,
        joins=tuple(joins.items()),
        display_name=entry.text(*names.display_name),
        groups=all_groups(
            talk, connection, settings, dn=entry.dn, direct=entry.texts(names.groups)
        ),
    )


def _is_shared(
    talk: Conversation, connection: LDAPConnection, settings: Directory, entry: Entry, mail: str
) -> bool:
    """Tell whether somebody else has this address: then it does not say who this is."""
    names = {settings.attributes.mail}
    names |= {name for name, field in settings.attributes.joins if field == "email"}
    alike = "".join(f"({name}={escape_filter_chars(mail)})" for name in sorted(names))
    found = talk.search(
        connection,
        f"(|{alike})",
        base=settings.base_dn,
        attributes=[settings.attributes.username],
        limit=MOST_ALIKE,
    )
    return any(one.dn.lower() != entry.dn.lower() for one in found)
