"""Tells Pyramid who is signed in and whether they may go on."""

from typing import TYPE_CHECKING, Any

from pyramid.request import RequestLocalCache
from pyramid.security import Allowed, Denied

from tracker.security.permissions import Permission, permits
from tracker.security.sessions import find_identity

if TYPE_CHECKING:
    from tracker.request import TrackerRequest
    from tracker.security.identity import Identity

#: Where the cookie session keeps the token of the signed-in session.
TOKEN_KEY = "token"  # noqa: S105 - the name of a place, not a secret


class TrackerSecurityPolicy:
    def __init__(self) -> None:
        self._identities = RequestLocalCache(self._find_identity)

    def _find_identity(self, request: "TrackerRequest") -> "Identity | None":
        token = request.session.get(TOKEN_KEY)
        # What was too big is answered before any transaction begins: nobody is looked up for it.
        if not token or request.is_too_big:
            return None
        return find_identity(request.db, token, settings=request.tracker_settings, now=request.now)

    def identity(self, request: "TrackerRequest") -> "Identity | None":
        identity: Identity | None = self._identities.get_or_create(request)
        return identity

    def authenticated_userid(self, request: "TrackerRequest") -> str | None:
        identity = self.identity(request)
        return str(identity.staff_id) if identity else None

    def permits(self, request: "TrackerRequest", context: object, permission: str) -> Any:  # noqa: ANN401
        if permission == Permission.ANYBODY:
            return Allowed(permission)
        if permits(self.identity(request), Permission(permission), context):
            return Allowed(permission)
        return Denied(permission)

    def remember(self, *_args: object, **_kw: object) -> list[tuple[str, str]]:
        return []

    def forget(self, *_args: object, **_kw: object) -> list[tuple[str, str]]:
        return []
