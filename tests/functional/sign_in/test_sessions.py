"""How a session begins and ends, and what its cookie is."""

from datetime import timedelta

import pytest

from tests.conftest import NOW
from tests.support.sign_in import form_token, later, sign_in, with_cookie
from tracker import main
from tracker.models import AuditEvent, AuditKind, SignInSession

pytestmark = pytest.mark.enable_socket


@pytest.mark.usefixtures("mo")
class TestTheSession:
    def test_a_stranger_cannot_fix_it_beforehand(self, browser):
        browser.get("/sign-in")
        before = browser.cookies["tracker"]
        sign_in(browser)

        with_cookie(browser, before).get("/", status=303)

    def test_signing_in_over_somebody_ends_their_session(self, browser, db):
        sign_in(browser)
        first = browser.cookies["tracker"]
        typed = {"username": "mo.manager", "password": "demo", "csrf_token": form_token(browser)}
        browser.post("/sign-in", typed, status=303)

        ended = [row.ended_at for row in db.query(SignInSession).order_by(SignInSession.id)]
        assert ended == [NOW, None]
        with_cookie(browser, first).get("/", status=303)

    def test_the_form_token_is_a_new_one(self, browser):
        before = form_token(browser)
        sign_in(browser)

        assert form_token(browser) != before

    def test_only_the_hash_of_the_token_is_kept(self, browser, db):
        sign_in(browser)

        kept = db.query(SignInSession).one().token_hash
        assert len(kept) == 64

    def test_it_ends_after_half_an_hour_without_a_click(self, browser):
        sign_in(browser)
        later(browser, minutes=29)
        browser.get("/", status=200)
        later(browser, minutes=29)
        browser.get("/", status=200)
        later(browser, minutes=31)

        browser.get("/", status=303)

    def test_it_ends_after_eight_hours_however_busy(self, browser):
        sign_in(browser)
        for _ in range(24):
            later(browser, minutes=20)
            browser.get("/", status=200)
        later(browser, minutes=1)

        browser.get("/", status=303)

    def test_it_ends_when_its_person_has_left(self, browser, mo):
        sign_in(browser)
        mo.left_on = NOW.date() - timedelta(days=1)

        browser.get("/", status=303)

    def test_signing_out_ends_it_also_for_a_copy_of_the_cookie(self, browser, db):
        page = sign_in(browser).follow()
        copy = browser.cookies["tracker"]

        bye = page.forms[0].submit(status=303).follow()

        assert "You have signed out" in bye
        with_cookie(browser, copy).get("/", status=303)
        assert db.query(AuditEvent).filter_by(kind=AuditKind.SIGNED_OUT).count() == 1

    def test_nobody_is_signed_out_by_a_link(self, browser):
        sign_in(browser)
        browser.get("/sign-out", status=404)

        browser.get("/", status=200)

    def test_who_is_signed_in_is_not_asked_again(self, browser):
        sign_in(browser)

        assert browser.get("/sign-in?next=/guide", status=303).location.endswith("/guide")

    def test_the_cookie_is_kept_from_scripts_and_other_sites(self, browser):
        cookie = sign_in(browser).headers["Set-Cookie"].lower()

        assert "httponly" in cookie
        assert "samesite=lax" in cookie
        assert "secure" not in cookie  # http on one's own machine

    def test_the_cookie_travels_only_over_tls_when_the_service_does(
        self, open_browser, demo_settings
    ):
        app = main(None, **demo_settings | {"tracker.secure_cookies": "true"})
        browser = open_browser(app)
        browser.extra_environ["wsgi.url_scheme"] = "https"
        page = browser.get("/sign-in")

        assert "secure" in page.headers["Set-Cookie"].lower()
        app.registry["db.engine"].dispose()
