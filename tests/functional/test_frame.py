"""What every page has in common."""

import re
from datetime import timedelta

import pytest
from pyramid_retry import RetryableException
from sqlalchemy import select

from tracker.errors import NotDrawnError
from tracker.models import SignInSession
from tracker.tweens import drawn, kindly_failing


def test_a_stranger_is_sent_to_sign_in(browser):
    answer = browser.get("/", status=303)

    assert answer.location.endswith("/sign-in?next=%2F")


def test_a_signed_in_person_has_a_page_for_today(browser, factories, sign_in):
    sign_in(factories.StaffMember(given_name="Zoë", family_name="O'Neill"))

    assert "Zoë O&#39;Neill" in browser.get("/")


def test_a_missing_page_says_so_kindly(browser, factories, sign_in):
    sign_in(factories.StaffMember())

    assert "There is no page here that you can see" in browser.get("/nothing-here", status=404)


def test_pages_allow_no_inline_code(browser):
    policy = browser.get("/guide").headers["Content-Security-Policy"]

    assert "unsafe-inline" not in policy
    assert "default-src 'none'" in policy


def test_the_service_answers_a_health_check(browser):
    assert browser.get("/health").text == "ok"


@pytest.mark.parametrize(
    "address",
    [
        "/%ff",
        "/appraisals/%ff",
        "/outcomes?unit=%ff",
        "/sign-in?next=%ff",
        "/?%ff=1",
        "/a%00",
        "/outcomes?unit=%00",
    ],
)
def test_an_address_that_is_no_text_is_a_page_that_is_not_there(browser, address):
    assert "There is no page here that you can see" in browser.get(address, status=404)


@pytest.mark.parametrize(
    "kind",
    [
        "multipart/form-data",
        "multipart/form-data; boundary=",
        "application/x-www-form-urlencoded; charset=utf-16",
        "application/x-www-form-urlencoded; charset=none",
        "text/plain; charset=none",
    ],
)
def test_a_form_that_cannot_be_read_changes_nothing(browser, kind):
    answer = browser.post("/sign-in", b"--a", content_type=kind, status=400)

    assert "Nothing was changed" in answer


def test_an_unforeseen_error_is_answered_kindly_and_logged_without_its_words(app, monkeypatch):
    logged = []
    monkeypatch.setattr("tracker.tweens.log.error", lambda *_, **facts: logged.append(facts))

    def fail(_request):
        raise RuntimeError("Zoë O'Neill wrote this")

    request = app.request_factory.blank("/nowhere")
    request.registry = app.registry
    request.matched_route = None
    answer = kindly_failing(fail, app.registry)(request)

    assert answer.status_int == 500
    assert "It is our fault, not yours. Nothing was changed." in answer.text
    assert logged[0]["error"] == "RuntimeError"
    assert "Zoë" not in str(logged)


@pytest.mark.parametrize(("method", "status"), [("GET", 503), ("HEAD", 200)])
def test_a_report_that_is_not_drawn_is_told_in_words_and_for_a_head_nothing_is(app, method, status):
    def draw():
        raise NotDrawnError("Choose fewer months.")

    def ask(asked):
        asked.drawing = draw
        return asked.response

    request = app.request_factory.blank("/outcomes/report.pdf", method=method)
    request.registry = app.registry
    answer = drawn(ask, app.registry)(request)

    assert answer.status_int == status
    assert ("Choose fewer months." in answer.text) == (method == "GET")


def test_an_error_that_is_tried_again_is_left_to_be(app):
    def fail(_request):
        raise RetryableException

    request = app.request_factory.blank(
        "/nowhere", environ={"retry.attempt": 0, "retry.attempts": 3}
    )
    request.registry = app.registry

    with pytest.raises(RetryableException):
        kindly_failing(fail, app.registry)(request)


class TestSomebodyWhoseSessionEndedWhileTheyWrote:
    def test_is_told_that_it_is_not_saved(self, browser, factories, sign_in, db, now):
        self.sign_in_and_wait(browser, factories, sign_in, db, now)

        answer = browser.post("/appraisals/x/prepare", self.typed, status=403)

        assert "What you sent last is not saved" in answer

    def test_is_told_so_by_the_page_that_saves_by_itself(
        self, browser, factories, sign_in, db, now
    ):
        self.sign_in_and_wait(browser, factories, sign_in, db, now)

        answer = browser.post(
            "/appraisals/x/prepare", self.typed, {"Accept": "application/json"}, status=403
        )

        assert answer.json["message"].startswith("Not saved: you are signed out.")

    def test_and_without_a_token_as_well(self, browser):
        answer = browser.post("/sign-out", {}, {"Accept": "application/json"}, status=400)

        assert answer.json["message"].startswith("Not saved: this page was open too long.")

    def sign_in_and_wait(self, browser, factories, sign_in, db, now):
        sign_in(factories.StaffMember())
        self.typed = {"csrf_token": browser.get("/").forms[0]["csrf_token"].value}
        db.scalars(select(SignInSession)).one().last_seen_at = now - timedelta(hours=2)
        db.flush()


def test_files_that_browsers_keep_are_named_by_what_is_in_them(browser):
    page = browser.get("/guide")
    style = next(link["href"] for link in page.html.select("link[href$='tracker.css']"))

    assert re.fullmatch(r"/static/[0-9a-f]{12}/tracker.css", style)
    assert "max-age=31536000" in browser.get(style).headers["Cache-Control"]
    browser.get("/static/0123456789ab/tracker.css", status="4*")
