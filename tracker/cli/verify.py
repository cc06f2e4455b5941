"""`tracker verify` says whether what was signed still is what is kept."""

import sys
from pathlib import Path

import click

from tracker.cli import main
from tracker.cli.common import config_option, engine_from
from tracker.db import session_for
from tracker.services.sealed_checks import check_sealed


@main.command()
@config_option
def verify(ini: Path) -> None:
    """Check signed records (seal, signatures, what was added) and published reports.

    Says which records do not fit, by number and without names, and then ends with 1.
    """
    with session_for(engine_from(ini)) as db:
        check = check_sealed(db)
    for problem in check.problems:
        click.echo(f"{problem.organisation}: {problem.record}: {problem.what}.", err=True)
    if check.problems:
        click.echo(
            f"{check.checked} signed records checked, {len(check.problems)} problems found. "
            "Keep the database as it is, and compare it with a backup.",
            err=True,
        )
        sys.exit(1)
    click.echo(f"{check.checked} signed records checked. All are as they were signed.")
