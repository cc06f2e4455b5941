"""Takes in the alert log in batches: each is kept whole, and an import that stopped goes on."""

import hashlib
import hmac
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from tracker.models import Organisation
from tracker.services.alert_counts import count_alerts
from tracker.services.alert_store import AlertStore, Batch, look_at_new_size
from tracker.services.tally import Tally, keep_rejected
from tracker.services.unit_lookup import load_units

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from integrations.outcomes.alert_line import Block
    from integrations.outcomes.alert_log import AlertLog
    from integrations.outcomes.fhir_alerts import FhirAlerts
    from integrations.outcomes.kept_alerts import KeptBundle
    from tracker.services.observations import Origin

#: Sixteen characters tell a million people apart, and are half as long to keep as thirty-two.
LENGTH = 16
#: Large enough to be quick, small enough for memory and for a page that shows how far it is.
BATCH = 100_000
#: More refused lines than anybody reads are only counted.
MOST_REJECTED = 5_000


class Pseudonyms:
    """Turns staff numbers into keyed hashes: one person's events belong together, nameless."""

    def __init__(self, secret: str, organisation: Organisation) -> None:
        self._key = f"alert staff:{organisation.code}:{secret}".encode()

    def of(self, staff_number: str) -> str:
        digest = hmac.new(self._key, staff_number.encode(), hashlib.sha256)
        return digest.hexdigest()[:LENGTH]


class Given:
    """Takes pseudonyms as they stand, in a log whose staff numbers were turned into them before."""

    @staticmethod
    def of(pseudonym: str) -> str:
        return pseudonym


def open_log(
    db: "Session",
    organisation: Organisation,
    path: Path,
    pseudonyms: "Pseudonyms | Given",
    *,
    today: date,
) -> "AlertLog":
    """Open a log of alerts with this organisation's units and pseudonyms."""
    from integrations.outcomes.alert_log import AlertLog

    units = load_units(db, organisation, today=today)
    return AlertLog(path, today=today, unit_of=units.find, staff_of=pseudonyms.of)


def batches(blocks: "Iterable[Block]", size: int = BATCH) -> Iterator[Batch]:
    """Put blocks together until they are worth a statement."""
    batch = Batch()
    for block in blocks:
        batch.add(block)
        if batch.size >= size:
            yield batch
            batch = Batch()
    if batch.blocks:
        yield batch


def read_ahead(items: Iterator[Batch]) -> Iterator[Batch]:
    """Read the next batch while the database is busy with this one."""
    with ThreadPoolExecutor(max_workers=1) as reader:
        coming = reader.submit(next, items, None)
        while (batch := coming.result()) is not None:
            coming = reader.submit(next, items, None)
            yield batch


def take_batch(  # noqa: PLR0913 - each is one plain thing that only the caller knows
    db: "Session",
    organisation: Organisation,
    batch: Batch,
    origin: "Origin",
    tally: Tally,
    *,
    is_audit: bool = False,
) -> None:
    """Keep a batch, and note what it came to."""
    store = AlertStore(db, organisation.id, origin.run_id)
    merged = store.take_audit(batch) if is_audit else store.take(batch)
    tally.added += merged.added
    tally.restated += merged.restated
    tally.unchanged += merged.unchanged
    for name, number in (
        ("clocks_disagree", merged.disagreeing),
        ("audited_but_not_in_log", merged.unknown),
    ):
        if number:
            tally.notes[name] += number
    for block in batch.blocks:
        tally.read += block.read
        tally.notes.update(block.left_out)
        _reject(db, organisation, block, origin, tally)


def finish(
    db: "Session",
    organisation: Organisation,
    origin: "Origin",
    log: "AlertLog | FhirAlerts | KeptBundle",
    tally: Tally,
) -> None:
    """Count what changed, and say what the numbers mean."""
    look_at_new_size(db, tally.added)
    months = count_alerts(db, organisation, origin)
    if tally.restated and months:
        first, last = min(months), max(months)
        span = f"{first:%m/%Y}" if first == last else f"{first:%m/%Y} to {last:%m/%Y}"
        tally.said.append(f"Months that were counted anew: {span}.")
    if log.unknown_units:
        tally.said.append("Where a unit is not known here, alerts count for the whole trust.")
    if tally.notes["clocks_disagree"]:
        tally.said.append(
            "Some answers stand before their alert, as two clocks disagree. They count, but not "
            "for how long an answer took."
        )
    if tally.notes["neutral"] or tally.notes["not_shown"]:
        tally.said.append("Alerts that asked nobody for an answer were left out, by rule.")


def import_alerts(
    db: "Session",
    organisation: Organisation,
    log: "AlertLog",
    origin: "Origin",
    *,
    on_row: Callable[[int], None] = lambda _line: None,
) -> Tally:
    """Take in a whole log within one transaction, and count it."""
    tally = Tally(said=[log.told] if log.told else [])
    for batch in batches(log.blocks()):
        take_batch(db, organisation, batch, origin, tally, is_audit=log.dialect.is_audit)
        on_row(batch.blocks[-1].last_line)
    finish(db, organisation, origin, log, tally)
    return tally


def _reject(
    db: "Session", organisation: Organisation, block: "Block", origin: "Origin", tally: Tally
) -> None:
    room = max(0, MOST_REJECTED - len(tally.rejected))
    kept = block.rejected[:room]
    tally.rejected.extend(kept)
    tally.rejected_beyond += len(block.rejected) - len(kept)
    keep_rejected(db, kept, organisation_id=organisation.id, run_id=origin.run_id)
