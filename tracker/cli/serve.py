"""The command behind `make run`."""

from pathlib import Path

from tracker.cli import main
from tracker.cli.common import config_option, engine_from
from tracker.cli.database import bring_up_to_date


@main.command()
@config_option
def start(ini: Path) -> None:
    """Serve; the first time, make the database and the demo trust."""
    bring_up_to_date(engine_from(ini))
    from pyramid.scripts.pserve import main as pserve

    pserve(["pserve", str(ini)])
