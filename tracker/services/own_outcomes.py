"""A person's own alerts, in practice and at work: for that person and nobody else."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from tracker.services.brought_outcomes import alerts_text, practice_text

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tracker.security.identity import Identity


@dataclass(frozen=True, kw_only=True)
class OwnAlerts:
    """What there is to say of each, in sentences; empty where there is nothing."""

    practice: tuple[str, ...]
    at_work: tuple[str, ...]


def own_alerts(db: "Session", *, by: "Identity", secret: str | None, today: date) -> OwnAlerts:
    """Say how somebody's own alerts went. It takes no other person, so it can show none.

    At work only where the trust's feed brings staff numbers: kept as keyed hashes.
    """
    return OwnAlerts(
        practice=tuple(practice_text(db, by).splitlines()),
        at_work=tuple(alerts_text(db, by, secret, today).splitlines()),
    )
