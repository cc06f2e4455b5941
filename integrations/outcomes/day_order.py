"""Refuses tables with the month before the day: some of their days would fit, and be wrong."""

import re
from collections.abc import Iterable, Iterator

from integrations.errors import FileRefusedError
from integrations.tables.rows import RejectedRow, Row

WRITTEN = re.compile(r"\s*(\d{1,2})[/.-](\d{1,2})[/.-]\d{2,4}", re.ASCII)
MONTHS = 12


class MonthFirstError(FileRefusedError):
    """A column of dates has the month before the day."""

    def __init__(self, key: str) -> None:
        super().__init__(
            "The dates have the month before the day, as 09/30/2026. Export the file with dates "
            "such as 2026-09-30."
        )
        self.key = key


class DayOrder:
    """Looks at dates one after the other. One that can only be read day first settles it."""

    def __init__(self) -> None:
        self._is_day_first = self._is_month_first = False

    def see(self, text: str) -> None:
        if found := WRITTEN.match(text):
            self._is_day_first |= int(found[1]) > MONTHS
            self._is_month_first |= int(found[2]) > MONTHS

    @property
    def is_month_first(self) -> bool:
        return self._is_month_first and not self._is_day_first


def in_day_order(rows: Iterable[Row | RejectedRow], key: str) -> Iterator[Row | RejectedRow]:
    """Pass on rows, and refuse the whole table at its end if its dates have the month first.

    :raises MonthFirstError: then.
    """
    order = DayOrder()
    for row in rows:
        if isinstance(row, Row):
            order.see(row.cells.get(key, ""))
        yield row
    if order.is_month_first:
        raise MonthFirstError(key)
