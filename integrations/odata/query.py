"""Answers what Excel and Power BI ask of a table: which rows, which columns, which page."""

from __future__ import annotations

from dataclasses import dataclass
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from integrations.odata.asked import PAGE
from integrations.odata.filters import read_filter
from integrations.odata.tables import Edm, ODataError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from integrations.odata.tables import FeedTable, Row

#: What can be asked of one row.
OF_A_ROW = frozenset({"$select", "$format"})
KNOWN = frozenset({"$select", "$filter", "$orderby", "$top", "$skip", "$count", "$format"})
MOST_ORDERS = 8


@dataclass(frozen=True, kw_only=True)
class Found:
    """One page of an answer, and where the next one begins."""

    columns: tuple[str, ...]
    is_selected: bool
    rows: tuple[Row, ...]
    count: int | None
    next_skip: int | None
    left: int | None


def ask(table: FeedTable, options: Mapping[str, str], *, page: int = PAGE) -> Found:
    """Give the page that was asked for.

    :raises ODataError: for what cannot be read, or what we do not do.
    """
    _check_options(options)
    rows = _filtered(table, options.get("$filter", ""))
    rows = _ordered(table, rows, options.get("$orderby", ""))
    skip, top = _number(options, "$skip") or 0, _number(options, "$top")
    size = page if top is None else min(top, page)
    shown = rows[skip : skip + size]
    is_more = len(rows) > skip + size and (top is None or top > size)
    names, cut = _selected(table, options.get("$select", ""))
    return Found(
        columns=names,
        is_selected=cut is not None,
        rows=tuple(cut(row) for row in shown) if cut else tuple(shown),
        count=len(rows) if options.get("$count", "").lower() == "true" else None,
        next_skip=skip + size if is_more else None,
        left=None if top is None or not is_more else top - size,
    )


def count(table: FeedTable, options: Mapping[str, str]) -> int:
    """Count the rows that a filter leaves."""
    _check_options(options)
    return len(_filtered(table, options.get("$filter", "")))


def _check_options(options: Mapping[str, str]) -> None:
    unknown = sorted(key for key in options if key.startswith("$") and key not in KNOWN)
    if unknown:
        raise ODataError(501, f"This feed does not do {', '.join(unknown)[:100]}.")
    if options.get("$count", "false").lower() not in ("true", "false"):
        raise ODataError(400, "$count is true or false.")


def _filtered(table: FeedTable, text: str) -> Sequence[Row]:
    if not text.strip():
        return table.rows
    asks = read_filter(text, table.places)
    return [row for row in table.rows if asks(row)]


def _ordered(table: FeedTable, rows: Sequence[Row], text: str) -> Sequence[Row]:
    """Sort by the last column first, so that each earlier one counts for more."""
    wanted = [part.split() for part in text.split(",") if part.strip()]
    if len(wanted) > MOST_ORDERS:
        raise ODataError(400, f"A feed is put in order by {MOST_ORDERS} columns at most.")
    if "(" in text or "/" in text:
        raise ODataError(501, "This feed is put in order by columns alone.")
    for part in reversed(wanted):
        place = _place(table, part[0])
        way = part[1] if len(part) > 1 else "asc"
        if way not in ("asc", "desc") or len(part) > 2:  # noqa: PLR2004 - a column and a way
            raise ODataError(400, "$orderby takes columns, each with asc or desc.")
        rows = _sorted(rows, place, is_downwards=way == "desc")
    return rows


def _sorted(rows: Sequence[Row], place: int, *, is_downwards: bool) -> Sequence[Row]:
    """Sort by one column, with nothing before everything."""
    empty = [row for row in rows if row[place] is None]
    full = [row for row in rows if row[place] is not None] if empty else rows
    # Any: a column's values are all of one kind.
    value: Callable[[Row], Any] = itemgetter(place)
    found = sorted(full, key=value, reverse=is_downwards)
    return found + empty if is_downwards else empty + found


def _selected(table: FeedTable, text: str) -> tuple[tuple[str, ...], Callable[[Row], Row] | None]:
    names = tuple(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))
    if not names or "*" in names:
        return tuple(column.name for column in table.columns), None
    places = [_place(table, name) for name in names]
    return names, lambda row: tuple(row[place] for place in places)


def _place(table: FeedTable, name: str) -> int:
    place = table.places.get(name)
    if place is None:
        raise ODataError(400, f"There is no column called {name[:60]}.")
    return place


def _number(options: Mapping[str, str], name: str) -> int | None:
    text = options.get(name)
    if text is None:
        return None
    if not text.isascii() or not text.isdigit() or len(text) > 9:  # noqa: PLR2004
        raise ODataError(400, f"{name} is a whole number, 0 or more.")
    return int(text)


def find_row(table: FeedTable, key: str) -> Row:
    """Give the row with this key: 'a', 7, or Id='a'.

    :raises ODataError: where there is none.
    """
    column = table.columns[0]
    named, _, rest = key.partition("=")
    text = rest if named.strip() == column.name else key
    if column.kind is Edm.STRING:
        is_whole = len(text) > 1 and text[0] == text[-1] == "'"
        wanted: object = text[1:-1].replace("''", "'") if is_whole else None
    else:
        wanted = int(text) if text.isascii() and text.isdigit() else None
    row = next((row for row in table.rows if row[0] == wanted), None)
    if row is None:
        raise ODataError(404, "There is no such row.")
    return row


def one(table: FeedTable, row: Row, options: Mapping[str, str]) -> Found:
    """Give the chosen columns of one row.

    :raises ODataError: for what is asked of many rows only.
    """
    _check_options(options)
    if amiss := sorted(key for key in options if key.startswith("$") and key not in OF_A_ROW):
        raise ODataError(400, f"{amiss[0]} is for a table, and this is one row.")
    names, cut = _selected(table, options.get("$select", ""))
    return Found(
        columns=names,
        is_selected=cut is not None,
        rows=(cut(row) if cut else row,),
        count=None,
        next_skip=None,
        left=None,
    )


def column_of(table: FeedTable, name: str) -> int:
    """Say where a column stands.

    :raises ODataError: where there is none.
    """
    if name not in table.places:
        raise ODataError(404, "There is no such column.")
    return table.places[name]
