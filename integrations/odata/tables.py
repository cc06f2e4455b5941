"""What a feed is made of: tables of plain rows, each column with a name and a kind."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import TypeAlias

Value: TypeAlias = str | float | int | bool | date | datetime | None
Row: TypeAlias = tuple[Value, ...]


class ODataError(Exception):
    """What was asked cannot be answered; `status` is the HTTP number for it."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


class Edm(StrEnum):
    """The kinds of value that OData knows and that we use."""

    STRING = "Edm.String"
    NUMBER = "Edm.Double"
    WHOLE = "Edm.Int32"
    YES_NO = "Edm.Boolean"
    DAY = "Edm.Date"
    MOMENT = "Edm.DateTimeOffset"


@dataclass(frozen=True, kw_only=True, slots=True)
class FeedColumn:
    name: str
    kind: Edm = Edm.STRING
    may_be_null: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class FeedTable:
    """One entity set. The first column is its key, and rows stand in the key's order."""

    name: str
    columns: tuple[FeedColumn, ...]
    rows: tuple[Row, ...] = ()

    @property
    def places(self) -> dict[str, int]:
        return {column.name: place for place, column in enumerate(self.columns)}
