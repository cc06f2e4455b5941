"""What HR was told of a verification, for the person whose it is."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import or_, select

from tracker.models import HRExport, HRExportKind, HRExportLine, ReturnState

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tracker.models import Verification


@dataclass(frozen=True, kw_only=True)
class Told:
    """When HR was told, when it was asked to take it away, and what its file said since."""

    told_at: datetime
    asked_at: datetime | None
    state: ReturnState
    checked_on: date | None


def told_of(db: "Session", record: "Verification") -> Told | None:
    """Say what HR was told last; none where it has never heard of it."""
    lines = db.execute(
        select(HRExportLine, HRExport.made_at)
        .join(HRExport, HRExport.id == HRExportLine.hr_export_id)
        .where(
            or_(
                HRExportLine.verification_id == record.id,
                HRExportLine.past_verification_id == record.id,
            )
        )
        .order_by(HRExportLine.id)
    ).all()
    told = [(line, at) for line, at in lines if line.kind is HRExportKind.ACHIEVEMENTS]
    if not told:
        return None
    line, told_at = told[-1]
    asked = [at for one, at in lines if one.kind is HRExportKind.WITHDRAWALS]
    return Told(
        told_at=told_at,
        asked_at=asked[-1] if line.verification_id is None and asked else None,
        state=line.state,
        checked_on=line.checked_on,
    )
