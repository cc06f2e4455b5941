import email
import email.policy
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from integrations.mail.calendars import Meeting, Person, as_ical
from integrations.mail.letters import Letter, message_of
from tests.conftest import NOW
from tests.support.smtp import settings_for

LONDON = ZoneInfo("Europe/London")
SENDER = Person(name="Competence Tracker", address="tracker@trust.example")
MEETING = Meeting(
    key="abc",
    sequence=2,
    is_cancelled=False,
    title="Appraisal talk: Sam Staff and Mo Manager",
    people=[Person(name="Sam Staff", address="sam@trust.example")],
    day=date(2026, 12, 3),
    starts_at=datetime(2026, 12, 3, 10, 0, tzinfo=UTC),
    minutes=60,
    place="Ward office",
    url="https://t.example/appraisals/x",
)


def entry(**changes):
    calendar = Calendar.from_ical(as_ical(replace(MEETING, **changes), sender=SENDER, now=NOW))
    (event,) = calendar.walk("VEVENT")
    return calendar, event


def begin_and_end(calendar, event):
    """Read the times as a calendar does that knows only what the file says."""
    zones = {str(zone["TZID"]): zone.to_tz() for zone in calendar.walk("VTIMEZONE")}
    moments = []
    for name in ("DTSTART", "DTEND"):
        value = event[name].dt
        key = event[name].params.get("TZID")
        if key:
            value = value.replace(tzinfo=zones[key])
        moments.append(value.astimezone(UTC))
    return moments


def test_an_entry_says_who_when_and_where():
    calendar, event = entry()

    assert calendar["METHOD"] == "REQUEST"
    assert event["UID"] == "abc@competence-tracker"
    assert event["SEQUENCE"] == 2
    assert event["SUMMARY"] == "Appraisal talk: Sam Staff and Mo Manager"
    assert event["LOCATION"] == "Ward office"
    assert event["STATUS"] == "CONFIRMED"
    assert str(event["ATTENDEE"]) == "mailto:sam@trust.example"
    assert event["ATTENDEE"].params["CN"] == "Sam Staff"
    assert event["ORGANIZER"].params["CN"] == "Competence Tracker"


def test_a_cancelled_one_takes_itself_out():
    calendar, event = entry(is_cancelled=True, sequence=3)

    assert calendar["METHOD"] == "CANCEL"
    assert (event["UID"], event["SEQUENCE"]) == ("abc@competence-tracker", 3)
    assert event["STATUS"] == "CANCELLED"


def test_a_whole_day_keeps_nobody_from_other_things():
    _, event = entry(starts_at=None)

    assert event["DTSTART"].dt == date(2026, 12, 3)
    assert event["DTEND"].dt == date(2026, 12, 4)
    assert event["TRANSP"] == "TRANSPARENT"


# The nights of the clock changes, minute by quarter of an hour, and any other time.
NIGHTS = [
    start + timedelta(minutes=15 * step)
    for start in (datetime(2026, 10, 24, 22, tzinfo=UTC), datetime(2027, 3, 27, 22, tzinfo=UTC))
    for step in range(28)
]


@pytest.mark.parametrize("moment", NIGHTS)
def test_on_the_night_of_a_clock_change_the_time_is_the_right_one(moment):
    calendar, event = entry(starts_at=moment, minutes=45)

    assert begin_and_end(calendar, event) == [moment, moment + timedelta(minutes=45)]


@settings(deadline=None, derandomize=True, max_examples=60)
@given(
    moment=st.datetimes(
        datetime(2024, 1, 1),  # noqa: DTZ001 - Hypothesis adds the zone
        datetime(2045, 12, 31),  # noqa: DTZ001
        timezones=st.just(UTC),
    ),
    minutes=st.integers(10, 480),
)
def test_any_time_is_read_back_as_it_was(moment, minutes):
    moment = moment.replace(microsecond=0)

    calendar, event = entry(starts_at=moment, minutes=minutes)

    assert begin_and_end(calendar, event) == [moment, moment + timedelta(minutes=minutes)]


@settings(deadline=None, derandomize=True, max_examples=60)
@given(text=st.text(max_size=100))
def test_no_name_or_place_becomes_another_line(text):
    evil = f"{text}\r\nATTENDEE:mailto:x@y.example\nBEGIN:VALARM"
    clean = Person(name=evil, address="sam@trust.example")

    calendar, event = entry(title=evil, place=evil, people=[clean])

    assert str(event["ATTENDEE"]) == "mailto:sam@trust.example"
    assert calendar.walk("VALARM") == []


def test_it_comes_as_a_part_that_calendars_read_and_as_a_file():
    letter = Letter(
        key="k", to="sam@trust.example", to_name="Sam", subject="s", lines=[], meeting=MEETING
    )
    content = message_of(letter, settings_for(25), now=NOW).as_bytes()
    message = email.message_from_bytes(content, policy=email.policy.default)

    (part,) = [one for one in message.walk() if one.get_content_type() == "text/calendar"]
    files = [one for one in message.walk() if one.get_filename()]
    assert part["Content-Type"].params["method"] == "REQUEST"
    assert [one.get_filename() for one in files] == ["meeting.ics"]
    assert (
        Calendar.from_ical(part.get_content()).walk("VEVENT")[0]["UID"]
        == (Calendar.from_ical(files[0].get_content()).walk("VEVENT")[0]["UID"])
    )
