"""The command behind `make run`."""

import os
import sys
from pathlib import Path

from tracker.cli import main
from tracker.cli.common import config_option, engine_from, settings_from
from tracker.cli.database import bring_up_to_date
from tracker.cli.demo import build_first_trust, say_who_can_sign_in

SERVER = ("-m", "tracker.beside")


@main.command()
@config_option
def start(ini: Path) -> None:
    """Serve, and do what is due; the first time, make the database and the demo trust."""
    engine, settings = engine_from(ini), settings_from(ini)
    bring_up_to_date(engine)
    if settings.directory.is_demo:
        build_first_trust(ini)
        say_who_can_sign_in()
    engine.dispose()
    sys.stdout.flush()
    # The server takes the place of this process: what was needed until now is not kept in memory.
    os.execv(sys.executable, [sys.executable, *SERVER, str(ini)])  # noqa: S606 - words of ours
