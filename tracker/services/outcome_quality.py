"""Says how good the data are, and what was held back."""

from collections.abc import Collection, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sqlalchemy import select

from tracker.models import BETWEEN_EVENTS, ImportRun, RunState
from tracker.services.outcome_series import Series, next_month
from tracker.services.outcome_values import Audience, MeasureFacts
from tracker.services.period_words import day_words, listed, month_words

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

LONDON = ZoneInfo("Europe/London")
LATEST_RUNS = 30
#: a feed that is quiet for so long has stopped
SILENT_FOR = timedelta(weeks=6)
A_MONTH = timedelta(days=31)
FEW = 3
#: Counted here, at night: where nobody took part there is nothing, and no feed has stopped.
OUR_OWN = frozenset(
    {
        "alert_recognition_practice",
        "practice_hits",
        "practice_false_alarms",
        "practice_calibration",
        "confidence",
        "barriers_open",
        "barriers_age",
        "staff_in_post",
    }
)
#: Charted from single events, and not by month.
FROM_EVENTS_ALONE = frozenset({"days_between_serious"})
FEEDS = ("measure", "incidents", "alerts")


def data_quality(
    db: "Session", organisation_id: int, own: Sequence[Series], first_month: date, last_month: date
) -> tuple[str, ...]:
    """List when the data were taken, what is missing, and what could not be used."""
    said = []
    for one in own:
        if not one.cells:
            continue
        newest = max(cell.extracted_at for cell in one.cells.values())
        taken = f"{one.measure.name}: taken on {day_words(newest.astimezone(LONDON).date())}"
        months = [month for month in one.cells if first_month <= month <= last_month]
        noun = "month" if len(months) == 1 else "months"
        span = (
            f", {len(months)} {noun} up to {month_words(max(months))}"
            if months
            else ", no months in this period"
        )
        said.append(f"{taken}{span}.{_gaps(one, first_month, last_month)}")
    said += _rejected(db, organisation_id)
    return tuple(said)


def silent_feeds(own: Sequence[Series], today: date) -> tuple[str, ...]:
    """Say which numbers have stopped coming: a reader must know it before anything else."""
    stopped: dict[date, list[str]] = {}
    for one in own:
        day = _silent_since(one, today)
        if day is not None:
            stopped.setdefault(day, []).append(one.measure.name)
    return tuple(
        f"Nothing new has come since {day_words(day)} for {_names(names)}. What is said of that "
        "here may be out of date."
        for day, names in sorted(stopped.items())
    )


def _silent_since(one: Series, today: date) -> date | None:
    """Give the day of the last news: a file may go on coming without a new month in it."""
    if not one.cells:
        return None
    newest = max(cell.extracted_at for cell in one.cells.values())
    taken = newest.astimezone(LONDON).date()
    if today - taken >= SILENT_FOR:
        return taken
    ended = next_month(max(one.cells)) - timedelta(days=1)
    comes_in = one.measure.key not in OUR_OWN
    return ended if comes_in and today - ended >= A_MONTH + SILENT_FOR else None


def _names(names: Sequence[str]) -> str:
    """Name a few; more would hide what matters."""
    return listed(names) if len(names) <= FEW else f"{len(names)} measures"


def about_disclosure(audience: Audience) -> tuple[str, ...]:
    """Say by which rule small numbers were held back."""
    if audience is Audience.INSIDE:
        return (
            (
                "For use inside the organisation. What staff did is shown only where eight or more "
                "different staff took part. Incidents are events, not people, so their true "
                "numbers are shown. Every look at this report is kept on record."
            ),
        )
    return (
        (
            "Made for everybody to read. Numbers of people from 1 to 7 are hidden, and the rest "
            "are rounded to the nearest 5. Charts of events are shown only where every number is "
            "0, or 8 or more. Where that is not so, they are shown by quarter or not at all."
        ),
    )


def _gaps(one: Series, first_month: date, last_month: date) -> str:
    partly = sorted(month for month in one.incomplete if first_month <= month <= last_month)
    running = sorted(month for month in one.unfinished if first_month <= month <= last_month)
    absent = _absent(one, first_month, last_month)
    words = ""
    if absent:
        noun = "month" if absent == 1 else "months"
        words += f" {absent} {noun} in between {'has' if absent == 1 else 'have'} no data."
    if partly:
        words += f" {len(partly)} left out, because some units sent no data."
    if running:
        words += (
            f" {listed(map(month_words, running))} left out: not over when the data were taken."
        )
    return words


def _absent(one: Series, first_month: date, last_month: date) -> int:
    """Count the months between its first and last of which nothing came."""
    inside = [month for month in one.cells if first_month <= month <= last_month]
    if not inside:
        return 0
    first, last = min(inside), max(inside)
    span = (last.year - first.year) * 12 + last.month - first.month + 1
    known = {*inside, *one.incomplete, *one.unfinished}
    return span - sum(first <= month <= last for month in known)


def without_numbers(measures: Sequence[MeasureFacts], known: Collection[str]) -> tuple[str, ...]:
    """Name the measures for which nothing has come at all: they are absent, and not nought."""
    return tuple(
        f"{one.name}: no numbers have come yet."
        for one in measures
        if one.key not in known
        and one.key not in FROM_EVENTS_ALONE
        and one.unit not in BETWEEN_EVENTS
    )


def _rejected(db: "Session", organisation_id: int) -> list[str]:
    """Count the rows that the latest file of each feed could not give."""
    runs = db.execute(
        select(ImportRun.kind, ImportRun.file_name, ImportRun.counts, ImportRun.state)
        .where(ImportRun.organisation_id == organisation_id, ImportRun.kind.in_(FEEDS))
        .order_by(ImportRun.started_at.desc(), ImportRun.id.desc())
        .limit(LATEST_RUNS)
    )
    seen: set[tuple[str, str]] = set()
    said = []
    for kind, file_name, counts, state in runs:
        if (kind, file_name) in seen:
            continue
        seen.add((kind, file_name))
        if state in (RunState.REFUSED, RunState.FAILED, RunState.INTERRUPTED):
            said.append(f"The last import of {file_name} did not work, so nothing of it is here.")
        elif rejected := (counts or {}).get("rejected", 0):
            rows = "row" if rejected == 1 else "rows"
            said.append(f"{rejected:,} {rows} of {file_name} could not be used and are left out.")
    return said
