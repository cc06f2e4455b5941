"""The `tracker` command: one module a subject, each adding its commands to the group."""

import errno

import click
from sqlalchemy.exc import OperationalError, ProgrammingError

from integrations.errors import IntegrationError
from tracker.errors import TrackerError
from tracker.settings import SettingsError


class SpeakingGroup(click.Group):
    """Says a refusal as its sentence, not as a traceback."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except (TrackerError, SettingsError, IntegrationError) as refusal:
            raise click.ClickException(str(refusal)) from refusal
        except OperationalError as error:
            raise click.ClickException(_about_the_database(str(error.orig))) from error
        except ProgrammingError as error:
            if "does not exist" not in str(error.orig):
                raise
            raise click.ClickException(_about_the_database("no such table")) from error
        except OSError as error:
            if error.filename is None and error.errno != errno.ENOSPC:
                raise
            raise click.ClickException(_about_the_file(error)) from error


def _about_the_file(error: OSError) -> str:
    if error.errno == errno.ENOSPC:
        return "The disk is full, so the file was not written whole. Make room, and try again."
    return (
        f"The file or folder {error.filename} cannot be opened or written. Check that the folder "
        "is there, and that you may write to it."
    )


def _about_the_database(reason: str) -> str:
    if "locked" in reason:
        return "The database is busy with another change. Wait a minute, then try again."
    if "no such table" in reason:
        return "The database is new. Run: tracker migrate"
    return "The database did not answer. Check sqlalchemy.url in the settings file."


@click.group(cls=SpeakingGroup)
def main() -> None:
    """Run and look after the Competence Tracker."""


from tracker.cli import (  # noqa: E402 - each adds its commands to main
    check,  # noqa: F401
    database,  # noqa: F401
    demo,  # noqa: F401
    export,  # noqa: F401
    framework,  # noqa: F401
    hr,  # noqa: F401
    import_,  # noqa: F401
    nightly,  # noqa: F401
    organisation,  # noqa: F401
    outcomes,  # noqa: F401
    records,  # noqa: F401
    scim,  # noqa: F401
    serve,  # noqa: F401
    survey,  # noqa: F401
    sync,  # noqa: F401
    systems,  # noqa: F401
    verify,  # noqa: F401
    worker,  # noqa: F401
)
