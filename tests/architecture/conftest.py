"""One walk through the whole service, as each of the demo people, for several tests to look at."""

import logging
from contextlib import contextmanager

import pytest
import structlog
from jinja2 import UndefinedError
from pyramid_jinja2 import IJinja2Environment
from structlog.testing import capture_logs

from tests.conftest import NOW
from tests.support.databases import PAGE_KINDS
from tests.support.walk import Walk
from tracker import main
from tracker.templating import NoSuchName

ENVIRONMENT = ".jinja2"


@pytest.fixture(scope="session", params=PAGE_KINDS)
def installation(request, installations):
    return installations(request.param)


class MisspeltName(NoSuchName):
    """Complains of a name that we misspelt as soon as it is asked for, even in an `if`.

    The NHS.UK components ask their own parameters, which are plain dicts, for much that is not
    there: they may.
    """

    def __init__(self, hint=None, obj=None, name=None, exc=UndefinedError):
        super().__init__(hint, obj, name, exc)
        if type(obj).__module__.startswith("tracker."):
            raise UndefinedError(f"{type(obj).__name__} has no {name!r}")


def templates_of(app):
    return app.registry.queryUtility(IJinja2Environment, name=ENVIRONMENT)


@pytest.fixture(scope="session")
def walked_app(demo_trust, tmp_path_factory):
    place = tmp_path_factory.mktemp("walked") / "trust.sqlite"
    app = main(None, **demo_trust.copy_to(place).settings)
    templates_of(app).undefined = MisspeltName
    yield app
    app.registry["db.engine"].dispose()


class Listener(logging.Handler):
    """Takes down what other libraries log."""

    def __init__(self, entries):
        super().__init__(logging.INFO)
        self._entries = entries

    def emit(self, record):
        self._entries.append({"event": record.getMessage(), "error": str(record.exc_info)})


@contextmanager
def everything_logged():
    before = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.INFO))
    with capture_logs() as entries:
        listener = Listener(entries)
        logging.getLogger().addHandler(listener)
        yield entries
        logging.getLogger().removeHandler(listener)
    structlog.configure(**before)


@pytest.fixture(scope="session")
def walk(walked_app, logged):
    """Every page that somebody can come to by following links."""
    with everything_logged() as entries:
        walk = Walk(walked_app, NOW).through_all()
    logged.extend(entries)
    return walk


@pytest.fixture(scope="session")
def logged():
    """What was logged during the walk."""
    return []
