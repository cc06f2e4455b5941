"""The command behind `make run`."""

import signal
from pathlib import Path

from tracker.cli import main
from tracker.cli.common import config_option, engine_from, settings_from
from tracker.cli.database import bring_up_to_date
from tracker.cli.demo import build_first_trust, say_who_can_sign_in


@main.command()
@config_option
def start(ini: Path) -> None:
    """Serve, and do what is due; the first time, make the database and the demo trust."""
    engine, settings = engine_from(ini), settings_from(ini)
    bring_up_to_date(engine)
    if settings.directory.is_demo:
        build_first_trust(ini)
        say_who_can_sign_in()
    from pyramid.scripts.pserve import main as pserve

    from tracker.jobs.worker import build_worker

    worker = build_worker(settings, listens=False)
    signal.signal(signal.SIGTERM, _stop)
    worker.start()
    try:
        pserve(["pserve", str(ini)])
    finally:
        worker.stop(graceful=True)


def _stop(_number: int, _frame: object) -> None:
    """End as Ctrl-C does, so that the worker puts down what it has in hand."""
    raise SystemExit(0)
