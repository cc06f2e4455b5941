"""Sign-in with a database of its own and no test's transaction around it."""

import threading
import time
from datetime import UTC, datetime

import pytest
import webtest
from pyramid.scripting import prepare
from sqlalchemy import select

from integrations.ldap.client import forget_failures
from tests.support import databases
from tests.support.once import templates_are_kept
from tests.support.sign_in import sign_in
from tests.support.slapd import (
    BASE,
    LOCKED_AFTER,
    SERVICE_DN,
    SERVICE_PASSWORD,
    deaf_after_first_port,
    mute_port,
)
from tracker import main
from tracker.db import session_for
from tracker.models import Organisation, SignInAttempt, StaffMember
from tracker.request import TrackerRequest
from tracker.security.policy import TOKEN_KEY
from tracker.services import sign_in_limits
from tracker.services.sign_in import Refusal, SignInRefusedError, enter
from tracker.views.proof import confirm_identity

pytestmark = [pytest.mark.ldap, pytest.mark.enable_socket]


@pytest.fixture(scope="module", params=databases.KINDS)
def own_database(request, tmp_path_factory):
    with databases.fresh_database(request.param, tmp_path_factory.mktemp("own")) as url:
        yield url


@pytest.fixture(scope="module")
def own_settings(own_database, slapd):
    return {
        "sqlalchemy.url": own_database,
        "tracker.secret": "a secret of the tests, long enough to pass",
        "tracker.secure_cookies": "false",
        "directory.urls": slapd.url,
        "directory.base_dn": f"ou=people,{BASE}",
        "directory.bind_dn": SERVICE_DN,
        "directory.bind_password": SERVICE_PASSWORD,
        "directory.ca_file": slapd.ca_file,
        "directory.total_limit": "5",  # the most that is allowed
        **templates_are_kept(),
    }


@pytest.fixture(scope="module")
def own_app(own_settings):
    app = main(None, **own_settings)
    yield app
    app.registry["db.engine"].dispose()


@pytest.fixture
def open_app(own_settings):
    apps = []

    def open_app(**changes):
        forget_failures()
        apps.append(main(None, **own_settings | changes))
        return apps[-1]

    yield open_app
    for app in apps:
        app.registry["db.engine"].dispose()


@pytest.fixture
def app(own_app):
    forget_failures()
    return own_app


@pytest.fixture
def staff(app):
    """Two people of one trust, committed: person7, and person8 who shares her tablet."""
    with session_for(app.registry["db.engine"]) as db:
        organisation = db.scalar(select(Organisation))
        if organisation is None:
            organisation = Organisation(code="RXD", name="Trust", settings={})
            elsewhere = Organisation(code="XX9", name="Another trust", settings={})
            db.add_all([organisation, elsewhere])
            db.flush()
            for number in (7, 8, 10):
                db.add(
                    StaffMember(
                        organisation_id=(elsewhere if number == 10 else organisation).id,
                        email=f"{number}@trust.test",
                        source_key=str(number),
                        employee_number=f"{20_000_000 + number}",
                        family_name="Person",
                        given_name=str(number),
                    )
                )
            db.flush()
        return list(db.scalars(select(StaffMember.id).order_by(StaffMember.id)))


