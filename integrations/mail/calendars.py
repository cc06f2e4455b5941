"""A meeting as an entry for a calendar: iCalendar, with the clock changes of London."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from integrations.mail.one_line import one_line

if TYPE_CHECKING:
    from collections.abc import Sequence

LONDON = ZoneInfo("Europe/London")
#: With the meeting's own name it is the same for ever, whatever the service's address becomes.
_HOME = "competence-tracker"


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    name: str
    address: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Meeting:
    """When and where people meet. Nothing of what they talk about."""

    #: names the meeting through every change
    key: str
    #: goes up at each change
    sequence: int
    is_cancelled: bool
    title: str
    people: "Sequence[Person]"
    day: date
    #: none for a whole day that stays free for other things
    starts_at: datetime | None
    minutes: int
    place: str
    url: str

    @property
    def method(self) -> str:
        return "CANCEL" if self.is_cancelled else "REQUEST"


def as_ical(meeting: Meeting, *, sender: Person, now: datetime) -> bytes:
    """Give the bytes of the entry."""
    from icalendar import Calendar, Event  # only where a meeting is mailed

    calendar, event = Calendar(), Event()
    for name, value in (
        ("prodid", "-//Competence Tracker//Meetings//EN"),
        ("version", "2.0"),
        ("method", meeting.method),
    ):
        calendar.add(name, value)
    event.add("uid", f"{meeting.key}@{_HOME}")
    event.add("sequence", meeting.sequence)
    event.add("dtstamp", now.astimezone(UTC))
    event.add("summary", one_line(meeting.title))
    event.add("description", meeting.url)
    event.add("status", "CANCELLED" if meeting.is_cancelled else "CONFIRMED")
    if meeting.place:
        event.add("location", one_line(meeting.place))
    _add_times(event, calendar, meeting)
    event["organizer"] = _address(sender)
    for person in meeting.people:
        event.add("attendee", _address(person, is_guest=True), encode=False)
    calendar.add_component(event)
    content: bytes = calendar.to_ical()
    return content


def _add_times(event: Any, calendar: Any, meeting: Meeting) -> None:  # noqa: ANN401 - icalendar's
    if meeting.starts_at is None:
        event.add("dtstart", meeting.day)
        event.add("dtend", meeting.day + timedelta(days=1))
        event.add("transp", "TRANSPARENT")
        return
    begin = meeting.starts_at.astimezone(LONDON)
    end = (meeting.starts_at + timedelta(minutes=meeting.minutes)).astimezone(LONDON)
    if begin.fold or end.fold:
        # The hour that comes twice in October: only UTC can say which of the two.
        begin, end = begin.astimezone(UTC), end.astimezone(UTC)
    else:
        calendar.add_component(_london())
    event.add("dtstart", begin)
    event.add("dtend", end)


def _london() -> Any:  # noqa: ANN401 - icalendar has loose types
    """Say when the clocks change: the last Sundays of March and October, at one in UTC."""
    from icalendar import Timezone, TimezoneDaylight, TimezoneStandard

    zone = Timezone()
    zone.add("tzid", LONDON.key)
    for part, name, first, month, before, after in (
        (TimezoneDaylight(), "BST", datetime(1981, 3, 29, 1), 3, 0, 1),  # noqa: DTZ001 - local
        (TimezoneStandard(), "GMT", datetime(1996, 10, 27, 2), 10, 1, 0),  # noqa: DTZ001
    ):
        part.add("tzname", name)
        part.add("dtstart", first)
        part.add("tzoffsetfrom", timedelta(hours=before))
        part.add("tzoffsetto", timedelta(hours=after))
        part.add("rrule", {"freq": "yearly", "bymonth": month, "byday": "-1SU"})
        zone.add_component(part)
    return zone


def _address(person: Person, *, is_guest: bool = False) -> Any:  # noqa: ANN401
    from icalendar import vCalAddress, vText

    address = vCalAddress(f"mailto:{person.address}")
    address.params["CN"] = vText(one_line(person.name).replace('"', "'"))
    if is_guest:
        address.params["ROLE"] = vText("REQ-PARTICIPANT")
        address.params["PARTSTAT"] = vText("NEEDS-ACTION")
        # It goes into the calendar; nobody waits for an answer by mail.
        address.params["RSVP"] = vText("FALSE")
    return address
