"""Deletes files that no piece of evidence has any more: disposed of, or left over by a crash."""

import time
from itertools import islice
from pathlib import Path

import structlog
from sqlalchemy import Engine, select

from tracker.db import session_for
from tracker.models import Evidence

log = structlog.get_logger()

#: a file that is just coming in has no row yet
YOUNG = 24 * 60 * 60
CHUNK = 500


def sweep(engine: Engine, folder: Path | None) -> int:
    """Go through the folder; say how many files were deleted."""
    if folder is None or not folder.is_dir():
        return 0
    before, swept = time.time() - YOUNG, 0
    old = (one for one in folder.glob("*/*") if one.is_file() and one.stat().st_mtime < before)
    while chunk := list(islice(old, CHUNK)):
        with session_for(engine) as db:
            names = [one.name for one in chunk]
            known = set(db.scalars(select(Evidence.public_id).where(Evidence.public_id.in_(names))))
        for one in chunk:
            if one.name not in known:
                one.unlink(missing_ok=True)
                swept += 1
    if swept:
        log.info("evidence.swept", files=swept)
    return swept
