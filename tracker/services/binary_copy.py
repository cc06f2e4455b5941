"""Writes columns of values as PostgreSQL's binary COPY reads them, thousands of rows at once."""

import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

BEGIN = b"PGCOPY\n\xff\r\n\0" + bytes(8)
END = b"\xff\xff"
#: stands before each value: how many bytes it has, or that there is none
SIZE = struct.Struct(">i")
NOTHING = SIZE.pack(-1)
Bytes = npt.NDArray[np.uint8]
Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Field:
    """A column as bytes, each value with its size before it; `used`: how many bytes are of it."""

    cells: Bytes
    used: Numbers | None = None


def sized(write: Callable[[Any], bytes]) -> Callable[[Any], bytes]:
    """Give what writes a value with its size before it, and remembers how."""

    @lru_cache(maxsize=100_000)
    def written(value: Any) -> bytes:  # noqa: ANN401 - whatever the column holds
        if value is None:
            return NOTHING
        plain = write(value)
        return SIZE.pack(len(plain)) + plain

    return written


def texts(values: npt.NDArray[np.bytes_]) -> Field:
    """Write texts that differ from row to row."""
    width = values.dtype.itemsize
    sizes = np.strings.str_len(values)
    cells = np.empty((len(values), SIZE.size + width), np.uint8)
    cells[:, : SIZE.size] = _as_bytes(sizes, ">i4")
    cells[:, SIZE.size :] = _as_bytes(values, values.dtype.str)
    return Field(cells, None if (sizes == width).all() else sizes + SIZE.size)


def numbers(values: Numbers, kind: str, nothing: int) -> Field:
    """Write whole numbers as a kind of numpy's (`>i4`); one of them stands for nothing at all."""
    written = _as_bytes(values, kind)
    width = written.shape[1]
    cells = np.empty((len(values), SIZE.size + width), np.uint8)
    cells[:, : SIZE.size] = np.frombuffer(SIZE.pack(width), np.uint8)
    cells[:, SIZE.size :] = written
    is_nothing = values == nothing
    if not is_nothing.any():
        return Field(cells)
    cells[is_nothing, : SIZE.size] = np.frombuffer(NOTHING, np.uint8)
    return Field(cells, np.where(is_nothing, SIZE.size, SIZE.size + width))


def coded(codes: Numbers, values: Sequence[Any], write: Callable[[Any], bytes]) -> Field:
    """Write the values that codes stand for: few, and often repeated."""
    each = [write(one) for one in values]
    sizes = np.array([len(one) for one in each], np.int64)
    width = sizes.max()
    listed = b"".join(one.ljust(width, b"\0") for one in each)
    cells = np.frombuffer(listed, np.uint8).reshape(len(each), width)[codes]
    return Field(cells, None if (sizes == width).all() else sizes[codes])


def same(size: int, value: bytes) -> Field:
    """Write one value in every row."""
    cell = np.frombuffer(SIZE.pack(len(value)) + value, np.uint8)
    return Field(np.broadcast_to(cell, (size, len(cell))))


def rows(fields: Sequence[Field]) -> bytes:
    """Put the fields of each row one after the other."""
    count = np.frombuffer(struct.pack(">h", len(fields)), np.uint8)
    size = len(fields[0].cells)
    all_cells = [np.broadcast_to(count, (size, len(count))), *(one.cells for one in fields)]
    together = np.concatenate(all_cells, axis=1)
    is_used = np.ones(together.shape, bool)
    at = len(count)
    for one in fields:
        width = one.cells.shape[1]
        if one.used is not None:
            is_used[:, at : at + width] = np.arange(width) < one.used[:, None]
        at += width
    return together[is_used].tobytes()


def _as_bytes(values: npt.NDArray[Any], kind: str) -> Bytes:
    """Give the bytes of each value, side by side."""
    plain = np.ascontiguousarray(values, dtype=kind)
    return plain.view(np.uint8).reshape(len(values), plain.dtype.itemsize)
