"""`tracker framework`: what competences a trust works with."""

from pathlib import Path

import click

from tracker.cli import main
from tracker.cli.common import config_option, engine_from, organisation_option
from tracker.db import session_for
from tracker.services.framework_seed import seed_framework
from tracker.services.organisations import find_organisation


@main.group()
def framework() -> None:
    """Look after the frameworks of digital skills and what each role needs."""


@framework.command()
@organisation_option
@config_option
def add(organisation_code: str | None, ini: Path) -> None:
    """Add the framework, tasks and role profiles that we ship, or those that came since.

    What the organisation has already stays as it is.
    """
    with session_for(engine_from(ini)) as db:
        name = seed_framework(db, find_organisation(db, organisation_code)).name
    click.echo(f"Up to date: {name}.")
