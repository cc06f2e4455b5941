"""`tracker export hr`: appraisal dates and achievements back to HR, and what came of them."""

from pathlib import Path

import click

from integrations.hr.competences import read_held
from integrations.hr.esr import open_file
from tracker.cli import main
from tracker.cli.common import config_option, engine_from, organisation_option
from tracker.db import session_for
from tracker.errors import InvalidInputError
from tracker.models import HRExportKind
from tracker.models.base import now
from tracker.request import LONDON
from tracker.security.identity import System
from tracker.services.hr_export import export_csv, make_export
from tracker.services.hr_export_back import reconcile
from tracker.services.organisations import find_organisation


@main.group()
def export() -> None:
    """Hand things over to other systems, as files."""


@export.command()
@click.option(
    "--out",
    default=".",
    show_default=True,
    type=click.Path(file_okay=False, exists=True, path_type=Path),
    help="The folder to write the files to.",
)
@click.option(
    "--came-back",
    "came_back",
    type=click.Path(dir_okay=False, exists=True, path_type=Path),
    metavar="FILE",
    help="Hand nothing over: look in this ESR file for what was handed over before.",
)
@organisation_option
@config_option
def hr(out: Path, came_back: Path | None, organisation_code: str | None, ini: Path) -> None:
    """Write what HR may know and has not had yet: appraisal dates and checked competences."""
    engine, moment = engine_from(ini), now()
    today = moment.astimezone(LONDON).date()
    with session_for(engine) as db:
        organisation = find_organisation(db, organisation_code)
        if came_back is not None:
            if organisation.vpd is None:
                raise InvalidInputError(
                    "Set the organisation's VPD first: tracker organisation add"
                )
            feed = open_file(came_back, organisation_vpd=organisation.vpd)
            states = reconcile(
                db,
                organisation,
                read_held(came_back, organisation_vpd=None),
                today=today,
                is_full=feed.file.kind == "full",
            )
            for state, number in states.items():
                click.echo(f"{state.value.replace('_', ' ')}: {number}")
            return
        by = System(organisation_id=organisation.id)
        made = make_export(db, organisation, by=by, now=moment, today=today)
        if made is None:
            click.echo("There is nothing that HR has not had yet.")
            return
        # Before the end of the transaction: where the disk is full, nothing counts as handed over.
        for kind in HRExportKind:
            if kind is HRExportKind.WITHDRAWALS and not made.counts[kind.value]:
                continue
            file = out / f"{kind.value}-{today}-{made.public_id}.csv"
            text = export_csv(db, organisation, made, kind)
            file.write_text("\ufeff" + text, encoding="utf-8", newline="")
            click.echo(f"{file}: {made.counts[kind.value]} lines")
