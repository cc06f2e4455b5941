"""Finds the groups somebody is in, also through other groups."""

from ldap3.utils.conv import escape_filter_chars

from integrations.ldap.connections import Conversation, LDAPConnection
from integrations.ldap.settings import Directory

MOST_GROUPS = 2_000
_AT_ONCE = 50
IN_CHAIN = "1.2.840.113556.1.4.1941"


def all_groups(
    talk: Conversation,
    connection: LDAPConnection,
    settings: Directory,
    *,
    dn: str,
    direct: list[str],
) -> tuple[str, ...]:
    """Find the groups that hold somebody, also by way of other groups.

    Active Directory follows the chain by itself. OpenLDAP answers that question with nothing and
    no error, so there we walk outwards from the person, with an end to depth and number.
    """
    if settings.nested_group_depth and talk.is_active_directory(connection):
        return _in_chain(talk, connection, settings, dn=dn, direct=direct)
    found = {group.lower(): group for group in direct}
    to_ask = [dn, *direct]
    for _level in range(settings.nested_group_depth if settings.group_base_dn else 0):
        nearest = _groups_with_member(talk, connection, settings, to_ask)
        to_ask = [group for group in nearest if group.lower() not in found]
        found.update((group.lower(), group) for group in to_ask)
        if not to_ask or len(found) > MOST_GROUPS:
            break
    return tuple(sorted(found.values()))


def _in_chain(
    talk: Conversation,
    connection: LDAPConnection,
    settings: Directory,
    *,
    dn: str,
    direct: list[str],
) -> tuple[str, ...]:
    entries = talk.search(
        connection,
        f"(member:{IN_CHAIN}:={escape_filter_chars(dn)})",
        base=settings.group_base_dn or settings.base_dn,
        attributes=["cn"],
        limit=MOST_GROUPS,
    )
    found = {group.lower(): group for group in [*direct, *(entry.dn for entry in entries)]}
    return tuple(sorted(found.values()))


def _groups_with_member(
    talk: Conversation, connection: LDAPConnection, settings: Directory, members: list[str]
) -> list[str]:
    groups: list[str] = []
    for start in range(0, len(members), _AT_ONCE):
        parts = "".join(
            f"(member={escape_filter_chars(member)})"
            for member in members[start : start + _AT_ONCE]
        )
        entries = talk.search(
            connection,
            f"(|{parts})",
            base=settings.group_base_dn,
            attributes=["cn"],
            limit=MOST_GROUPS,
        )
        groups += [entry.dn for entry in entries]
    return groups
