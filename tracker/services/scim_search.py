"""Finds accounts and groups: what an index can find there, the rest by reading what is left.

The database gives a superset; the filter itself is tried by the SCIM library on each row, a few
hundred at a time, so that nothing of the size of the trust is held in memory.
"""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, cast

from scim2_models import Resource, ScimFilter, SearchRequest
from scim2_models.path import CompareOperator, Comparison, LogicalExpr, LogicalOperator, ValuePath
from scim2_server.storage import SearchPage
from sqlalchemy import ColumnElement, String, func, select
from sqlalchemy import cast as sql_cast

from integrations.scim.protocol import model_of
from tracker.models import AccessToken, ScimGroup, ScimMember, ScimUser

if TYPE_CHECKING:
    from scim2_models.path.expressions import AttrPath, FilterNode
    from sqlalchemy import Select
    from sqlalchemy.orm import Session

Row = ScimUser | ScimGroup
Load = Callable[[list[Row]], list[Resource[Any]]]

BATCH = 200
USER, GROUP = "User", "Group"
#: attribute -> its column, and whether that is in lower case
COLUMNS: dict[type[Row], dict[str, tuple[Any, bool]]] = {
    ScimUser: {
        "id": (ScimUser.public_id, False),
        "username": (ScimUser.user_name_key, True),
        "externalid": (ScimUser.external_id, False),
    },
    ScimGroup: {
        "id": (ScimGroup.public_id, False),
        "displayname": (ScimGroup.name_key, True),
        "externalid": (ScimGroup.external_id, False),
    },
}
#: made when a resource is loaded: no document holds it
NOT_IN_DOCUMENT = ("id", "meta", "members", "groups", "schemas")


def search(
    db: "Session",
    source: AccessToken,
    tables: list[type[Row]],
    request: SearchRequest[Any],
    load: Load,
) -> SearchPage:
    """Give one page, and how many there are in all."""
    start = request.start_index_0 or 0
    end = None if request.count is None else start + request.count
    if request.filter is None and request.sort_by is None:
        return _plain(db, source, tables, start, end, load)
    found = list(_matches(db, source, tables, request, load))
    if request.sort_by is not None:
        found.sort(key=lambda one: one[0], reverse=request.sort_order == "descending")
    page = [cast("Row", db.get_one(table, key)) for _, table, key in found[start:end]]
    return SearchPage(len(found), load(page))


def _plain(  # noqa: PLR0913, PLR0917
    db: "Session",
    source: AccessToken,
    tables: list[type[Row]],
    start: int,
    end: int | None,
    load: Load,
) -> SearchPage:
    total = 0
    rows: list[Row] = []
    for table in tables:
        ours = table.access_token_id == source.id
        count = db.scalar(select(func.count()).select_from(table).where(ours)) or 0
        first = max(0, start - total)
        wanted = None if end is None else max(0, end - total - first)
        if first < count and wanted != 0:
            query = select(table).where(ours).order_by(table.id).offset(first).limit(wanted)
            rows += rows_of(db, query)
        total += count
    return SearchPage(total, load(rows))


def rows_of(db: "Session", query: "Select[Any]") -> list[Row]:
    return list(db.scalars(query))


def _matches(
    db: "Session",
    source: AccessToken,
    tables: list[type[Row]],
    request: SearchRequest[Any],
    load: Load,
) -> Iterator[tuple[tuple[bool, Any], type[Row], int]]:
    """Give what to sort by, the table and the key of each row that the filter takes."""
    for table in tables:
        wanted = _filter_for(request, table)
        query = select(table).where(table.access_token_id == source.id)
        if request.filter is not None:
            query = query.where(*_narrowed(table, request.filter.ast))
        last = 0
        while rows := rows_of(db, query.where(table.id > last).order_by(table.id).limit(BATCH)):
            last = rows[-1].id
            for row, resource in zip(rows, load(rows), strict=True):
                if wanted is None or wanted.match(resource):
                    yield _sort_key(request, resource), table, row.id
            if len(rows) < BATCH:
                break


def _filter_for(request: SearchRequest[Any], table: type[Row]) -> Any:  # noqa: ANN401
    """Give the filter, bound to the class of what it is tried on."""
    if request.filter is None or request.filter.models:
        return request.filter
    kind: Any = model_of(USER if table is ScimUser else GROUP)
    return ScimFilter[kind](str(request.filter))


def _sort_key(request: SearchRequest[Any], resource: Resource[Any]) -> tuple[bool, Any]:
    if request.sort_by is None:
        return (False, "")
    value = request.sort_value(resource)
    return (value is None, "" if value is None else value)


def _narrowed(table: type[Row], node: "FilterNode") -> Iterator[ColumnElement[bool]]:
    """Give conditions that no match breaks."""
    if isinstance(node, LogicalExpr) and node.op == LogicalOperator.and_:
        for term in node.terms:
            yield from _narrowed(table, term)
    elif isinstance(node, ValuePath):
        inner = node.val_filter
        terms = inner.terms if isinstance(inner, LogicalExpr) else (inner,)
        if not isinstance(inner, LogicalExpr) or inner.op == LogicalOperator.and_:
            for term in terms:
                yield from _by_text(table, node.attr_path, term)
    elif isinstance(node, Comparison):
        column = COLUMNS[table].get(_name_of(node.attr_path))
        if column is not None and node.op == CompareOperator.eq and isinstance(node.value, str):
            yield column[0] == (node.value.lower() if column[1] else node.value)
        else:
            yield from _by_text(table, node.attr_path, node)


def _name_of(path: "AttrPath") -> str:
    return f"{path.attr}.{path.sub_attr}".lower() if path.sub_attr else path.attr.lower()


def _by_text(
    table: type[Row], path: "AttrPath", node: "FilterNode"
) -> Iterator[ColumnElement[bool]]:
    """Look for a value anywhere in the document: quicker than to read it, and never too narrow."""
    if not isinstance(node, Comparison) or node.op != CompareOperator.eq:
        return
    value, root = node.value, path.attr.lower()
    if not isinstance(value, str):
        return
    if root == "members" and table is ScimGroup:
        if _name_of(node.attr_path) in {"value", "members.value"}:
            yield table.id.in_(select(ScimMember.scim_group_id).where(ScimMember.value == value))
        return
    # A document's JSON writes such letters as they are; others it escapes.
    is_plain = value.isascii() and value.isprintable() and not set(value) & set('"\\/')
    if value and is_plain and root not in NOT_IN_DOCUMENT:
        text = func.lower(sql_cast(table.document, String))
        yield text.contains(value.lower(), autoescape=True)
