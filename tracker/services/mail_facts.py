"""How things stand for one mail, when it is sent."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from integrations.mail.calendars import Meeting
from tracker.models import OutboxMessage

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


@dataclass(frozen=True, kw_only=True)
class Facts:
    """How things stand for one mail."""

    words: Mapping[str, str] = field(default_factory=dict)
    #: the page that it leads to, without the service's own address; empty for none
    path: str = ""
    #: an entry for the person's calendar
    meeting: Meeting | None = None
    #: only for somebody who is not on the staff yet: where to send it
    address: str = ""


#: Says how things stand, or none when the mail is not needed any more.
Look = Callable[["Session", OutboxMessage, date], Facts | None]
