"""Alerts as columns of numbers: what repeats itself is kept once, and numbered."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt

from integrations.outcomes.alert_line import AlertLine
from integrations.outcomes.cells import WARD_CLOCK
from integrations.outcomes.plain_cells import Mask, Numbers
from integrations.outcomes.plain_times import FIRST_DAY, NEVER, NO_DAY, Times, minutes_between

MICROSECOND = timedelta(microseconds=1)
BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Coded:
    """A column that says few different things: of each the number, and what the numbers mean."""

    codes: Numbers
    values: Sequence[Any]

    def take(self, rows: Mask) -> "Coded":
        return Coded(self.codes[rows], self.values)

    def part(self, place: int) -> "Coded":
        """Give one part of what it says, where that has several."""
        return Coded(self.codes, [value[place] for value in self.values])

    def says(self, word: object) -> Mask:
        return np.array([value == word for value in self.values], bool)[self.codes]

    def each(self) -> Iterator[Any]:
        return map(self.values.__getitem__, self.codes.tolist())


@dataclass(frozen=True, kw_only=True, slots=True)
class AlertColumns:
    """Alerts ready to be kept: each field is the column of an AlertLine's field of that name."""

    line: Numbers
    source_key: npt.NDArray[np.bytes_]
    unit_id: Coded
    staff: Coded
    alert_type: Coded
    fired_at: Times
    response: Coded
    responded_at: Times
    is_true_alert: Coded
    has_reason: Coded
    is_override_right: Coded

    def __len__(self) -> int:
        return len(self.line)

    def take(self, rows: Mask) -> "AlertColumns":
        def some(column: Any) -> Any:  # noqa: ANN401 - one of the kinds above
            return column[rows] if isinstance(column, np.ndarray) else column.take(rows)

        return AlertColumns(**{one.name: some(getattr(self, one.name)) for one in fields(self)})

    def minutes(self) -> Numbers:
        return minutes_between(self.fired_at, self.responded_at)

    def lines(self) -> Iterator[AlertLine]:
        columns = (_values(getattr(self, one.name)) for one in fields(self))
        return map(AlertLine._make, zip(*columns, strict=True))

    def each(self) -> Iterator[tuple[AlertLine, str | None, int | None]]:
        """Give each alert with its day in England, and in how many minutes it was answered."""
        days = (
            None if day == NO_DAY else (FIRST_DAY + timedelta(days=day)).isoformat()
            for day in self.fired_at.days.tolist()
        )
        minutes = (None if one < 0 else one for one in self.minutes().tolist())
        return zip(self.lines(), days, minutes, strict=True)

    def days(self) -> set[date]:
        different = np.unique(self.fired_at.days).tolist()
        return {FIRST_DAY + timedelta(days=day) for day in different if day != NO_DAY}

    def number_disagreeing(self) -> int:
        """Count answers that stand before their alert."""
        answered, fired = self.responded_at.moments, self.fired_at.moments
        return int(np.count_nonzero((answered != NEVER) & (answered < fired)))


def from_lines(lines: Sequence[AlertLine]) -> AlertColumns:
    """Put lines that were read one by one into columns."""
    columns = dict(zip(AlertLine._fields, zip(*lines, strict=True), strict=True))
    return AlertColumns(
        line=np.array(columns.pop("line"), np.int64),
        source_key=np.array([key.encode() for key in columns.pop("source_key")], np.bytes_),
        fired_at=_times(columns.pop("fired_at")),
        responded_at=_times(columns.pop("responded_at")),
        **{name: _coded(values) for name, values in columns.items()},
    )


def _values(column: "Numbers | npt.NDArray[np.bytes_] | Coded | Times") -> Iterable[Any]:
    if isinstance(column, Coded):
        return column.each()
    if isinstance(column, Times):
        return (
            None if moment == NEVER else BEGINNING + moment * MICROSECOND
            for moment in column.moments.tolist()
        )
    listed = column.tolist()
    return [key.decode() for key in listed] if column.dtype.kind == "S" else listed


def _coded(values: Sequence[Any]) -> Coded:
    places = {value: place for place, value in enumerate(dict.fromkeys(values))}
    return Coded(np.array([places[value] for value in values], np.int64), list(places))


def _times(moments: Sequence[datetime | None]) -> Times:
    days = [at and (at.astimezone(WARD_CLOCK).date() - FIRST_DAY).days for at in moments]
    since = [at and (at - BEGINNING) // MICROSECOND for at in moments]
    return Times(
        np.array([NEVER if one is None else one for one in since], np.int64),
        np.array([NO_DAY if one is None else one for one in days], np.int64),
    )
