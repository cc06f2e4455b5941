"""Finds the groups somebody is in, also through other groups."""

from ldap3.utils.conv import escape_filter_chars

from integrations.ldap.connections import Conversation, LDAPConnection
from integrations.ldap.settings import Directory

MOST_GROUPS = 2_000
_AT_ONCE = 50


def all_groups(
    talk: Conversation,
    connection: LDAPConnection,
    settings: Directory,
    *,
    dn: str,
    direct: list[str],
) -> tuple[str, ...]:
    """Walk outwards from the person, a level at a time, with an end to depth and number.

    Active Directory can walk by itself but OpenLDAP answers that question with nothing and no
    error, so the walk is ours.
    """
    found = {group.lower(): group for group in direct}
    to_ask = [dn, *direct]
    for _level in range(settings.nested_group_depth if settings.group_base_dn else 0):
        nearest = _groups_with_member(talk, connection, settings, to_ask)
        to_ask = [group for group in nearest if group.lower() not in found]
        found.update((group.lower(), group) for group in to_ask)
        if not to_ask or len(found) > MOST_GROUPS:
            break
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
