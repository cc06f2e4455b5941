"""The whole app behind a real web server on loopback, at a moment of the tests' choosing."""

import time
from contextlib import contextmanager
from datetime import timedelta

from webtest.http import StopableWSGIServer

from tracker import main


class Clock:
    """Starts at a given moment and goes on from there at its usual speed."""

    def __init__(self, start):
        self._start = start
        self._began = time.monotonic()

    @property
    def now(self):
        return self._start + timedelta(seconds=time.monotonic() - self._began)


class Site:
    """The running app: where it is, and its database to look into."""

    def __init__(self, address, app):
        self.address = address
        self.app = app
        self.engine = app.registry["db.engine"]


@contextmanager
def serve(settings, *, now):
    """Serve until the block ends."""
    app, clock = main(None, **settings), Clock(now)

    def at_our_time(environ, start_response):
        environ["tracker.now"] = clock.now
        return app(environ, start_response)

    server = StopableWSGIServer.create(at_our_time, host="127.0.0.1", threads=4)
    try:
        yield Site(f"http://127.0.0.1:{server.adj.port}", app)
    finally:
        server.shutdown()
        server.runner.join(timeout=5)
        app.registry["db.engine"].dispose()
