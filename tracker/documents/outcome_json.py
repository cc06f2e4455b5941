"""The outcome report as JSON: the same numbers as on the page, and no others."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tracker.services.outcome_values import OutcomeReport

FORMAT = "competence-tracker/outcome-report/1"


def outcome_json(report: OutcomeReport) -> str:
    """Write the report; the same report always makes the same text."""
    content = {"format": FORMAT, **asdict(report, dict_factory=_without_own_numbers)}
    return json.dumps(content, default=_plain, ensure_ascii=False, indent=2) + "\n"


def _without_own_numbers(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """Leave out the numbers by which our own tables know a measure."""
    return {name: value for name, value in pairs if name != "id"}


def _plain(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"no JSON for {type(value).__name__}")
