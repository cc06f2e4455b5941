"""Takes in the alert log, and counts by month what was recognised and what was set aside."""

import hashlib
import hmac
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import case, distinct, func, insert, select, update

from integrations.outcomes.records import AlertRow
from integrations.tables.rows import RejectedRow
from tracker.models import AlertEvent, AlertResponse, Organisation
from tracker.services.counting import Counted, count_by_month, record_counts
from tracker.services.observations import Origin
from tracker.services.tally import ONE_STATEMENT, Tally, good_rows, keep_rejected
from tracker.services.unit_lookup import UnitLookup, UnknownUnitError, load_units

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

Item = TypeVar("Item")

#: Small enough for the longest list of values that SQLite takes in one statement.
BATCH = 5_000
LONDON = ZoneInfo("Europe/London")


class Pseudonyms:
    """Turns staff numbers into keyed hashes: one person's events belong together, nameless."""

    def __init__(self, secret: str, organisation: Organisation) -> None:
        self._key = f"alert staff:{organisation.code}:{secret}".encode()
        self._known: dict[str, str] = {}

    def of(self, staff_number: str) -> str:
        if staff_number not in self._known:
            digest = hmac.new(self._key, staff_number.encode(), hashlib.sha256)
            self._known[staff_number] = digest.hexdigest()[:32]
        return self._known[staff_number]


def import_alerts(  # noqa: PLR0913 - each is one plain thing that only the caller knows
    db: "Session",
    organisation: Organisation,
    rows: Iterable[AlertRow | RejectedRow],
    origin: Origin,
    pseudonyms: Pseudonyms,
    *,
    today: date,
    on_row: Callable[[int], None] = lambda _line: None,
) -> Tally:
    """Take in alerts in batches and count them anew. An alert audited later is restated."""
    units = load_units(db, organisation, today=today)
    tally = Tally()
    good = good_rows(rows, tally)
    for batch in _batches(good, BATCH):
        on_row(batch[-1].line)
        _keep(
            db,
            organisation,
            batch,
            units=units,
            pseudonyms=pseudonyms,
            origin=origin,
            tally=tally,
        )
    keep_rejected(db, tally.rejected, organisation_id=organisation.id, run_id=origin.run_id)
    # Also when nothing is new: the units may stand elsewhere in the tree since the last time.
    count_alerts(db, organisation, origin)
    return tally


def count_alerts(db: "Session", organisation: Organisation, origin: Origin) -> None:
    """Count every month anew, with how many different staff are behind each number."""
    _count(
        db,
        organisation,
        origin,
        key="alert_recognition",
        response=AlertResponse.ACCEPTED,
        where=AlertEvent.is_true_alert.is_(True),
    )
    _count(
        db,
        organisation,
        origin,
        key="alert_override",
        response=AlertResponse.OVERRIDDEN,
        where=AlertEvent.response.in_([AlertResponse.ACCEPTED, AlertResponse.OVERRIDDEN]),
    )


def _count(  # noqa: PLR0913
    db: "Session",
    organisation: Organisation,
    origin: Origin,
    *,
    key: str,
    response: AlertResponse,
    where: Any,  # noqa: ANN401 - SQLAlchemy's own kinds of condition
) -> None:
    counted = count_by_month(
        db,
        organisation.id,
        AlertEvent,
        AlertEvent.fired_on,
        {
            "all": func.count(),
            "these": func.sum(case((AlertEvent.response == response, 1), else_=0)),
            "staff": func.count(distinct(AlertEvent.staff_pseudonym)),
        },
        where,
    )
    record_counts(
        db,
        organisation,
        key,
        [Counted(at, one["these"], one["all"], one["staff"]) for at, one in counted.items()],
        origin,
    )


def _keep(  # noqa: PLR0913
    db: "Session",
    organisation: Organisation,
    batch: list[AlertRow],
    *,
    units: UnitLookup,
    pseudonyms: Pseudonyms,
    origin: Origin,
    tally: Tally,
) -> None:
    known = _known(db, organisation, [row.alert_id for row in batch])
    new, restated = [], []
    for row in batch:
        try:
            facts = _facts(row, units.find(row.unit), pseudonyms)
        except UnknownUnitError as why:
            tally.reject(row.line, str(why))
            continue
        before = known.get(row.alert_id)
        columns = {**facts, "organisation_id": organisation.id, "import_run_id": origin.run_id}
        if before is None:
            new.append({**columns, "source_key": row.alert_id})
        elif before[1] != tuple(facts.values()):
            restated.append({"id": before[0], **columns})
        else:
            tally.unchanged += 1
    if new:
        db.execute(insert(AlertEvent), new, execution_options=ONE_STATEMENT)
    if restated:
        db.execute(update(AlertEvent), restated)
    tally.added += len(new)
    tally.restated += len(restated)


def _known(
    db: "Session", organisation: Organisation, keys: list[str]
) -> dict[str, tuple[int, tuple[Any, ...]]]:
    rows = db.execute(
        select(
            AlertEvent.source_key,
            AlertEvent.id,
            AlertEvent.organisation_unit_id,
            AlertEvent.staff_pseudonym,
            AlertEvent.alert_type,
            AlertEvent.fired_on,
            AlertEvent.response,
            AlertEvent.minutes_to_respond,
            AlertEvent.is_true_alert,
        ).where(AlertEvent.organisation_id == organisation.id, AlertEvent.source_key.in_(keys))
    )
    return {key: (row_id, tuple(facts)) for key, row_id, *facts in rows}


def _facts(row: AlertRow, unit_id: int | None, pseudonyms: Pseudonyms) -> dict[str, Any]:
    minutes = None
    if row.responded_at is not None:
        minutes = int((row.responded_at - row.fired_at).total_seconds() // 60)
    return {
        "organisation_unit_id": unit_id,
        "staff_pseudonym": pseudonyms.of(row.staff),
        "alert_type": row.alert_type,
        "fired_on": row.fired_at.astimezone(LONDON).date(),
        "response": AlertResponse(row.response),
        "minutes_to_respond": minutes,
        "is_true_alert": row.was_true,
    }


def _batches(rows: Iterator[Item], size: int) -> Iterator[list[Item]]:
    while batch := list(islice(rows, size)):
        yield batch
