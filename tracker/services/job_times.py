"""What the jobs that come round are called, and when each was and will be due."""

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from tracker.services.mail_words import LONDON
from tracker.services.weekly_mail import last_weekly_moment

if TYPE_CHECKING:
    from tracker.models import Organisation

#: When the night's work begins, on the ward's clock. No clock change touches this hour.
NIGHT = time(3, 30)
#: What other systems hold is read before it.
BEFORE_NIGHT = time(2, 30)
NAMES = {
    "nightly": "The night's work",
    "directory": "The look at the directory's accounts",
    "hr_folder": "The look for files of ESR",
    "hr_file": "An HR file that somebody brought",
    "outcome_file": "Outcome data that somebody brought",
    "weekly_mail": "The weekly mail",
}


def last_night(_organisation: "Organisation", *, now: datetime) -> datetime:
    """Give the last time at which the night's work was due."""
    return _last(NIGHT, now)


def before_night(_organisation: "Organisation", *, now: datetime) -> datetime:
    """Give the last time at which other systems were due to be read."""
    return _last(BEFORE_NIGHT, now)


def _last(at: time, now: datetime) -> datetime:
    local = now.astimezone(LONDON)
    moment = datetime.combine(local.date(), at, LONDON)
    if moment > now:
        moment = datetime.combine(local.date() - timedelta(days=1), at, LONDON)
    return moment


def last_quarter(now: datetime) -> datetime:
    """Give the last quarter of an hour: so often we look for files."""
    return now.replace(minute=now.minute - now.minute % 15, second=0, microsecond=0)


def next_times(organisation: "Organisation", *, now: datetime) -> dict[str, datetime]:
    """Say when each job is due next."""
    return {
        "nightly": last_night(organisation, now=now + timedelta(days=1)),
        "directory": before_night(organisation, now=now + timedelta(days=1)),
        "weekly_mail": last_weekly_moment(organisation, now=now + timedelta(days=7)),
    }
