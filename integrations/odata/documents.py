"""Writes what a feed answers: the list of its tables, what their columns are, and rows."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode
from xml.sax.saxutils import quoteattr

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from integrations.odata.query import Found
    from integrations.odata.tables import FeedTable, Row

NAMESPACE = "CompetenceTracker"


def service_document(base: str, tables: Iterable[FeedTable]) -> str:
    """List the tables. `base` ends with a slash."""
    names = [{"name": one.name, "kind": "EntitySet", "url": one.name} for one in tables]
    return json.dumps({"@odata.context": f"{base}$metadata", "value": names})


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


def page(base: str, table: FeedTable, found: Found, options: Mapping[str, str]) -> str:
    """Write one page of rows, and the address of the next."""
    columns = f"({','.join(found.columns)})" if found.is_selected else ""
    content: dict[str, object] = {"@odata.context": f"{base}$metadata#{table.name}{columns}"}
    if found.count is not None:
        content["@odata.count"] = found.count
    names = found.columns
    content["value"] = [dict(zip(names, row, strict=True)) for row in found.rows]
    if found.next_skip is not None:
        onward = dict(options) | {"$skip": str(found.next_skip)}
        if found.left is not None:
            onward["$top"] = str(found.left)
        words = urlencode(onward, safe="$,", quote_via=quote)
        content["@odata.nextLink"] = f"{base}{table.name}?{words}"
    return json.dumps(content, default=_plain, ensure_ascii=False, allow_nan=False)


def one_row(base: str, table: FeedTable, row: Row) -> str:
    names = (column.name for column in table.columns)
    content = {"@odata.context": f"{base}$metadata#{table.name}/$entity"}
    return json.dumps({**content, **dict(zip(names, row, strict=True))}, default=_plain)


def error(status: int, message: str) -> str:
    return json.dumps({"error": {"code": str(status), "message": message}}, ensure_ascii=False)


def _plain(value: object) -> str:
    if isinstance(value, datetime | date):
        return value.isoformat()
    raise TypeError(f"no JSON for {type(value).__name__}")
