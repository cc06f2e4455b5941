"""What every command needs: the .ini file, and a database that is opened from it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
from pyramid.paster import get_appsettings
from sqlalchemy import Engine

from tracker.db import open_engine
from tracker.settings import Settings, read_settings


def config_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add --config FILE to a command."""
    return click.option(
        "--config",
        "ini",
        default="development.ini",
        show_default=True,
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        help="The .ini file with the settings.",
    )(command)


def settings_from(ini: Path) -> Settings:
    """Read the settings as the web application does.

    :raises tracker.settings.SettingsError: for a setting that is missing or unsafe.
    """
    return read_settings(get_appsettings(str(ini)))


def engine_from(ini: Path) -> Engine:
    """Open the database; it is closed again when the command ends."""
    engine = open_engine(settings_from(ini).database_url)
    command = click.get_current_context(silent=True)
    if command is not None:
        command.find_root().call_on_close(engine.dispose)
    return engine


organisation_option = click.option(
    "--organisation",
    "organisation_code",
    metavar="CODE",
    help="The organisation's code. May be left out where there is only one.",
)
