"""The outcome report as JSON: the same numbers as on the page, and no others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tracker.services.report_text import to_text

if TYPE_CHECKING:
    from tracker.services.outcome_values import OutcomeReport


def outcome_json(report: OutcomeReport) -> str:
    """Write the report; the same report always makes the same text."""
    return to_text(report)
