"""Makes an outcome report as a file, for `tracker report`."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from tracker.db import session_for
from tracker.documents.outcome_document import outcome_document
from tracker.documents.outcome_json import outcome_json
from tracker.documents.outcome_page import report_html
from tracker.errors import NotFoundError
from tracker.models import Organisation, OrganisationUnit
from tracker.security.identity import System
from tracker.services.organisations import find_organisation
from tracker.services.outcome_report import outcome_report
from tracker.services.outcome_values import Audience, OutcomeReport
from tracker.services.unit_lookup import UnknownUnitError, load_units

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Engine
    from sqlalchemy.orm import Session


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Which report, for whom, and in which form."""

    organisation_code: str | None
    unit_code: str | None
    first_month: date
    last_month: date
    audience: str
    kind: str
    made_at: datetime


def write_report(engine: "Engine", asked: Asked, out: "Path") -> str:
    """Write the file, and say in one line what is in it."""
    with session_for(engine) as db:
        organisation = find_organisation(db, asked.organisation_code)
        report = outcome_report(
            db,
            organisation,
            find_unit(db, organisation, asked.unit_code, today=asked.made_at.date()),
            first_month=asked.first_month,
            last_month=asked.last_month,
            audience=Audience(asked.audience),
            by=System(organisation_id=organisation.id),
            today=asked.made_at.date(),
        )
    content = _content(report, asked)
    out.write_bytes(content)
    said = " ".join(report.summary)
    return f"Wrote {out} ({len(content):,} bytes). {said}"


def _content(report: OutcomeReport, asked: Asked) -> bytes:
    if asked.kind == "json":
        return outcome_json(report).encode()
    document = outcome_document(report, made_at=asked.made_at)
    if asked.kind == "html":
        return report_html(document).encode()
    from tracker.documents.report_pdf import report_pdf

    return report_pdf(document)


def find_unit(
    db: "Session", organisation: Organisation, code: str | None, *, today: date
) -> OrganisationUnit | None:
    """Give the unit with this code; none for the whole organisation."""
    if code is None:
        return None
    try:
        unit_id = load_units(db, organisation, today=today).find(code)
    except UnknownUnitError:
        raise NotFoundError(
            "There is no unit with that code, or more than one. Check the code."
        ) from None
    return db.get(OrganisationUnit, unit_id) if unit_id is not None else None
