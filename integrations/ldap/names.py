"""Compares the names of groups, however they are written."""

from ldap3.core.exceptions import LDAPInvalidDnError
from ldap3.utils.dn import parse_dn


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
