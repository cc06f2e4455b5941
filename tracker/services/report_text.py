"""An outcome report as text that can be kept, and read again years later."""

import dataclasses
import enum
import json
import types
from datetime import date, datetime
from functools import cache
from typing import TYPE_CHECKING, Any, Union, get_args, get_origin, get_type_hints

from tracker.services.outcome_values import OutcomeReport

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

FORMAT = "competence-tracker/outcome-report/1"


def to_text(report: OutcomeReport) -> str:
    """Write the report as JSON; the same report always makes the same text."""
    content = {
        "format": FORMAT,
        **dataclasses.asdict(report, dict_factory=_without_own_numbers),
    }
    return json.dumps(content, default=_plain, ensure_ascii=False, indent=2) + "\n"


def from_text(text: str) -> OutcomeReport:
    """Read a report that was kept. What has come to reports since then is empty in it."""
    report: OutcomeReport = _read(OutcomeReport, json.loads(text))
    return report


def _without_own_numbers(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """Leave out the numbers by which our own tables know a measure."""
    return {name: value for name, value in pairs if name != "id"}


def _plain(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"no JSON for {type(value).__name__}")


@cache
def _hints(kind: type) -> "Mapping[str, Any]":
    return get_type_hints(kind)


def _read(kind: Any, value: Any) -> Any:  # noqa: ANN401 - whatever the field says that it is
    if value is None:
        return None
    if get_origin(kind) in (Union, types.UnionType):
        kind = next(one for one in get_args(kind) if one is not type(None))
    if get_origin(kind) is tuple:
        return tuple(_read(part, one) for part, one in _parts(get_args(kind), value))
    if isinstance(kind, type) and dataclasses.is_dataclass(kind):
        return _read_fields(kind, value)
    if kind in (date, datetime):
        return kind.fromisoformat(value)
    is_enum = isinstance(kind, type) and issubclass(kind, enum.Enum)
    return kind(value) if is_enum else value


def _parts(kinds: tuple[Any, ...], values: list[Any]) -> "Iterable[tuple[Any, Any]]":
    if kinds[1:] == (...,):
        return ((kinds[0], one) for one in values)
    return zip(kinds, values, strict=True)


def _read_fields(kind: type, value: "Mapping[str, Any]") -> Any:  # noqa: ANN401
    hints = _hints(kind)
    known = {
        one.name: _read(hints[one.name], value[one.name])
        for one in dataclasses.fields(kind)
        if one.name in value
    }
    if "id" in hints:
        known["id"] = 0
    return kind(**known)
