"""`tracker hr`: ESR's files as they come by themselves."""

from pathlib import Path

import click

from tracker.cli import main
from tracker.cli.common import config_option, engine_from, organisation_option, settings_from
from tracker.db import session_for
from tracker.models.base import now
from tracker.services.organisations import find_organisation


@main.group()
def hr() -> None:
    """Fetch ESR's files, and ask for a fresh full one."""


@hr.command()
@organisation_option
@config_option
def fetch(organisation_code: str | None, ini: Path) -> None:
    """Look into the drop folder (and the hub, if one is set) now, and take in what is new."""
    from tracker.jobs import hr_folder

    engine, settings = engine_from(ini), settings_from(ini)
    if settings.hr_folder is None:
        raise click.ClickException("Set hr.folder to the folder where ESR's files arrive.")
    with session_for(engine) as db:
        organisation_id = find_organisation(db, organisation_code).id
    moment = now()
    counts = hr_folder.work(
        engine, organisation_id, today=moment.date(), now=moment, settings=settings
    )
    click.echo(", ".join(f"{name}: {number}" for name, number in counts.items()))


@hr.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@organisation_option
@config_option
def request(folder: Path, organisation_code: str | None, ini: Path) -> None:
    """Write the file that asks ESR for a fresh full one, and hand it in if a hub is set."""
    from tracker.jobs import hr_folder

    engine = engine_from(ini)
    with session_for(engine) as db:
        organisation_id = find_organisation(db, organisation_code).id
    path = hr_folder.ask_for_full_file(
        engine, organisation_id, folder, settings=settings_from(ini), now=now()
    )
    click.echo(f"Written: {path}. It belongs into the folder In of the NHS Hub.")
