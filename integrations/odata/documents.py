"""Writes what a feed answers: the list of its tables, what their columns are, and rows."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode
from xml.sax.saxutils import quoteattr

from integrations.odata.asked import Detail
from integrations.odata.tables import Edm

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from integrations.odata.query import Found
    from integrations.odata.tables import FeedTable, Value

NAMESPACE = "CompetenceTracker"
#: Kinds that need no word beside their value.
TOLD_BY_JSON = frozenset({Edm.STRING, Edm.NUMBER, Edm.YES_NO})


def service_document(
    base: str, tables: Iterable[FeedTable], detail: Detail = Detail.MINIMAL
) -> str:
    """List the tables. `base` ends with a slash."""
    names = [{"name": one.name, "kind": "EntitySet", "url": one.name} for one in tables]
    about = {} if detail is Detail.NONE else {"@odata.context": f"{base}$metadata"}
    return json.dumps({**about, "value": names})


def metadata(tables: Iterable[FeedTable]) -> str:
    """Describe every table and column, as XML whatever was asked: Power Query reads no other."""
    kinds, sets = [], []
    for table in tables:
        key = table.columns[0].name
        columns = "".join(
            f"<Property Name={quoteattr(one.name)} Type={quoteattr(one.kind)} "
            f'Nullable="{str(one.may_be_null).lower()}"/>'
            for one in table.columns
        )
        kinds.append(
            f"<EntityType Name={quoteattr(table.name + 'Row')}>"
            f"<Key><PropertyRef Name={quoteattr(key)}/></Key>{columns}</EntityType>"
        )
        kind = quoteattr(f"{NAMESPACE}.{table.name}Row")
        sets.append(f"<EntitySet Name={quoteattr(table.name)} EntityType={kind}/>")
    return (
        '<?xml version="1.0" encoding="utf-8"?>'
        '<edmx:Edmx Version="4.0" xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx">'
        f'<edmx:DataServices><Schema Namespace="{NAMESPACE}" '
        'xmlns="http://docs.oasis-open.org/odata/ns/edm">'
        f'{"".join(kinds)}<EntityContainer Name="Container">{"".join(sets)}</EntityContainer>'
        "</Schema></edmx:DataServices></edmx:Edmx>"
    )


def page(
    base: str,
    table: FeedTable,
    found: Found,
    options: Mapping[str, str],
    detail: Detail = Detail.MINIMAL,
) -> str:
    """Write one page of rows, and the address of the next."""
    columns = f"({','.join(found.columns)})" if found.is_selected else ""
    content = _context(base, f"{table.name}{columns}", detail)
    if found.count is not None:
        content["@odata.count"] = found.count
    names = found.columns
    rows: list[dict[str, object]] = [dict(zip(names, row, strict=True)) for row in found.rows]
    if detail is Detail.FULL:
        rows = [{**_about(table, row), **row} for row in rows]
    content["value"] = rows
    if found.next_skip is not None:
        onward = dict(options) | {"$skip": str(found.next_skip)}
        if found.left is not None:
            onward["$top"] = str(found.left)
        words = urlencode(onward, safe="$,", quote_via=quote)
        content["@odata.nextLink"] = f"{base}{table.name}?{words}"
    return json.dumps(content, default=_plain, ensure_ascii=False, allow_nan=False)


def one_row(base: str, table: FeedTable, found: Found, detail: Detail = Detail.MINIMAL) -> str:
    columns = f"({','.join(found.columns)})" if found.is_selected else ""
    row: dict[str, object] = dict(zip(found.columns, found.rows[0], strict=True))
    about = _about(table, row) if detail is Detail.FULL else {}
    content = {**_context(base, f"{table.name}{columns}/$entity", detail), **about, **row}
    return json.dumps(content, default=_plain, ensure_ascii=False, allow_nan=False)


def one_value(base: str, table: FeedTable, path: str, value: Value, detail: Detail) -> str:
    """Write one column of one row. `path` is the row's address with the column's name."""
    content = {**_context(base, f"{table.name}{path}", detail), "value": value}
    return json.dumps(content, default=_plain, ensure_ascii=False, allow_nan=False)


def bare(value: Value) -> str:
    """Write a value by itself, as $value asks for it."""
    return value if isinstance(value, str) else json.dumps(value, default=_plain).strip('"')


def _context(base: str, what: str, detail: Detail) -> dict[str, object]:
    return {} if detail is Detail.NONE else {"@odata.context": f"{base}$metadata#{what}"}


def _about(table: FeedTable, row: Mapping[str, object]) -> dict[str, object]:
    """Say of what kind a row is, where it is, and which of its values JSON cannot tell apart."""
    key = table.columns[0]
    kinds = {
        f"{one.name}@odata.type": f"#{one.kind.removeprefix('Edm.')}"
        for one in table.columns
        if one.name in row and one.kind not in TOLD_BY_JSON
    }
    about: dict[str, object] = {"@odata.type": f"#{NAMESPACE}.{table.name}Row", **kinds}
    if key.name in row:
        value = str(row[key.name])
        words = f"'{value.replace(chr(39), chr(39) * 2)}'" if key.kind is Edm.STRING else value
        about["@odata.id"] = f"{table.name}({quote(words, safe=chr(39))})"
    return about


def error(status: int, message: str) -> str:
    return json.dumps({"error": {"code": str(status), "message": message}}, ensure_ascii=False)


def _plain(value: object) -> str:
    if isinstance(value, datetime | date):
        return value.isoformat()
    raise TypeError(f"no JSON for {type(value).__name__}")
