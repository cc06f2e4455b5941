"""Signs people in and decides what they may do."""

from typing import TYPE_CHECKING

from tracker.security.permissions import Permission

if TYPE_CHECKING:
    from pyramid.config import Configurator

__all__ = ["Permission"]


def includeme(config: "Configurator") -> None:
    from pyramid.session import SignedCookieSessionFactory

    from tracker.security.policy import TrackerSecurityPolicy

    settings = config.registry["tracker.settings"]
    config.set_session_factory(
        SignedCookieSessionFactory(
            settings.secret,
            cookie_name="tracker",
            timeout=int(settings.absolute_limit.total_seconds()),
            httponly=True,
            secure=settings.secure_cookies,
            samesite="Lax",
        )
    )
    config.set_default_csrf_options(require_csrf=True)
    config.set_security_policy(TrackerSecurityPolicy())
    # A view that names no permission is refused, not open to all.
    config.set_default_permission(Permission.NOBODY)
