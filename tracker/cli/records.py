"""`tracker subject-access` and `tracker dispose`: what is held about somebody, and for how long."""

from datetime import UTC, datetime
from pathlib import Path

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.cli import main
from tracker.cli.common import config_option, engine_from, organisation_option, settings_from
from tracker.db import session_for
from tracker.documents.held_text import held_zip
from tracker.errors import NotFoundError
from tracker.jobs.sweep import sweep
from tracker.models import Organisation, StaffMember
from tracker.request import LONDON
from tracker.security.identity import System
from tracker.services.disposal import dispose
from tracker.services.evidence_files import FileStore, read_file
from tracker.services.organisations import find_organisation
from tracker.services.subject_access import all_held


@main.command("subject-access")
@click.argument("employee_number")
@click.option(
    "--out",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="The ZIP file to write. Only its owner can read it.",
)
@click.option(
    "--with-others-notes",
    is_flag=True,
    help="Also what others wrote about the person for themselves. Read it before you hand it over.",
)
@organisation_option
@config_option
def subject_access(
    employee_number: str,
    out: Path,
    *,
    with_others_notes: bool,
    organisation_code: str | None,
    ini: Path,
) -> None:
    """Write all that is held about one person, for a subject access request.

    The person sees in their own list that it was taken.
    """
    settings = settings_from(ini)
    with session_for(engine_from(ini)) as db:
        organisation = find_organisation(db, organisation_code)
        person = db.scalar(
            select(StaffMember).where(
                StaffMember.organisation_id == organisation.id,
                StaffMember.employee_number == employee_number,
            )
        )
        if person is None:
            raise NotFoundError("Nobody with this number is known here. Check the number.")
        held = all_held(
            db,
            person,
            secret=settings.secret,
            by=System(organisation_id=organisation.id),
            now=datetime.now(UTC).astimezone(LONDON),
            with_others_notes=with_others_notes,
        )
    files = {}
    if settings.evidence_folder is not None:
        store = FileStore(folder=settings.evidence_folder, largest=0)
        files = {f"{one}-{name}": read_file(store, one, hash_) for one, name, hash_ in held.files}
    out.touch(mode=0o600)
    out.write_bytes(held_zip(held, files))
    click.echo(f"Written: {out}. {len(held.sections)} kinds of record, {len(files)} files.")


@main.command("dispose")
@click.option("--look", is_flag=True, help="Only say what would go.")
@config_option
def dispose_now(ini: Path, *, look: bool) -> None:
    """Delete what is past its time by each organisation's schedule. The nightly job does it too."""
    settings, engine = settings_from(ini), engine_from(ini)
    with session_for(engine) as db:
        codes = db.scalars(select(Organisation.code).order_by(Organisation.code)).all()
    for code in codes:
        with Session(engine) as db:
            organisation = db.scalars(select(Organisation).where(Organisation.code == code)).one()
            counts = dispose(db, organisation, now=datetime.now(UTC)).counts
            if not look:
                db.commit()
        parts = ", ".join(f"{table} {number}" for table, number in sorted(counts.items()))
        click.echo(f"{code}: {parts or 'nothing is past its time'}")
    if not look:
        sweep(engine, settings.evidence_folder)