def run_together(*calls):
    threads = [threading.Thread(target=call) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def statuses_until_answered(app, username):
    """Type a wrong password until the directory answers in time: on a busy machine it may not."""
    browser, statuses = webtest.TestApp(app), [503]
    while statuses[-1] == 503 and len(statuses) < 16:
        statuses.append(sign_in(browser, username, "wrong", status="*").status_int)
    return statuses[1:]


def test_tries_at_the_same_moment_do_not_slip_past_the_limit(app, slapd, lockable):
    webtest.TestApp(app).get("/sign-in")  # makes the templates ready
    username, _ = lockable
    answers = []

    def guess():
        answers.extend(statuses_until_answered(app, username))

    run_together(*[guess] * 12)

    was_slow = answers.count(503)
    assert answers.count(403) + was_slow >= LOCKED_AFTER - 2 >= answers.count(403)
    assert answers.count(403) + answers.count(429) == 12
    assert LOCKED_AFTER - 2 - was_slow <= slapd.failures_counted(username) <= LOCKED_AFTER - 2


def test_a_wrong_password_that_is_heard_but_not_answered_counts(open_app, slapd, lockable):
    username, _ = lockable
    with deaf_after_first_port(slapd.port) as port:
        app = open_app(
            **{
                "directory.urls": f"ldap+plain://127.0.0.1:{port}",
                "directory.allow_plain_on_loopback": "true",
                "directory.total_limit": "0.6",
            }
        )
        statuses = statuses_until_answered(app, username)

    assert statuses[-1] == 429
    assert slapd.failures_counted(username) == LOCKED_AFTER - 2


def test_nobody_waits_for_the_database_while_the_directory_is_slow(open_app):
    with mute_port() as mute:
        app = open_app(
            **{"directory.urls": f"ldaps://127.0.0.1:{mute}", "directory.total_limit": "5"}
        )
        webtest.TestApp(app).get("/sign-in")  # makes the templates ready
        answers = []

        def slow():
            answers.append(sign_in(webtest.TestApp(app), "person7", "x", status=503))

        thread = threading.Thread(target=slow)
        thread.start()
        time.sleep(0.4)  # by now it waits for the directory
        with session_for(app.registry["db.engine"]) as db:
            sign_in_limits.forgive(db, sign_in_limits.caller("s", username="x", address="y"))
        is_still_asking = thread.is_alive()
    thread.join()  # the directory hung up

    assert answers
    assert is_still_asking  # while somebody else has written


@pytest.fixture
def in_a_request(app, staff):
    """A request of person7's session, in a real transaction, about to be signed by somebody."""
    with session_for(app.registry["db.engine"]) as db:
        person = db.get_one(StaffMember, staff[0])
        token = enter(db, person, frozenset(), now=datetime.now(UTC))
    made = TrackerRequest.blank("/", POST={}, remote_addr="127.0.0.1")
    with prepare(request=made, registry=app.registry) as environment:
        request = environment["request"]
        request.tm.begin()
        request.session[TOKEN_KEY] = token
        assert request.actor.staff_id == staff[0]
        yield request
        request.tm.abort()


class TestProvingAgain:
    def test_the_one_whose_session_it_is(self, in_a_request, staff):
        proof = confirm_identity(in_a_request, "person7", "password 7")

        assert proof.staff_id == staff[0]
        assert proof.organisation_id == in_a_request.actor.organisation_id
        assert proof.method == "directory"

    def test_somebody_else_on_the_same_tablet(self, in_a_request, staff):
        proof = confirm_identity(in_a_request, "person8", "password 8")

        assert proof.staff_id == staff[1]
        assert in_a_request.actor.staff_id == staff[0]  # the session is still hers

    def test_what_is_written_afterwards_is_kept(self, in_a_request, staff):
        confirm_identity(in_a_request, "person8", "password 8")
        in_a_request.db.get_one(StaffMember, staff[1]).preferred_name = "Signed"
        in_a_request.tm.commit()
        in_a_request.tm.begin()

        with session_for(in_a_request.registry["db.engine"]) as db:
            assert db.get_one(StaffMember, staff[1]).preferred_name == "Signed"

    @pytest.mark.parametrize(
        ("username", "password", "refusal"),
        [
            ("person8", "password 7", Refusal.WRONG),
            ("person8", "", Refusal.EMPTY),
            ("", "password 8", Refusal.EMPTY),
            ("person9", "password 9", Refusal.NOT_ON_LIST),
            ("person10", "password 10", Refusal.NOT_HERE),
            ("locked", "password 901", Refusal.LOCKED),
        ],
    )
    def test_a_wrong_one_is_no_proof(self, in_a_request, username, password, refusal):
        with pytest.raises(SignInRefusedError) as caught:
            confirm_identity(in_a_request, username, password)

        assert caught.value.refusal is refusal

    def test_wrong_ones_count_like_those_at_sign_in(self, in_a_request, slapd, lockable):
        username, _ = lockable
        refusals = []
        for _ in range(6):
            with pytest.raises(SignInRefusedError) as caught:
                confirm_identity(in_a_request, username, "wrong")
            refusals.append(caught.value.refusal)

        assert refusals == [Refusal.WRONG] * 3 + [Refusal.TOO_MANY] * 3
        assert slapd.failures_counted(username) == 3

    def test_a_failure_stays_written_whatever_comes_of_the_request(self, in_a_request, lockable):
        username, _ = lockable
        with pytest.raises(SignInRefusedError):
            confirm_identity(in_a_request, username, "wrong")
        in_a_request.tm.abort()
        in_a_request.tm.begin()

        who = sign_in_limits.caller(
            in_a_request.tracker_settings.secret, username=username, address=None
        )
        kept = in_a_request.db.scalars(
            select(SignInAttempt).where(SignInAttempt.account_hash == who.account_hash)
        )
        assert len(list(kept)) == 1
