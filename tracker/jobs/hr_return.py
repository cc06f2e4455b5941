"""Looks, in a file that HR sends anyway, for what was handed to HR before."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

from integrations.hr.competences import read_held
from integrations.hr.esr import is_esr_file
from tracker.models import Organisation
from tracker.services.hr_export_back import has_achievements, reconcile

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

log = structlog.get_logger()


def look_for_returns(
    db: "Session", file: Path, organisation_id: int, *, today: date, is_full: bool
) -> None:
    """Note which achievements came back in a file that was checked, with what else it brings."""
    if not has_achievements(db, organisation_id) or not is_esr_file(file):
        return
    organisation = db.get_one(Organisation, organisation_id)
    held = read_held(file, organisation_vpd=None)
    states = reconcile(db, organisation, held, today=today, is_full=is_full)
    log.info("hr_returns_seen", **{state.value: number for state, number in states.items()})
