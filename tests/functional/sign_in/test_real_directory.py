"""The sign-in page against a real directory, and against servers in trouble."""

import pytest

from tests.support.sign_in import later, sign_in
from tests.support.slapd import (
    BASE,
    LOCKED_AFTER,
    SERVICE_DN,
    SERVICE_PASSWORD,
    free_port,
    mute_port,
)
from tracker.models import SignInAttempt

pytestmark = pytest.mark.enable_socket


@pytest.mark.ldap
class TestARealDirectory:
    @pytest.fixture
    def real_browser(self, settings, slapd, open_browser, other_settings):
        def real_browser(**changes):
            real = {
                "directory.urls": slapd.url,
                "directory.base_dn": f"ou=people,{BASE}",
                "directory.bind_dn": SERVICE_DN,
                "directory.bind_password": SERVICE_PASSWORD,
                "directory.ca_file": slapd.ca_file,
            }
            return open_browser(other_settings(settings | real | changes))

        return real_browser

    def test_a_person_signs_in(self, real_browser, factories):
        factories.StaffMember(employee_number="20000007", given_name="Real")

        assert "Hello, Real" in sign_in(real_browser(), "person7", "password 7").follow()

    @pytest.mark.parametrize(
        ("username", "password", "says"),
        [
            ("person7", "wrong", "is not right"),
            ("nobody", "password 7", "is not right"),
            ("locked", "password 901", "is locked"),
            ("reset", "password 902", "choose a new password"),
            ("expired", "password 903", "too old"),
        ],
    )
    def test_each_kind_of_no_has_its_own_words(self, real_browser, username, password, says):
        assert says in sign_in(real_browser(), username, password, status=403)

    def test_nobody_can_lock_an_account_through_us(self, real_browser, slapd, lockable, factories):
        username, password = lockable
        number = int(password.removeprefix("password "))
        factories.StaffMember(employee_number=f"{20_000_000 + number}")
        browser = real_browser()

        for _ in range(20):
            sign_in(browser, username, "wrong", status="4*")

        assert slapd.failures_counted(username) == LOCKED_AFTER - 2
        later(browser, minutes=31)
        sign_in(browser, username, password)

    @pytest.mark.parametrize(
        ("trouble", "says"),
        [
            ("down", "We cannot reach"),
            ("slow", "took too long to answer"),
            ("certificate", "could not be sure"),
            ("setup", "not set up right"),
        ],
    )
    def test_each_kind_of_trouble_has_its_own_words(self, real_browser, slapd, db, trouble, says):
        with mute_port() as mute:
            changes = {
                "down": {"directory.urls": f"ldaps://127.0.0.1:{free_port()}"},
                "slow": {
                    "directory.urls": f"ldaps://127.0.0.1:{mute}",
                    "directory.total_limit": "0.5",
                },
                "certificate": {"directory.ca_file": slapd.other_ca_file},
                "setup": {"directory.bind_password": "old"},
            }
            page = sign_in(real_browser(**changes[trouble]), "person7", "x", status=503)

        assert "Sign-in is not working just now" in page
        assert says in page
        assert db.query(SignInAttempt).count() == 0  # not the person's doing
