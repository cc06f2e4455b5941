import gc
import json
import logging
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from functools import partial
from types import SimpleNamespace

import pytest
import structlog
import transaction
import webtest
from pyramid.interfaces import ISessionFactory
from pyramid.request import Request
from pyramid.response import Response
from sqlalchemy.orm import Session
from xdist.scheduler import LoadScopeScheduling

from tests.support import databases, signing
from tests.support import factories as all_factories
from tests.support.chromium import chromium
from tests.support.demo_trust import DemoTrust, build_trust
from tests.support.once import once, templates_are_kept
from tests.support.slapd import lockable, slapd
from tracker import main
from tracker.security.policy import TOKEN_KEY
from tracker.security.sessions import start_session

__all__ = ["chromium", "lockable", "slapd"]

#: The day on which every test takes place.
NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
SECRET = "a secret of the tests, long enough to pass"
DEMO_STAFF = 120


class ByFile(LoadScopeScheduling):
    """Keeps what shares a dear fixture on one core: the tests of a file.

    All that looks at the whole app shares one walk through it; a journey in a browser shares
    nothing. (Groups that are named by a mark are not heeded: pytest 9.2 names tests anew.)
    """

    def _split_scope(self, nodeid):
        path = nodeid.split("::")[0]
        if path.startswith("tests/architecture/"):
            return "tests/architecture"
        return nodeid if path.startswith("tests/browser/") else path


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    return ByFile(config, log) if config.getvalue("dist") == "loadscope" else None


#: The collector of unused memory goes through all that is loaded far less often: a tenth less work.
gc.set_threshold(100_000, 20, 20)


def pytest_collection_finish():
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def _quiet_logs():
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))


@pytest.fixture(scope="session")
def installations(tmp_path_factory):
    """The app on each kind of database: set up once, though the tests go to and fro."""
    made = {}
    with ExitStack() as end:

        def installation(kind):
            if kind not in made:
                folder = tmp_path_factory.mktemp(kind)
                made[kind] = end.enter_context(install(kind, folder))
            return made[kind]

        yield installation


@contextmanager
def install(kind, folder):
    people = folder / "people.json"
    people.write_text(json.dumps({"entries": signing.ENTRIES}))
    with databases.fresh_database(kind, folder) as url:
        settings = {
            "evidence.folder": str(folder / "evidence"),
            "directory.urls": "demo",
            "directory.demo_file": str(people),
            "directory.base_dn": signing.BASE,
            "sqlalchemy.url": url,
            "tracker.secret": SECRET,
            "tracker.secure_cookies": "false",
            **templates_are_kept(),
        }
        app = main(None, **settings)
        yield SimpleNamespace(settings=settings, app=app)
        app.registry["db.engine"].dispose()


@pytest.fixture(scope="session", params=databases.KINDS)
def installation(request, installations):
    return installations(request.param)


@pytest.fixture(scope="session")
def settings(installation):
    return installation.settings


@pytest.fixture(scope="session")
def app(installation):
    return installation.app


@pytest.fixture(scope="session")
def engine(app):
    return app.registry["db.engine"]


@pytest.fixture(scope="session")
def demo_trust():
    """A small demo trust on SQLite, loaded once. Copy it before anything is written."""
    return DemoTrust.of(once("trust", partial(build_trust, staff=DEMO_STAFF, now=NOW)))


@pytest.fixture
def now():
    return NOW


@pytest.fixture
def today():
    return NOW.date()


@pytest.fixture
def db(engine):
    """A real session inside a transaction that is always undone."""
    with engine.connect() as connection:
        outer = connection.begin()
        session = Session(connection, join_transaction_mode="create_savepoint")
        yield session
        session.close()
        outer.rollback()


@pytest.fixture
def factories(db):
    all_factories.use_session(db)
    return all_factories


@pytest.fixture
def organisation(factories):
    return factories.the_organisation()


@pytest.fixture
def directory(db):
    """Who the app's directory knows: `directory.add(person)` gives a user name and password."""
    return signing.KnownPeople(db)


@pytest.fixture
def tm():
    manager = transaction.TransactionManager(explicit=True)
    manager.begin()
    manager.doom()
    yield manager
    manager.abort()


@pytest.fixture
def browser(app, db, tm):
    """The whole app, sharing the test's session, with nobody signed in."""
    return webtest.TestApp(
        app,
        extra_environ={
            "tm.active": True,
            "tm.manager": tm,
            "tracker.db": db,
            "tracker.now": NOW,
            "REMOTE_ADDR": "127.0.0.1",
        },
    )


@pytest.fixture
def sign_in(app, browser, db):
    """Sign somebody in past the sign-in page: with a session of the real kind."""

    def sign_in(person, *roles):
        db.flush()
        token = start_session(db, person, roles, now=NOW)
        db.flush()
        browser.reset()  # the last person's cookie would go before this one
        browser.set_cookie("tracker", _session_cookie(app, {TOKEN_KEY: token}))
        return person

    return sign_in


def _session_cookie(app, values):
    request = Request.blank("/")
    request.registry = app.registry
    session = app.registry.getUtility(ISessionFactory)(request)
    session.update(values)
    session.changed()
    response = Response()
    request._process_response_callbacks(response)  # noqa: SLF001 - the only way to get the cookie
    header = response.headers["Set-Cookie"]
    return header.split("tracker=", 1)[1].split(";", 1)[0]
