"""Writes down what was read of a file, one record a line, and reads it again.

Only what has a field of its own can be written: no story, no patient, no name of a reporter.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import fields
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, TextIO

from integrations.outcomes.records import (
    CallDay,
    Cause,
    EventDay,
    Harm,
    IncidentFeed,
    IncidentRow,
    MeasureRow,
    Remark,
    Standing,
)
from integrations.tables.rows import RejectedRow

Kept = IncidentRow | MeasureRow | CallDay | EventDay | RejectedRow
KINDS: Mapping[str, Callable[..., Any]] = {
    one.__name__: one for one in (IncidentRow, MeasureRow, CallDay, EventDay, RejectedRow)
}
#: how a field that is no plain text or number is read again
READ: Mapping[str, Callable[[Any], Any]] = {
    **dict.fromkeys(("day", "month", "occurred_on", "reported_on"), date.fromisoformat),
    "extracted_at": datetime.fromisoformat,
    **dict.fromkeys(("numerator", "denominator"), Decimal),
    "harm": Harm,
    "cause": Cause,
    "feed": IncidentFeed,
    "standing": Standing,
    "words": tuple,
    "remarks": lambda names: frozenset(map(Remark, names)),
}


def write_rows(rows: Iterable[Kept], out: TextIO) -> None:
    for row in rows:
        said = {one.name: _plain(getattr(row, one.name)) for one in fields(row)}
        out.write(json.dumps([type(row).__name__, said], separators=(",", ":")) + "\n")


def read_rows(path: Path) -> Iterator[Any]:
    """Yield each record as it was when it was written down."""
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            kind, said = json.loads(line)
            yield KINDS[kind](
                **{
                    name: value if value is None or name not in READ else READ[name](value)
                    for name, value in said.items()
                }
            )


def _plain(value: Any) -> Any:  # noqa: ANN401 - whatever a record holds
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    return sorted(value) if isinstance(value, frozenset) else value
