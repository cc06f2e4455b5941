"""Serves, and keeps a worker beside the server: `tracker start` becomes this.

It stands outside of `tracker.cli`, which loads every command: the server is to stay small.
"""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from datetime import UTC, datetime

WORKER = (
    sys.executable,
    "-c",
    "from tracker.cli import main; main()",
    "worker",
    "--beside",
    "--config",
)
#: A worker that ended is started again after so long, and after twice as long each time it ends
#: sooner than it took to be worth starting.
FIRST_PAUSE, LONGEST_PAUSE = 5.0, 300.0
WORTH_STARTING = 600.0


def keep_worker(ini: str, *, pause: float = FIRST_PAUSE) -> None:
    """Start a worker, and another when it ends. All end when this process does, however it ends.

    Each reads from this process; when the line is cut, it puts down what it has in hand.
    """
    while True:
        started = time.monotonic()
        with subprocess.Popen([*WORKER, ini], stdin=subprocess.PIPE) as worker:  # noqa: S603
            status = worker.wait()
        if time.monotonic() - started > WORTH_STARTING:
            pause = FIRST_PAUSE
        sys.stderr.write(
            f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S} The worker ended (status {status}). "
            f"It is started again in {pause:.0f} seconds.\n"
        )
        time.sleep(pause)
        pause = min(2 * pause, LONGEST_PAUSE)


def main(ini: str) -> None:
    """Serve until Ctrl-C or SIGTERM."""
    from pyramid.scripts.pserve import main as serve

    threading.Thread(target=keep_worker, args=(ini,), name="worker", daemon=True).start()
    sys.exit(serve(["pserve", ini]))


if __name__ == "__main__":
    main(sys.argv[1])
