"""Answers identity providers that speak SCIM 2.0: one request, in one organisation."""

from dataclasses import dataclass
from datetime import date, datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import structlog
from pydantic_core import from_json
from scim2_models import (
    InvalidSyntaxException,
    InvalidValueException,
    Path,
    PathNotFoundException,
    SCIMException,
    UnauthorizedException,
    UniquenessException,
)
from scim2_server.handler import ScimHandler
from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse

from integrations.scim.protocol import model_of, service
from integrations.scim.quirks import ENTERPRISE, UnreadableError, put_right
from tracker.errors import NotAllowedNowError
from tracker.models import AccessToken, TokenPurpose
from tracker.security.identity import System
from tracker.services import access_tokens, scim_runs
from tracker.services.scim_storage import Store

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.orm import Session

log = structlog.get_logger()

#: what anybody may read: how to speak to us
OPEN = "/serviceproviderconfig"
#: what an administrator should hear of; that something is gone already harms nobody
_TOLD = {HTTPStatus.BAD_REQUEST, HTTPStatus.CONFLICT}
_WORDS = {"POST": "added", "PUT": "changed", "PATCH": "changed", "DELETE": "removed"}
WRONG_KEY = (
    "The key is not right, or was taken back. Ask an administrator of the Competence Tracker for "
    "a new one."
)


@dataclass(frozen=True, kw_only=True)
class Call:
    """One request, whatever brought it."""

    method: str
    base_url: str
    path: str
    query: "Mapping[str, str]"
    headers: tuple[tuple[str, str], ...]
    body: bytes


def answer(db: "Session", call: Call, *, now: datetime, today: date) -> ScimResponse:
    """Do what a source asks, within its organisation; never raises what the source did wrong."""
    header = next((value for name, value in call.headers if name.lower() == "authorization"), None)
    source = access_tokens.find_bearer(db, header, TokenPurpose.SCIM, now=now)
    if source is None and not call.path.lower().startswith(OPEN):
        log.info("scim.key_refused")
        return service().error_response(UnauthorizedException(detail=WRONG_KEY))
    if source is None:
        return _handled(db, call, AccessToken(), now=now, today=today)
    try:
        response = _handled(db, call, source, now=now, today=today)
    except SCIMException as problem:
        if call.method in _WORDS and problem.status in _TOLD:
            scim_runs.note_refusal(
                db, source, _said(problem), employee_number=_number_in(call.body), now=now
            )
        refusal = service().error_response(problem)
        if refusal.body:
            refusal.body["detail"] = _in_one_line(refusal.body.get("detail", ""))
        return refusal
    if call.method in _WORDS:
        thing = "groups" if call.path.lower().startswith("/groups") else "accounts"
        scim_runs.count_change(db, source, f"{thing}_{_WORDS[call.method]}", now=now)
    return response


def _handled(
    db: "Session", call: Call, source: AccessToken, *, now: datetime, today: date
) -> ScimResponse:
    by = System(organisation_id=source.organisation_id)
    store = Store(db, source, by=by, now=now, today=today)
    try:
        body = put_right(call.body, call.base_url) if call.body else b""
        if call.method == "PATCH":
            _check_paths(call.path, body)
        return ScimHandler(service(), store).handle(
            ScimRequest(
                method=call.method,
                base_url=call.base_url,
                path=call.path,
                query=call.query,
                headers=call.headers,
                body=body,
            )
        )
    except UnreadableError as problem:
        raise InvalidSyntaxException(detail=str(problem)) from None
    except NotAllowedNowError as refusal:
        raise UniquenessException(detail=refusal.message) from None
    except RecursionError:
        raise InvalidValueException(detail="The request is nested too deep.") from None


def _check_paths(path: str, body: bytes) -> None:
    """Refuse to change what there is not: the library would pass over it without a word."""
    asked = from_json(body) if body else None
    operations = asked.get("Operations") if isinstance(asked, dict) else None
    kind: Any = model_of("Group" if path.lower().startswith("/groups") else "User")
    for operation in operations if isinstance(operations, list) else ():
        name = operation.get("path") if isinstance(operation, dict) else None
        if not isinstance(name, str) or not name or name.casefold() == ENTERPRISE.casefold():
            continue
        if Path[kind](name).resolve() is None:
            raise PathNotFoundException(path=name, detail="The path names no attribute we know.")


def _in_one_line(detail: str) -> str:
    """Give what a check of values says without its title and its links."""
    lines = detail.splitlines()
    if len(lines) < 3:  # noqa: PLR2004 - a title, the attribute, and what is wrong with it
        return detail
    return f"{lines[1].strip()}: {lines[2].strip().partition(' [type=')[0]}"


def _said(problem: SCIMException) -> str:
    """Say what went wrong without what was sent: only our own sentences are free of names."""
    own = problem.detail if isinstance(problem, UniquenessException) else ""
    return own or f"A request could not be used ({problem.scim_type or problem.status})."


def _number_in(body: bytes) -> str | None:
    """Find whose employee number was in a request, for HR to look up."""
    try:
        asked: Any = from_json(body)
    except ValueError:
        return None
    work = asked.get(ENTERPRISE) if isinstance(asked, dict) else None
    number = work.get("employeeNumber") if isinstance(work, dict) else None
    return number if isinstance(number, str) else None
