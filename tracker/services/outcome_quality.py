"""Says how good the data are, and what was held back."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sqlalchemy import select

from tracker.models import ImportRun, RunState
from tracker.services.outcome_series import Series
from tracker.services.outcome_values import Audience
from tracker.services.period_words import day_words, listed, month_words

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

LONDON = ZoneInfo("Europe/London")
LATEST_RUNS = 30
#: a feed that is quiet for so long has stopped
SILENT_FOR = timedelta(weeks=6)
FEW = 3
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
        span = (
            f", {len(months)} months up to {month_words(max(months))}"
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
        taken = [cell.extracted_at for cell in one.cells.values()]
        if taken and today - max(taken).astimezone(LONDON).date() >= SILENT_FOR:
            day = max(taken).astimezone(LONDON).date()
            stopped.setdefault(day, []).append(one.measure.name)
    return tuple(
        f"Nothing new has come since {day_words(day)} for {_names(names)}. What is said of that "
        "here may be out of date."
        for day, names in sorted(stopped.items())
    )


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
    words = ""
    if partly:
        words += f" {len(partly)} left out, because some units sent no data."
    if running:
        words += (
            f" {listed(map(month_words, running))} left out: not over when the data were taken."
        )
    return words


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
