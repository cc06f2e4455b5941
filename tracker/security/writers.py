"""Says on a form who it was drawn for, so that text sent too late finds its writer and no one else.

The stamp is a keyed hash over the account and the page: nobody can make one for somebody else, and
one page's stamp is worth nothing on another.
"""

import hashlib
import hmac
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tracker.request import TrackerRequest
    from tracker.security.identity import Identity

#: the name of the hidden field
FIELD = "writer"
PARTS = 3


@dataclass(frozen=True, kw_only=True)
class Writer:
    """The account that a form was drawn for."""

    staff_id: int
    organisation_id: int


def stamp_for(request: "TrackerRequest") -> str:
    """Give the stamp for a form on this page, for who is signed in now."""
    who: Identity | None = request.identity
    if who is None:
        return ""
    return _stamp(request, Writer(staff_id=who.staff_id, organisation_id=who.organisation_id))


def writer_of(request: "TrackerRequest") -> Writer | None:
    """Read the stamp on the form that was sent; none when there is none, or it is not ours."""
    given = str(request.POST.get(FIELD, ""))
    numbers = given.split("-")[:2]
    if len(given.split("-")) != PARTS or not all(n.isascii() and n.isdigit() for n in numbers):
        return None
    if max(map(len, numbers)) > 12:  # noqa: PLR2004 - longer than any key of ours
        return None
    writer = Writer(organisation_id=int(numbers[0]), staff_id=int(numbers[1]))
    return writer if hmac.compare_digest(given, _stamp(request, writer)) else None


def device_key_for(request: "TrackerRequest") -> str:
    """Give the key under which a browser may keep this account's unsaved text on its device.

    Only pages drawn for that account carry it, so another person at the same tablet cannot read
    what is kept there.
    """
    who: Identity | None = request.identity
    if who is None:
        return ""
    text = f"device text:{who.organisation_id}:{who.staff_id}"
    return hmac.new(
        request.tracker_settings.secret.encode(), text.encode(), hashlib.sha256
    ).hexdigest()


def _stamp(request: "TrackerRequest", writer: Writer) -> str:
    text = f"writer:{writer.organisation_id}:{writer.staff_id}:{request.path}"
    secret = request.tracker_settings.secret.encode()
    mac = hmac.new(secret, text.encode(), hashlib.sha256).hexdigest()[:40]
    return f"{writer.organisation_id}-{writer.staff_id}-{mac}"
