import json

import pytest
import webtest

from integrations.ldap.client import forget_failures
from integrations.oidc import keys
from tests.conftest import NOW
from tests.support.oidc import CLIENT, SECRET, running
from tests.support.sign_in import BASE, DIRECTORY
from tracker import main
from tracker.settings import read_settings


@pytest.fixture(scope="module")
def demo_settings(settings, tmp_path_factory):
    file = tmp_path_factory.mktemp("demo") / "directory.json"
    file.write_text(json.dumps({"entries": DIRECTORY}))
    return settings | {
        "directory.urls": "demo",
        "directory.demo_file": str(file),
        "directory.base_dn": BASE,
        "directory.group_base_dn": f"ou=groups,{BASE}",
        "directory.roles": (
            f"CN=Quality,OU=groups,{BASE} = quality_lead\nquality = administrator@XX9"
        ),
    }


@pytest.fixture(scope="module")
def demo_app(demo_settings):
    app = main(None, **demo_settings)
    yield app
    app.registry["db.engine"].dispose()


@pytest.fixture
def other_settings(demo_app):
    """Let the one app go by other settings for a test: to build another takes seconds."""
    kept = demo_app.registry["tracker.settings"]

    def other_settings(lines):
        demo_app.registry["tracker.settings"] = read_settings(lines)
        return demo_app

    yield other_settings
    demo_app.registry["tracker.settings"] = kept


@pytest.fixture(autouse=True)
def _every_server_is_thought_well():
    forget_failures()


@pytest.fixture
def open_browser(db, tm):
    def open_browser(app, *, at=NOW, address="127.0.0.1"):
        environ = {
            "tm.active": True,
            "tm.manager": tm,
            "tracker.db": db,
            "tracker.now": at,
            "REMOTE_ADDR": address,
        }
        return webtest.TestApp(app, extra_environ=environ)

    return open_browser


@pytest.fixture
def browser(demo_app, open_browser):
    return open_browser(demo_app)


@pytest.fixture
def mo(factories):
    return factories.StaffMember(
        employee_number="10000001", given_name="Mo", family_name="Manager", email="mo@trust.test"
    )


@pytest.fixture(scope="module")
def running_provider():
    with running(NOW) as provider:
        yield provider


@pytest.fixture
def provider(running_provider):
    """The one provider, as good as new."""
    keys.forget()
    provider = running_provider
    provider.claims, provider.userinfo, provider.spoil, provider.asked = {}, {}, {}, []
    provider.client_key = None
    yield provider
    keys.forget()


@pytest.fixture(scope="module")
def apps(settings, running_provider):
    """Apps with this provider, each built once."""
    built = {}

    def app_with(more):
        lines = {
            "oidc.issuer": running_provider.address,
            "oidc.client_id": CLIENT,
            "oidc.client_secret": SECRET,
            "oidc.label": "NHS CIS2",
            "oidc.claim.employee_number": "employee",
            "oidc.answer_limit": "0.5",
            "directory.roles": "Leads = quality_lead",
        } | more
        name = str(more)
        built[name] = built.get(name) or main(None, **settings, **lines)
        return built[name]

    yield app_with
    for app in built.values():
        app.registry["db.engine"].dispose()


@pytest.fixture
def start(apps, db, tm, now):
    """Give somebody's browser, at the app with these settings."""

    def start(**more):
        environ = {
            "tm.active": True,
            "tm.manager": tm,
            "tracker.db": db,
            "tracker.now": now,
            "REMOTE_ADDR": "127.0.0.1",
        }
        return webtest.TestApp(apps(more), extra_environ=environ)

    return start
