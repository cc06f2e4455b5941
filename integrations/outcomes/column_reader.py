"""Reads the cells of some lines column by column, and notes the lines that are not plain."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt

from integrations.outcomes.alert_columns import Coded
from integrations.outcomes.alert_line import LONGEST_KEY
from integrations.outcomes.plain_cells import Cells, first_rows, together
from integrations.outcomes.plain_times import NEVER, NO_DAY, Times, read_times

FORMULA = np.frombuffer(b"=+-@", np.uint8)
SPACE, LAST_PLAIN = ord(" "), ord("~")


class ColumnReader:
    """Reads columns by their names; `is_odd` says which lines are to be read one by one."""

    def __init__(self, cells: Cells, places: Mapping[str, int], today: date) -> None:
        self._cells, self._places, self._today = cells, places, today
        self.is_odd = np.zeros(len(cells), bool)

    def keys(self, name: str) -> npt.NDArray[np.bytes_]:
        """Read numbers: of plain letters, without a space, and nothing that could be a formula."""
        column = self._cells.column(self._places[name])
        padded, lengths = column.padded, column.lengths
        is_plain = (padded > SPACE) & (padded <= LAST_PLAIN)
        if np.count_nonzero(is_plain) != lengths.sum():
            self.is_odd |= np.count_nonzero(is_plain, axis=1) != lengths
        self.is_odd |= (lengths == 0) | (lengths > LONGEST_KEY) | np.isin(padded[:, 0], FORMULA)
        return np.ascontiguousarray(padded).view(f"S{padded.shape[1]}").ravel()

    def coded(self, work_out: Callable[..., Any], *names: str, nothing: Any = None) -> Coded:  # noqa: ANN401 - whatever the cells mean
        """Work out once what each different cell means, or each row of several columns."""
        names = tuple(filter(None, names))
        if not names:
            return Coded(np.zeros(len(self._cells), np.int64), [nothing])
        columns = [self._cells.column(self._places[name]) for name in names]
        each = [column.codes() for column in columns]
        codes = together([numbers for numbers, _ in each])
        rows = first_rows(codes)
        said = zip(*([texts[at] for at in numbers[rows]] for numbers, texts in each), strict=True)
        values, is_wrong = _worked_out(work_out, said, nothing)
        for column in columns:
            self.is_odd |= column.is_cut
        if any(is_wrong):
            self.is_odd |= np.array(is_wrong)[codes]
        return Coded(codes, values)

    def times(self, name: str, *, is_needed: bool = False) -> Times:
        if not name:
            size = len(self._cells)
            return Times(np.full(size, NEVER), np.full(size, NO_DAY))
        column = self._cells.column(self._places[name])
        times, is_odd = read_times(column, self._today)
        self.is_odd |= is_odd
        if is_needed:
            self.is_odd |= column.lengths == 0
        return times


def _worked_out(
    work_out: Callable[..., Any], said: Iterable[tuple[str, ...]], nothing: object
) -> tuple[list[Any], list[bool]]:
    """Work out each, and say which cannot be."""
    values: list[Any] = []
    is_wrong: list[bool] = []
    for cells in said:
        try:
            values.append(work_out(*cells))
            is_wrong.append(False)
        except ValueError:
            values.append(nothing)
            is_wrong.append(True)
    return values, is_wrong
