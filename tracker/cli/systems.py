"""`tracker systems`: the register of digital systems, as a file."""

from datetime import date
from pathlib import Path

import click

from integrations.systems.csv_file import read_register, write_register
from tracker.cli import main
from tracker.cli.common import config_option, engine_from, organisation_option
from tracker.db import session_for
from tracker.models.base import now
from tracker.request import LONDON
from tracker.security.identity import System
from tracker.services.organisations import find_organisation
from tracker.services.systems_exchange import (
    RegisterChange,
    apply_register,
    changes_of,
    export_register,
)

MOST_SHOWN = 50


@main.group()
def systems() -> None:
    """Look after the register of digital systems."""


@systems.command("export")
@click.option(
    "--out",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="The CSV file to write.",
)
@organisation_option
@config_option
def export_systems(out: Path, organisation_code: str | None, ini: Path) -> None:
    """Write the register to a CSV file."""
    with session_for(engine_from(ini)) as db:
        register = export_register(db, find_organisation(db, organisation_code), today=_today())
    try:
        out.write_bytes(write_register(register).encode())
    except OSError as why:
        raise click.ClickException(f"The file cannot be written: {why.strerror}.") from why
    click.echo(f"Wrote {out}: {len(register)} systems.")


@systems.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--apply", "is_applied", is_flag=True, help="Keep it.")
@click.option("--end-gone", is_flag=True, help="End today what is not in the file.")
@organisation_option
@config_option
def import_systems(
    file: Path, organisation_code: str | None, *, is_applied: bool, end_gone: bool, ini: Path
) -> None:
    """Show what a register file would change; with --apply, change it."""
    records = read_register(file)
    today = _today()
    with session_for(engine_from(ini)) as db:
        organisation = find_organisation(db, organisation_code)
        if is_applied:
            by = System(organisation_id=organisation.id)
            changes = apply_register(
                db, organisation, records, ends_gone=end_gone, by=by, today=today
            )
        else:
            changes = changes_of(db, organisation, records, today=today)
    _say("Added", changes.added)
    _say("Changed", changes.changed)
    _say("Gone from the file", changes.gone)
    click.echo(f"As before: {changes.unchanged}")
    if changes.is_nothing and not changes.gone:
        click.echo("Nothing to do: the file says the same as the register.")
    elif is_applied:
        ended = "ended today" if end_gone else "left as it is"
        click.echo(f"Kept. What is gone from the file is {ended}.")
    else:
        click.echo("Nothing is kept yet. To keep it, add --apply.")


def _say(word: str, some: tuple[RegisterChange, ...]) -> None:
    click.echo(f"{word}: {len(some)}")
    for one in some[:MOST_SHOWN]:
        click.echo(f"  {one.key} ({one.name})" + (f": {', '.join(one.what)}" if one.what else ""))
    if len(some) > MOST_SHOWN:
        click.echo(f"  and {len(some) - MOST_SHOWN} more")


def _today() -> date:
    return now().astimezone(LONDON).date()
