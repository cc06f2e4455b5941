"""Reads the names that people type, and compares those of groups, however they are written."""

import unicodedata
from dataclasses import dataclass

from ldap3.core.exceptions import LDAPInvalidDnError
from ldap3.utils.conv import escape_filter_chars
from ldap3.utils.dn import parse_dn

from integrations.ldap.settings import PLACE, Directory


@dataclass(frozen=True, kw_only=True)
class TypedName:
    """What somebody typed as their name, and how the directory is asked for it."""

    name: str
    query: str
    attributes: tuple[str, ...]


def read_name(settings: Directory, username: str) -> TypedName:
    r"""Tell DOMAIN\user, which is a user name and nothing else, from the other kinds of name."""
    domain, _, rest = username.partition("\\")
    if rest.strip() and plain_name(domain) in {plain_name(one) for one in settings.domains}:
        name, attribute = rest.strip(), settings.attributes.username
        query = f"({attribute}={escape_filter_chars(name)})"
        return TypedName(name=name, query=query, attributes=(attribute,))
    return TypedName(
        name=username,
        query=settings.search_filter.replace(PLACE, escape_filter_chars(username)),
        attributes=tuple(settings.name_attributes),
    )


def plain_name(name: str) -> str:
    """Write a name in the one way in which all spellings of it are the same."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def parts_of(dn: str) -> tuple[tuple[str, str], ...]:
    """Split a name such as `CN=Leads,OU=Groups` so that case and spaces do not matter."""
    try:
        parts = parse_dn(dn, strip=True)
    except LDAPInvalidDnError:
        return ()
    return tuple((kind.casefold().strip(), value.casefold().strip()) for kind, value, _ in parts)


def is_group(dn: str, wanted: str) -> bool:
    """Tell whether a group is the one that is meant: by its whole name, or by its common name."""
    parts = parts_of(dn)
    if "=" in wanted:
        return bool(parts) and parts == parts_of(wanted)
    return parts[:1] == (("cn", wanted.casefold().strip()),)
