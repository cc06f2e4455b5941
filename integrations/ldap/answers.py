"""Reads what a directory says to a bind: yes, or which kind of no.

ldap3's own `bind()` answers with something that is true even for a wrong password in some of its
strategies. So nothing here looks at what it returns, only at the result code of the server.
"""

import re
from collections.abc import Mapping
from typing import Any

from integrations.errors import Outage
from integrations.ldap.errors import (
    AccountDisabledError,
    AccountExpiredError,
    AccountLockedError,
    DirectoryUnavailableError,
    PasswordExpiredError,
    PasswordMustChangeError,
    SignInNotAllowedError,
    SignInRefusedError,
    WrongCredentialsError,
)

SUCCESS = 0
CONSTRAINT_VIOLATION = 19
INVALID_CREDENTIALS = 49
UNWILLING_TO_PERFORM = 53

#: Other ways of saying "no such person, or not with this password".
_ALSO_WRONG = frozenset({32, 34, 48})  # no such object, invalid DN, no password to compare with

#: Asks a server that keeps a password policy to say why it refuses.
PASSWORD_POLICY = "1.3.6.1.4.1.42.2.27.8.5.1"  # noqa: S105 (an object identifier)

_SEQUENCE, _POLICY_ERROR = 0x30, 0x81  # the two tags of its answer that we look for

_POLICY_ERRORS: dict[int, type[SignInRefusedError]] = {
    0: PasswordExpiredError,
    1: AccountLockedError,
    2: PasswordMustChangeError,
}

#: Active Directory answers 49 to everything and hides the reason in its message.
_SUB_CODE = re.compile(r"\bdata ([0-9a-f]+)\b", re.IGNORECASE)
_SUB_CODES: dict[str, type[SignInRefusedError]] = {
    "525": WrongCredentialsError,  # no such user: said like a wrong password
    "52e": WrongCredentialsError,
    "52f": SignInNotAllowedError,
    "530": SignInNotAllowedError,
    "531": SignInNotAllowedError,
    "532": PasswordExpiredError,
    "533": AccountDisabledError,
    "534": SignInNotAllowedError,
    "701": AccountExpiredError,
    "773": PasswordMustChangeError,
    "775": AccountLockedError,
}


def require_yes(result: Mapping[str, Any] | None) -> None:
    """Raise unless the server said, with a code, that this password is good for this account."""
    if result is None or result.get("type") != "bindResponse":
        raise DirectoryUnavailableError(Outage.SETUP, "The directory did not answer a bind.")
    policy = policy_error(result)
    code = result.get("result")
    if code == SUCCESS and policy is None:
        return
    if code == SUCCESS or (code == INVALID_CREDENTIALS and policy is not None):
        raise (policy or WrongCredentialsError)
    if code == INVALID_CREDENTIALS:
        raise _sub_code_error(str(result.get("message", "")))
    if code in _ALSO_WRONG:
        raise WrongCredentialsError
    if code == CONSTRAINT_VIOLATION:  # 389 Directory Server: too many tries
        raise AccountLockedError
    if code == UNWILLING_TO_PERFORM:
        raise SignInNotAllowedError
    raise DirectoryUnavailableError(Outage.SETUP, f"The directory answered a bind with {code}.")


def policy_error(result: Mapping[str, Any]) -> type[SignInRefusedError] | None:
    """Tell what the password policy control, if the server sent one, objects to."""
    control = (result.get("controls") or {}).get(PASSWORD_POLICY)
    value = control.get("value") if control else None
    number = _policy_error_number(value) if isinstance(value, bytes) else None
    return None if number is None else _POLICY_ERRORS.get(number)


def _policy_error_number(value: bytes) -> int | None:
    """Find `error [1]` in SEQUENCE { warning [0] OPTIONAL, error [1] ENUMERATED OPTIONAL }."""
    if value[:1] != bytes([_SEQUENCE]):
        return None
    rest = value[2:]
    while rest:
        tag, length, contents = rest[0], sum(rest[1:2]), rest[2:]
        if tag == _POLICY_ERROR and contents:
            return int.from_bytes(contents[:length], "big")
        rest = contents[length:]
    return None


def _sub_code_error(message: str) -> type[SignInRefusedError]:
    found = _SUB_CODE.search(message)
    code = found[1].lower() if found else ""
    return _SUB_CODES.get(code, WrongCredentialsError)
