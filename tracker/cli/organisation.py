"""`tracker organisation`: the trusts that this installation serves."""

from pathlib import Path

import click

from tracker.cli import main
from tracker.cli.common import config_option, engine_from
from tracker.db import session_for
from tracker.services.framework_seed import seed_framework
from tracker.services.organisations import add_organisation, find_organisation


@main.group()
def organisation() -> None:
    """Look after the organisations that this installation serves."""


@organisation.command()
@click.argument("code")
@click.argument("name")
@click.option("--vpd", metavar="NNN", help="Its number in ESR, found in the name of its files.")
@config_option
def add(code: str, name: str, vpd: str | None, ini: Path) -> None:
    """Add an organisation, or correct the name or VPD of one."""
    with session_for(engine_from(ini)) as db:
        is_new = add_organisation(db, code, name, vpd=vpd)
        if is_new:
            seed_framework(db, find_organisation(db, code))
    click.echo(f"{'Added' if is_new else 'Updated'} {code.strip().upper()}.")
