"""What an import brought, in numbers, and which lines it left out."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, TypeVar

from sqlalchemy import insert

from integrations.tables.rows import RejectedRow
from tracker.models import RejectedRecord

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy.orm import Session

Row = TypeVar("Row")

#: more months are said by their first and last
MOST_MONTHS = 6
#: An empty value goes in as one, so that rows with and without it travel in the same statement.
ONE_STATEMENT = {"render_nulls": True}


@dataclass(kw_only=True)
class Tally:
    """Counts as an import goes along. What is restated was there before with other numbers."""

    read: int = 0
    added: int = 0
    restated: int = 0
    unchanged: int = 0
    removed: int = 0
    rejected: list[RejectedRow] = field(default_factory=list)
    #: refused lines that are only counted
    rejected_beyond: int = 0
    #: what else is worth a number on the run's page
    notes: Counter[str] = field(default_factory=Counter)
    #: months of which something else was said before
    restated_months: set[date] = field(default_factory=set)
    #: sentences for the run's page
    said: list[str] = field(default_factory=list)

    def reject(self, line: int, reason: str) -> None:
        self.rejected.append(RejectedRow(line=line, reason=reason))

    def say_restated(self) -> None:
        """Say which months have other numbers than before: reports that used them differ now."""
        months = [f"{month:%m/%Y}" for month in sorted(self.restated_months)]
        if months:
            said = ", ".join(months)
            if len(months) > MOST_MONTHS:
                said = f"{len(months)}, from {months[0]} to {months[-1]}"
            self.said.append(f"Months with other numbers than before: {said}.")

    def go_on_from(self, counts: "Mapping[str, int]") -> None:
        """Count on from what an import had come to when it was stopped."""
        more = dict(counts)
        for name in ("read", "added", "restated", "removed", "unchanged"):
            setattr(self, name, more.pop(name, 0))
        self.rejected_beyond = more.pop("rejected", 0)
        self.notes.update(more)

    @property
    def changed_anything(self) -> bool:
        return bool(self.added or self.restated or self.removed)

    def counts(self) -> dict[str, int]:
        return {
            "read": self.read,
            "added": self.added,
            "restated": self.restated,
            "removed": self.removed,
            "unchanged": self.unchanged,
            "rejected": len(self.rejected) + self.rejected_beyond,
            **self.notes,
        }


def good_rows(rows: "Iterable[Row | RejectedRow]", tally: Tally) -> Iterator[Row]:
    """Pass on what can be used, and note the rest."""
    for row in rows:
        tally.read += 1
        if isinstance(row, RejectedRow):
            tally.rejected.append(row)
        else:
            yield row


def keep_rejected(
    db: "Session", rejected: "Iterable[RejectedRow]", *, organisation_id: int, run_id: int
) -> None:
    records = [
        {
            "organisation_id": organisation_id,
            "import_run_id": run_id,
            "line": row.line,
            "reason": row.reason,
        }
        for row in rejected
    ]
    if records:
        db.execute(insert(RejectedRecord), records)
