"""The demo trust's directory: ldap3's own stand-in for a server, filled from a file.

It answers through the same code as a real directory does. It lives in memory only, and is read
again when the file changes.
"""

import functools
import json
import threading
import types
from pathlib import Path
from typing import Any

import ldap3
from ldap3.strategy.mockBase import MockBaseStrategy

from integrations.errors import Outage
from integrations.ldap.errors import DirectoryUnavailableError

_reading = threading.Lock()


def server(entries: Path | None) -> Any:  # noqa: ANN401 (ldap3 ships no types)
    """Hand out the one server that holds the entries of this file."""
    try:
        if entries is None:
            raise FileNotFoundError
        with _reading:
            return _filled_server(entries, entries.stat().st_mtime_ns)
    except (OSError, ValueError, KeyError, TypeError):
        raise DirectoryUnavailableError(
            Outage.SETUP, "The demo directory's file cannot be read. Build the demo trust again."
        ) from None


@functools.lru_cache(maxsize=2)
def _filled_server(entries: Path, _changed_at: int) -> Any:  # noqa: ANN401
    filled = ldap3.Server("demo.invalid", get_info=ldap3.NONE)
    strategy = ldap3.Connection(filled, client_strategy=ldap3.MOCK_SYNC).strategy
    for entry in json.loads(entries.read_text("utf-8"))["entries"]:
        strategy.add_entry(entry["dn"], dict(entry["attributes"]), validate=False)
    return filled


def compare_passwords_exactly(connection: Any) -> None:  # noqa: ANN401 (ldap3 ships no types)
    """Close a hole in the stand-in: it takes `DEMO` for `demo`."""
    strategy = connection.strategy
    strategy.equal = types.MethodType(_equal, strategy)


def _equal(strategy: MockBaseStrategy, dn: str, attribute: str, value: object) -> bool:
    held = strategy.connection.server.dit[dn][attribute]
    if attribute.lower() == "userpassword":
        given = value if isinstance(value, bytes) else str(value).encode("utf-8")
        return given in held
    same: bool = MockBaseStrategy.equal(strategy, dn, attribute, value)
    return same
