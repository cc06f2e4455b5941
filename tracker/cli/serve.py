"""The command behind `make run`."""

import os
import subprocess
import sys
from pathlib import Path

from tracker.cli import main
from tracker.cli.common import config_option, engine_from, settings_from
from tracker.cli.database import bring_up_to_date
from tracker.cli.demo import build_first_trust, say_who_can_sign_in

WORKER = "from tracker.cli import main; main()"
SERVER = ("-W", "ignore:pkg_resources is deprecated", "-m", "pyramid.scripts.pserve")


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
    _start_worker(ini)
    sys.stdout.flush()
    # The server takes the place of this process: what was needed until now is not kept in memory.
    os.execv(sys.executable, [sys.executable, *SERVER, str(ini)])  # noqa: S606 - words of ours


def _start_worker(ini: Path) -> None:
    """Start what does what is due, in a process of its own that ends when the server does."""
    command = [sys.executable, "-c", WORKER, "worker", "--beside", "--config", str(ini)]
    worker = subprocess.Popen(command, stdin=subprocess.PIPE)  # noqa: S603 - words of ours
    line = worker.stdin
    if line is None:  # pragma: no cover - asked for above
        raise RuntimeError("the worker has no line to the server")
    # The server holds it open without knowing; however it ends, the line is cut.
    os.set_inheritable(line.fileno(), True)
