"""Failed sign-ins are slowed, by account and by address."""

import pytest

from tests.support.sign_in import later, sign_in, without_token

pytestmark = pytest.mark.enable_socket


@pytest.mark.usefixtures("mo")
class TestTooManyTries:
    def test_after_three_even_the_right_password_waits(self, browser):
        for _ in range(3):
            sign_in(browser, password="wrong", status=403)

        page = sign_in(browser, status=429)

        assert "too many tries" in page
        assert "wait 31 minutes" in page

    def test_a_name_that_is_no_account_waits_alike(self, browser):
        for name in ("mo.manager", "no.body"):
            answers = [without_token(sign_in(browser, name, "x", status="4*")) for _ in range(4)]
            assert "wait 31 minutes" in answers[-1]

    def test_other_spellings_of_the_name_are_the_same_account(self, browser):
        for name in ("Mo.Manager", " mo.manager", "\uff4do.manager"):
            sign_in(browser, name, "wrong", status=403)

        sign_in(browser, "mo.manager", status=429)

    def test_another_account_need_not_wait(self, browser, factories):
        factories.StaffMember(email="mail.only@trust.test")
        for _ in range(4):
            sign_in(browser, password="wrong", status="4*")

        sign_in(browser, "mail.only")

    def test_the_wait_ends(self, browser):
        for _ in range(3):
            sign_in(browser, password="wrong", status=403)
        later(browser, minutes=30)
        sign_in(browser, status=429)
        later(browser, minutes=1)

        sign_in(browser)

    def test_a_right_password_starts_the_count_anew(self, browser):
        for _ in range(2):
            sign_in(browser, password="wrong", status=403)
        sign_in(browser)
        browser.reset()

        for _ in range(3):
            sign_in(browser, password="wrong", status=403)
        sign_in(browser, status=429)

    def test_behind_a_proxy_it_is_the_persons_own_address_that_counts(
        self, open_browser, demo_settings, other_settings
    ):
        limits = {"directory.address_failures": "5", "tracker.trusted_proxies": "10.0.0.9"}
        app = other_settings(demo_settings | limits)
        browser = open_browser(app, address="10.0.0.9")

        def come_from(*addresses):
            browser.extra_environ["HTTP_X_FORWARDED_FOR"] = ", ".join(addresses)

        for number in range(5):
            come_from(f"198.51.100.{number}", "192.0.2.1")  # the first is what the person claims
            sign_in(browser, f"guess{number}", "demo", status=403)

        sign_in(browser, status=429)
        come_from("192.0.2.1", "192.0.2.2")
        sign_in(browser)

    def test_nobody_but_a_proxy_says_where_somebody_is(
        self, open_browser, demo_settings, other_settings
    ):
        app = other_settings(demo_settings | {"directory.address_failures": "5"})
        browser = open_browser(app)
        for number in range(5):
            browser.extra_environ["HTTP_X_FORWARDED_FOR"] = f"192.0.2.{number}"
            sign_in(browser, f"guess{number}", "demo", status=403)

        sign_in(browser, status=429)

    def test_one_address_cannot_try_account_after_account(
        self, open_browser, demo_settings, other_settings
    ):
        app = other_settings(demo_settings | {"directory.address_failures": "5"})
        here, elsewhere = (open_browser(app, address=f"10.0.0.{n}") for n in (1, 2))
        for number in range(5):
            sign_in(here, f"guess{number}", "demo", status=403)

        sign_in(here, status=429)
        sign_in(elsewhere)
        later(here, minutes=10)
        sign_in(here)
