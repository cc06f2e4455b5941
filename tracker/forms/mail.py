"""When two people meet, the words of a mail, and when the weekly one goes out."""

import re
from datetime import time

from wtforms import ValidationError
from wtforms.validators import InputRequired, Length

from tracker.forms.fields import Choice, LongTextBox, SplitDate, TextBox, TrackerForm
from tracker.services.appointments import LONGEST_PLACE, AppointmentDraft
from tracker.services.weekly_mail import DAYS, EARLIEST, LATEST

_TIME = re.compile(r"(\d{1,2})(?:[:.]?(\d{2}))?\s*(am|pm)?", re.IGNORECASE)
NOON = 12


def read_time(typed: str) -> time | None:
    """Read 10, 10:30, 1430, 2pm or 2.30 pm; none for nothing.

    :raises ValidationError: for what is no time.
    """
    typed = typed.strip()
    if not typed:
        return None
    found = _TIME.fullmatch(typed)
    if found is not None:
        hour, minute = int(found[1]), int(found[2] or 0)
        half = (found[3] or "").lower()
        if half and 1 <= hour <= NOON:
            hour = hour % NOON + (NOON if half == "pm" else 0)
        elif half:
            hour = -1
        try:
            return time(hour, minute)
        except ValueError:
            pass
    raise ValidationError("Enter a time, such as 10:30 or 2pm")


class AppointmentForm(TrackerForm):
    day = SplitDate(
        "On which day?",
        description="For example, 3 12 2026",
        validators=[InputRequired("Say on which day")],
    )
    starts = TextBox(
        "At what time?",
        description="For example, 10:30 or 2pm",
        validators=[InputRequired("Say at what time")],
    )
    minutes = Choice(
        "For how long?",
        choices=[
            ("30", "30 minutes"),
            ("45", "45 minutes"),
            ("60", "1 hour"),
            ("90", "1 hour and 30 minutes"),
            ("120", "2 hours"),
        ],
        default="60",
    )
    place = TextBox(
        "Where? (optional)",
        description="A room, or the link of an online meeting",
        validators=[Length(max=LONGEST_PLACE, message="Use 200 characters or fewer")],
    )

    def validate_starts(self, field: TextBox) -> None:
        read_time(field.as_text)

    def to_draft(self) -> AppointmentDraft:
        return AppointmentDraft(
            day=self.day.data,
            starts=read_time(self.starts.as_text),
            minutes=int(self.minutes.data),
            place=self.place.as_text,
        )


class MailTextForm(TrackerForm):
    subject = TextBox("Subject")
    body = LongTextBox("What the mail says", render_kw={"rows": 12})


class WeeklyLineForm(TrackerForm):
    """A line in the weekly mail has no subject of its own."""

    body = LongTextBox("What the line says", render_kw={"rows": 3})


class WeeklyTimeForm(TrackerForm):
    day = Choice("Day", choices=[(str(n), name) for n, name in enumerate(DAYS)])
    hour = Choice("Hour", choices=[(str(n), f"{n:02}:00") for n in range(EARLIEST, LATEST + 1)])
