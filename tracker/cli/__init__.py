"""The `tracker` command: one module a subject, each adding its commands to the group."""

import click

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


@click.group(cls=SpeakingGroup)
def main() -> None:
    """Run and look after the Competence Tracker."""


from tracker.cli import (  # noqa: E402 - each adds its commands to main
    database,  # noqa: F401
    import_,  # noqa: F401
    organisation,  # noqa: F401
    outcomes,  # noqa: F401
    serve,  # noqa: F401
)
