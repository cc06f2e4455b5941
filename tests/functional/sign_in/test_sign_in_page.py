"""The sign-in page, against the demo directory."""

import logging
from contextlib import contextmanager

import pytest
import structlog

from tests.support.sign_in import sign_in, without_token
from tracker.models import AuditEvent, AuditKind, SignInAttempt, SignInSession

pytestmark = pytest.mark.enable_socket


@contextmanager
def capture_all_logs():
    before = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.DEBUG))
    with structlog.testing.capture_logs() as lines:
        yield lines
    structlog.configure(**before)


@pytest.mark.usefixtures("mo")
class TestTheRightPassword:
    def test_it_opens_the_page_for_today(self, browser):
        page = sign_in(browser).follow()

        assert "Hello, Mo Manager" in page

    def test_the_name_may_be_typed_in_capitals_but_not_the_password(self, browser):
        sign_in(browser, "MO.MANAGER", "DEMO", status=403)
        sign_in(browser, "MO.MANAGER", "demo")

    def test_it_takes_a_person_on_to_where_they_were_going(self, browser):
        asked = browser.get("/?week=3", status=303)

        answer = sign_in(browser, start=asked.location)

        assert answer.location == "http://localhost/?week=3"

    @pytest.mark.parametrize(
        "trap",
        [
            "https://evil.example/",
            "//evil.example/",
            "///evil.example/",
            "/\\evil.example/",
            "\\\\evil.example",
            "javascript:alert(1)",
            "/\tevil",
            "/%0d%0aSet-Cookie:x=1\r\n",
            "evil",
            "/sign-out",
            "",
        ],
    )
    def test_it_takes_nobody_to_another_site(self, browser, trap):
        form = browser.get("/sign-in").forms[0]
        form["username"], form["password"], form["next"] = "mo.manager", "demo", trap

        assert form.submit(status=303).location == "http://localhost/"

    def test_a_group_of_the_directory_makes_a_quality_lead(self, browser, db):
        sign_in(browser)

        assert db.query(SignInSession).one().roles == "quality_lead"

    def test_it_is_written_in_the_audit_trail(self, browser, db, mo):
        sign_in(browser)

        event = db.query(AuditEvent).filter_by(kind=AuditKind.SIGNED_IN).one()
        assert (event.actor_id, event.subject_id) == (mo.id, mo.id)

    def test_the_email_finds_a_person_whose_number_is_not_known(self, browser, factories):
        factories.StaffMember(given_name="Mailie", email="mail.only@TRUST.test")

        assert "Hello, Mailie" in sign_in(browser, "mail.only").follow()


@pytest.mark.usefixtures("mo")
class TestTheWrongPassword:
    def test_it_is_said_and_nobody_is_in(self, browser, db):
        page = sign_in(browser, password="wrong", status=403)

        assert "The user name or password is not right" in page
        assert page.html.title.text.strip().startswith("Error: Sign in")
        assert db.query(SignInSession).count() == 0
        browser.get("/", status=303)

    def test_a_name_that_is_no_account_looks_the_same(self, browser):
        wrong = sign_in(browser, password="wrong", status=403)
        unknown = sign_in(browser, "no.body", status=403)

        assert without_token(unknown).replace("no.body", "mo.manager") == without_token(wrong)

    def test_the_password_is_never_shown_again(self, browser):
        page = sign_in(browser, password="very secret", status=403)

        assert "very secret" not in page
        assert page.forms[0]["username"].value == "mo.manager"

    @pytest.mark.parametrize(
        ("username", "password", "says"),
        [
            ("", "demo", "Enter your user name"),
            ("mo.manager", "", "Enter your password"),
            ("mo.manager", "  ", "Enter your"),
            ("mo.manager", "\0", "Enter your"),
        ],
    )
    def test_an_empty_one_is_asked_for(self, browser, db, username, password, says):
        form = browser.get("/sign-in").forms[0]
        form["username"], form["password"] = username, password

        page = form.submit(expect_errors=True)

        assert says in page
        assert db.query(SignInAttempt).count() == 0
        assert db.query(SignInSession).count() == 0

    def test_a_script_for_a_name_is_only_text(self, browser):
        page = sign_in(browser, "<script>alert(1)</script>", status=403)

        assert "<script>alert" not in page

    def test_no_log_line_names_anybody(self, browser):
        with capture_all_logs() as lines:
            sign_in(browser, password="hunter2", status=403)
            sign_in(browser, "stranger", status=403)
            sign_in(browser)

        assert {line["event"] for line in lines} >= {"sign_in.refused", "sign_in.succeeded"}
        said = repr(lines)
        for secret in ("mo.manager", "Mo", "hunter2", "stranger", "trust.test", "127.0.0.1"):
            assert secret not in said

    def test_a_form_without_its_token_is_refused(self, browser, db):
        browser.post("/sign-in", {"username": "mo.manager", "password": "demo"}, status=400)

        assert db.query(SignInSession).count() == 0

    def test_no_name_is_kept_of_a_failure(self, browser, db):
        sign_in(browser, password="wrong", status=403)

        by_name, by_account = db.query(SignInAttempt).order_by(SignInAttempt.id)
        assert len(by_name.account_hash) == len(by_name.address_hash) == 64
        assert by_name.reached_directory
        assert (len(by_account.account_hash), by_account.address_hash) == (64, "")
