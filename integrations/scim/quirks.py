"""Puts right what identity providers send otherwise than RFC 7644 has it."""

from typing import Any

from pydantic_core import from_json, to_json

ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
MANAGER = f"{ENTERPRISE}:manager"


class UnreadableError(ValueError):
    """Raised for a body that is no JSON, or that holds what no database keeps."""


def put_right(body: bytes, base_url: str) -> bytes:
    """Give the same request with managers as RFC 7643 has them: Entra sends a bare id.

    :raises UnreadableError: with a sentence for the other side's log.
    """
    try:
        asked = from_json(body)
    except ValueError:
        raise UnreadableError("The body is not JSON.") from None
    if b"\\u0000" in body:
        raise UnreadableError("The body holds a character that cannot be kept (NUL).")
    if not isinstance(asked, dict):
        return body
    _put_extension_right(asked.get(ENTERPRISE), base_url)
    operations = asked.get("Operations")
    for operation in operations if isinstance(operations, list) else ():
        if isinstance(operation, dict):
            _put_operation_right(operation, base_url)
    return to_json(asked)


def _put_operation_right(operation: dict[str, Any], base_url: str) -> None:
    path, value = operation.get("path"), operation.get("value")
    if isinstance(path, str) and path.casefold() == MANAGER.casefold():
        if "value" in operation:
            operation["value"] = _manager(value, base_url)
        return
    if isinstance(path, str) and path.casefold().startswith(ENTERPRISE.casefold()):
        operation["value"] = value = _as_text(value)
    if isinstance(value, dict):
        for key in list(value):
            if key.casefold() == MANAGER.casefold():
                value[key] = _manager(value[key], base_url)
            elif key.casefold().startswith(ENTERPRISE.casefold()):
                value[key] = _as_text(value[key])
        _put_extension_right(value.get(ENTERPRISE), base_url)


def _put_extension_right(extension: Any, base_url: str) -> None:  # noqa: ANN401 - as it came in
    """Put the manager right, and numbers that are names: all else there is text."""
    if isinstance(extension, dict):
        extension.update({key: _as_text(value) for key, value in extension.items()})
        if "manager" in extension:
            extension["manager"] = _manager(extension["manager"], base_url)


def _as_text(value: Any) -> Any:  # noqa: ANN401 - as it came in
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _manager(value: Any, base_url: str) -> Any:  # noqa: ANN401 - as it came in
    if isinstance(value, list) and len(value) == 1:
        (value,) = value
    if isinstance(value, str):
        value = {"value": value} if value else None
    if isinstance(value, dict) and value.get("value") and not value.get("$ref"):
        return {**value, "$ref": f"{base_url}/Users/{value['value']}"}
    return value
