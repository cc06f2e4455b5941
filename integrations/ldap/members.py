"""Finds who is in a group of the directory, also by way of other groups."""

from dataclasses import dataclass

from ldap3.utils.conv import escape_filter_chars

from integrations.errors import IntegrationError
from integrations.ldap.accounts import PEOPLE
from integrations.ldap.client import at_first_good, in_our_words, service_connection, within
from integrations.ldap.connections import Conversation, Entry, LDAPConnection, entry_of
from integrations.ldap.entries import joins_of
from integrations.ldap.groups import IN_CHAIN
from integrations.ldap.settings import Directory

MOST_MEMBERS = 1_000
_GROUPS = "(|(objectClass=group)(objectClass=groupOfNames)(objectClass=groupOfUniqueNames))"
_MEMBER = ("member", "uniqueMember")


class GroupNotFoundError(IntegrationError):
    """No group, or more than one, has that name."""

    is_ambiguous = False


@dataclass(frozen=True, kw_only=True)
class GroupMembers:
    """A group's whole name, and the facts of the HR record that each member's account holds."""

    dn: str
    people: tuple[tuple[tuple[str, str], ...], ...]
    #: whether there were more than we read
    is_cut_short: bool


def members_of(settings: Directory, group: str) -> GroupMembers:
    """Read a group, by its whole name or its common name.

    :raises GroupNotFoundError: when it is not there, or cannot be told from another.
    :raises DirectoryUnavailableError: when the directory gives no answer.
    """

    def ask(url: str, seconds: float) -> GroupMembers:
        talk = Conversation(settings, url, seconds=seconds)
        try:
            return within(
                seconds,
                lambda: in_our_words(lambda: _read(talk, settings, group.strip())),
                give_up=talk.hang_up,
            )
        finally:
            talk.hang_up()

    return at_first_good(settings, ask, seconds=settings.total_limit)


def _read(talk: Conversation, settings: Directory, group: str) -> GroupMembers:
    line = service_connection(talk, settings)
    found = _find(talk, line, settings, group)
    if talk.is_active_directory(line):
        query = f"(&{PEOPLE[True]}(memberOf:{IN_CHAIN}:={escape_filter_chars(found.dn)}))"
        people = _first_people(talk, line, settings, query)
    else:
        people = _walk(talk, line, settings, found)
    joins = settings.attributes.joins
    return GroupMembers(
        dn=found.dn,
        people=tuple(tuple(joins_of(one, joins).items()) for one in people[:MOST_MEMBERS]),
        is_cut_short=len(people) > MOST_MEMBERS,
    )


def _find(talk: Conversation, line: LDAPConnection, settings: Directory, group: str) -> Entry:
    if "=" in group:
        entry = talk.read(line, group, ["objectClass", "cn", *_MEMBER])
        if entry is None:
            raise GroupNotFoundError("There is no such group in the directory. Check its name.")
        return entry
    entries = talk.search(
        line,
        f"(&{_GROUPS}(cn={escape_filter_chars(group)}))",
        base=settings.group_base_dn or settings.base_dn,
        attributes=["cn", *_MEMBER],
        limit=2,
    )
    if len(entries) > 1:
        problem = GroupNotFoundError(
            "More than one group has that name. Give the whole name, as CN=...,OU=..."
        )
        problem.is_ambiguous = True
        raise problem
    if not entries:
        raise GroupNotFoundError("There is no such group in the directory. Check its name.")
    return entries[0]


def _first_people(
    talk: Conversation, line: LDAPConnection, settings: Directory, query: str
) -> list[Entry]:
    found: list[Entry] = []
    wanted = settings.attributes.wanted()
    for rows in talk.pages(line, query, base=settings.base_dn, attributes=wanted):
        found += [entry_of(row) for row in rows]
        if len(found) > MOST_MEMBERS:
            break
    return found


def _walk(
    talk: Conversation, line: LDAPConnection, settings: Directory, group: Entry
) -> list[Entry]:
    """Read each member; one that has members itself is a group, and is walked as well."""
    wanted = [*settings.attributes.wanted(), *_MEMBER]
    people: list[Entry] = []
    seen = {group.dn.lower()}
    to_read = [one for name in _MEMBER for one in group.texts(name)]
    while to_read and len(people) <= MOST_MEMBERS:
        dn = to_read.pop()
        if dn.lower() in seen:
            continue
        seen.add(dn.lower())
        entry = talk.read(line, dn, wanted)
        if entry is None:
            continue
        members = [one for name in _MEMBER for one in entry.texts(name)]
        to_read += members
        if not members:
            people.append(entry)
    return people
