"""What stands in an entry, in our words."""

import contextlib
import uuid

from integrations.ldap.connections import Entry

_GUID_BYTES = 16


def key_of(entry: Entry, names: tuple[str, ...]) -> str:
    """Find what stays the same when a person marries or moves; at worst the entry's place."""
    for name in names:
        for value in entry.attributes.get(name.lower(), []):
            if name.lower() == "objectguid" and len(value) == _GUID_BYTES:
                return str(uuid.UUID(bytes_le=value))
            with contextlib.suppress(UnicodeDecodeError):
                return value.decode("utf-8")
    return entry.dn.lower()


def joins_of(entry: Entry, joins: tuple[tuple[str, str], ...]) -> dict[str, str]:
    """Find the facts by which an account is joined to an HR record, in their order."""
    found: dict[str, str] = {}
    for attribute, fact in joins:
        value = entry.text(attribute)
        if value and fact not in found:
            found[fact] = value
    return found
