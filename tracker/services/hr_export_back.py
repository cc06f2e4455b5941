"""Compares what we handed to HR with what HR's next file says that people hold."""

from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import exists, select

from tracker.models import HRExportKind, HRExportLine, ReturnState, StaffMember
from tracker.services.hr_export import name_key

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy.orm import Session

    from integrations.hr.competences import HeldCompetenceRecord
    from tracker.models import Organisation

#: of an achievement that HR was asked to take away
WITHDRAWN_STATES = frozenset(
    {ReturnState.WITHDRAWN, ReturnState.STILL_THERE, ReturnState.TAKEN_AWAY}
)


def has_achievements(db: "Session", organisation_id: int) -> bool:
    """Tell whether anything was handed over that could come back."""
    return bool(
        db.scalar(
            select(
                exists().where(
                    HRExportLine.organisation_id == organisation_id,
                    HRExportLine.kind == HRExportKind.ACHIEVEMENTS,
                )
            )
        )
    )


def reconcile(
    db: "Session",
    organisation: "Organisation",
    records: "Iterable[HeldCompetenceRecord]",
    *,
    today: date,
    is_full: bool = False,
) -> dict[ReturnState, int]:
    """Note of each achievement whether it came back; gives how many are in which state.

    A full file that tells of competences tells of all: what came back once and is not in it any
    more was taken away.
    """
    rows = db.execute(
        select(HRExportLine, StaffMember.source_key)
        .join(StaffMember, StaffMember.id == HRExportLine.staff_member_id)
        .where(
            HRExportLine.organisation_id == organisation.id,
            HRExportLine.kind == HRExportKind.ACHIEVEMENTS,
        )
        .order_by(HRExportLine.id)
    ).all()
    lines: dict[tuple[str, str], list[HRExportLine]] = {}
    by_row: dict[str, HRExportLine] = {}
    for line, person_key in rows:
        lines.setdefault((person_key, line.hr_name_key), []).append(line)
        if line.hr_row_key:
            by_row[line.hr_row_key] = line
    seen: set[int] = set()
    tells_of_any = False
    for record in records:
        if record.is_deleted:
            _take_away(by_row.get(record.key), today=today)
            continue
        tells_of_any = True
        handed = lines.get((record.person_key or "", name_key(record.name)), [])
        # what was handed over again later takes the place of what went before
        meant = [one for one in handed if _is_same(one, record)] or handed[-1:]
        # and what stands, of what was withdrawn and agreed to anew
        for line in [one for one in meant if one.state not in WITHDRAWN_STATES] or meant:
            _compare(line, record, today=today)
            if line.hr_row_key == record.key:
                by_row[record.key] = line
                seen.add(line.id)
    if is_full and tells_of_any:
        withdrawn = (line for line, _ in rows if line.state in WITHDRAWN_STATES)
        for line in (*by_row.values(), *withdrawn):
            if line.id not in seen:
                _take_away(line, today=today)
    db.flush()
    states = [line.state for line, _ in rows]
    return {state: states.count(state) for state in ReturnState}


def _take_away(line: HRExportLine | None, *, today: date) -> None:
    """Note that HR does not have it any more."""
    if line is None:
        return
    state = ReturnState.TAKEN_AWAY if line.state in WITHDRAWN_STATES else ReturnState.GONE
    if line.state is not state:
        line.state, line.checked_on = state, today


def _is_same(line: HRExportLine, record: "HeldCompetenceRecord") -> bool:
    is_day = record.since is not None and record.since.isoformat() == line.facts["date_from"]
    # HR writes `1 - Level 1`
    return is_day and record.level.partition("-")[0].strip() in {"", line.facts["level"]}


def _compare(line: HRExportLine, record: "HeldCompetenceRecord", *, today: date) -> None:
    """Note one row of HR's. A row that is the same counts for more than another that differs."""
    if line.state in WITHDRAWN_STATES:
        line.state = ReturnState.STILL_THERE
        line.hr_row_key, line.checked_on = record.key[:80], today
        return
    is_same = _is_same(line, record)
    if line.state is ReturnState.CAME_BACK and line.hr_row_key != record.key and not is_same:
        return
    line.state = ReturnState.CAME_BACK if is_same else ReturnState.DIFFERS
    line.hr_row_key = record.key[:80]
    line.checked_on = today
