"""Cuts plain lines into columns of bytes with numpy, so that a whole column is read at once."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

Bytes = npt.NDArray[np.uint8]
Numbers = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
NEWLINE = ord("\n")
#: A cell with more bytes is read by itself.
WIDEST = 200
WORD = 8


class NotPlainError(ValueError):
    """The lines do not all have the same number of cells."""


@dataclass(frozen=True, slots=True)
class Column:
    """The cells of one column, each padded with noughts to the width of the widest."""

    padded: Bytes
    lengths: Numbers

    @property
    def is_cut(self) -> Mask:
        """Tell which cells are longer than what is here of them."""
        return np.greater(self.lengths, self.padded.shape[1])

    def codes(self) -> tuple[Numbers, list[str]]:
        """Give each different cell a number, and say what they are."""
        height, width = self.padded.shape
        words = np.zeros((height, -(-width // WORD) * WORD), np.uint8)
        words[:, :width] = self.padded
        codes = together([pd.factorize(word)[0] for word in words.view(np.uint64).T])
        each = self.padded[first_rows(codes)].view(f"S{width}").ravel().tolist()
        return codes, [cell.decode(errors="replace") for cell in each]


class Cells:
    """The cells of some lines; a column is cut out when it is asked for."""

    def __init__(self, text: str, delimiter: str, width: int) -> None:
        """Find where each cell begins and ends.

        :raises NotPlainError: where some line has more or fewer cells than it should.
        """
        self._delimiter = delimiter
        self._raw = np.frombuffer(text.encode() + bytes(WIDEST), np.uint8)
        ends = np.flatnonzero((self._raw == NEWLINE) | (self._raw == ord(delimiter)))
        if not len(ends) or len(ends) % width:
            raise NotPlainError
        self._ends = ends.reshape(-1, width)
        is_end_of_line = self._raw[self._ends] == NEWLINE
        if not is_end_of_line[:, -1].all() or is_end_of_line[:, :-1].any():
            raise NotPlainError
        self._starts = np.append(0, ends[:-1] + 1).reshape(-1, width)

    def __len__(self) -> int:
        return len(self._ends)

    def column(self, place: int) -> Column:
        starts = self._starts[:, place]
        lengths = self._ends[:, place] - starts
        width = min(max(int(lengths.max(initial=1)), 1), WIDEST)
        padded = np.lib.stride_tricks.sliding_window_view(self._raw, width)[starts]
        if (lengths != width).any():
            padded[np.arange(width) >= lengths[:, None]] = 0
        return Column(padded, lengths)

    def row(self, number: int) -> list[str]:
        line = self._raw[self._starts[number, 0] : self._ends[number, -1]]
        return line.tobytes().decode().split(self._delimiter)


def together(columns: Iterable[Numbers]) -> Numbers:
    """Give each different row a number, where columns have one for each different cell."""
    first, *others = columns
    for codes in others:
        first = pd.factorize(first * (codes.max(initial=0) + 1) + codes)[0]
    return first


def first_rows(codes: Numbers) -> Numbers:
    """Give a row in which each number stands."""
    rows = np.empty(codes.max(initial=-1) + 1, np.int64)
    rows[codes] = np.arange(len(codes))
    return rows


def once_each(values: Numbers, work_out: Callable[[int], Any]) -> Numbers:
    """Work out a number for each different one."""
    codes, different = pd.factorize(values)
    return np.array([work_out(int(one)) for one in different], np.int64)[codes]
