"""`tracker survey`: rounds for the whole trust."""

from pathlib import Path

import click

from tracker.cli import main
from tracker.cli.common import config_option, engine_from, organisation_option
from tracker.content.survey_questions import WORKSHOP_NAME
from tracker.db import session_for
from tracker.services.organisations import find_organisation
from tracker.services.survey_example import add_workshop


@main.group()
def survey() -> None:
    """Look after survey rounds."""


@survey.command("example")
@organisation_option
@config_option
def add_example(organisation_code: str | None, ini: Path) -> None:
    """Add the answers of a national workshop in 2017, as an example to look at and compare with."""
    with session_for(engine_from(ini)) as db:
        is_new = add_workshop(db, find_organisation(db, organisation_code).id)
    click.echo(f"{'Added' if is_new else 'It is there already'}: {WORKSHOP_NAME}")
