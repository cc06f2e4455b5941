import json

import pytest
import webtest

from integrations.ldap.client import forget_failures
from tests.conftest import NOW
from tests.support.sign_in import BASE, DIRECTORY
from tracker import main


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
