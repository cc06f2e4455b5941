"""What our views may ask of a request, in one typed place."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import cached_property
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from pyramid.request import Request

from tracker.db import brief_session

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from sqlalchemy.orm import Session

    from tracker.security.identity import Identity
    from tracker.settings import Settings

LONDON = ZoneInfo("Europe/London")
#: a group of some twenty thousand members
LARGEST_SCIM = 2_000_000
#: what this device asked for: large, contrast
DISPLAY_COOKIE = "display"
Drawing = Callable[[], bytes]


class TrackerRequest(Request):
    is_too_big = False
    #: makes the body of the answer, once the transaction is over
    drawing: Drawing | None = None

    def make_body_seekable(self) -> None:
        """Keep the body for a second try, as pyramid_retry asks before all else; not a huge one."""
        is_endless = self.content_length is None and "Transfer-Encoding" in self.headers
        if is_endless or (self.content_length or 0) > self.largest_body:
            self.is_too_big = True
            self.body = b""
        super().make_body_seekable()

    @property
    def is_scim(self) -> bool:
        return bool(self.environ.get("PATH_INFO", "").startswith("/scim/"))

    @property
    def largest_body(self) -> int:
        """Say how many bytes are taken in: one account, or one group, is never large."""
        most = self.tracker_settings.largest_upload
        return min(most, LARGEST_SCIM) if self.is_scim else most

    @cached_property
    def db(self) -> "Session":
        """Open the session that is committed or rolled back with this request."""
        session: Session = self.registry["db.open_session"](self)
        return session

    def brief_db(self) -> "AbstractContextManager[Session]":
        """Open a short transaction of its own; see tracker.db.brief_session."""
        return brief_session(self)

    @property
    def address(self) -> str | None:
        """Where the person is, also when a proxy of ours stands between."""
        address: str | None = self.remote_addr
        named = [part.strip() for part in self.headers.get("X-Forwarded-For", "").split(",")]
        trusted = self.tracker_settings.trusted_proxies
        # From the nearest outwards: the first that is not a proxy of ours. Whatever stands
        # further out may have been written by the person.
        while named and address in trusted:
            address = named.pop() or address
        return address

    @property
    def tracker_settings(self) -> "Settings":
        settings: Settings = self.registry["tracker.settings"]
        return settings

    @property
    def display_classes(self) -> str:
        """Name the styles that this device asked for."""
        asked = self.cookies.get(DISPLAY_COOKIE, "").split("-")
        return " ".join(f"app-{name}" for name in ("large", "contrast") if name in asked)

    @cached_property
    def now(self) -> datetime:
        fixed: datetime | None = self.environ.get("tracker.now")  # tests only
        return fixed or datetime.now(UTC)

    @cached_property
    def today(self) -> date:
        """The date on the ward's clock, not in UTC: they differ for an hour in summer."""
        return self.now.astimezone(LONDON).date()

    @property
    def actor(self) -> "Identity":
        """Who is signed in; only for views that declare a permission."""
        identity: Identity | None = self.identity
        if identity is None:
            raise RuntimeError("view used request.actor without a permission")
        return identity
