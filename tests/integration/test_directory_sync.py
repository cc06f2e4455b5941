"""The directory's accounts are read whole or in part, and kept; nothing right becomes wrong."""

import contextlib
import socket
import threading
import time

import ldap3
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from integrations.ldap.accounts import read_accounts
from integrations.ldap.errors import DirectoryUnavailableError
from tests.conftest import NOW, SECRET
from tests.support import databases, factories
from tests.support.directory import asking, good_directory
from tests.support.lying_ldap import Page, lying_server
from tests.support.slapd import CROWD, PEOPLE, free_port, person_dn
from tracker.db import open_engine
from tracker.jobs import sync_directory
from tracker.models import DirectoryAccount, ImportRun, RunState, SignInSession
from tracker.services.directory_accounts import TooManyGoneError
from tracker.settings import read_settings

pytestmark = [pytest.mark.ldap, pytest.mark.enable_socket]

TODAY = NOW.date()


@pytest.fixture
def engine(tmp_path):
    with databases.fresh_database("sqlite", tmp_path) as url:
        engine = open_engine(url)
        yield engine
        engine.dispose()


@pytest.fixture
def organisation(engine):
    with Session(engine, expire_on_commit=False) as db:
        factories.use_session(db)
        organisation = factories.Organisation()
        db.flush()
        for number in range(20):
            factories.StaffMember(
                organisation_id=organisation.id,
                employee_number=f"{20_000_000 + number}",
                email=f"{number}@trust.test",
            )
        db.commit()
        return organisation


@pytest.fixture
def sync(engine, organisation):
    """Bring the accounts up to date with a directory; say what came of it."""

    def sync(directory, **choices):
        lines = {
            "tracker.secret": SECRET,
            "sqlalchemy.url": "sqlite://",
            "directory.urls": "ldaps://127.0.0.1",
            "directory.base_dn": "dc=x",
        }
        settings = read_settings(lines)
        object.__setattr__(settings, "directory", directory)
        return sync_directory.run(
            engine,
            settings,
            organisation.id,
            now=NOW,
            today=TODAY,
            choices=sync_directory.Choices(**choices),
        )

    return sync


def lying(port):
    from integrations.ldap.settings import Directory

    return Directory(
        urls=(f"ldap+plain://127.0.0.1:{port}",),
        base_dn="dc=trust,dc=test",
        allow_plain_on_loopback=True,
        page_limit=2,
        read_limit=4,
    )


def few(slapd, *urls, extra="", **changes):
    """All but the crowd."""
    query = f"(|(uid=person*)(uid=twin.*){extra})"
    return asking(good_directory(slapd), *urls, people_filter=query, read_limit=60, **changes)


def accounts(engine):
    with Session(engine) as db:
        return {one.username: one for one in db.scalars(select(DirectoryAccount))}


def last_run(engine):
    with Session(engine) as db:
        return db.scalars(select(ImportRun).order_by(ImportRun.id.desc())).first()


def test_all_then_only_what_changed_then_who_is_gone(slapd, engine, sync):
    directory = few(slapd, extra="(uid=stays)(uid=goes)")
    with slapd.admin() as root:
        for name in ("stays", "goes"):
            dn, facts = person_dn(name), {"cn": name, "sn": name, "employeeNumber": "20000001"}
            root.add(dn, "inetOrgPerson", facts | {"uid": name})

        first = sync(directory)
        assert first["accounts"] == first["new"] == PEOPLE + 4
        assert first["matched"] == 20 + 2
        assert first["shared_addresses"] == 1

        root.modify(person_dn("stays"), {"cn": [(ldap3.MODIFY_REPLACE, ["Other Name"])]})
        root.delete(person_dn("goes"))
        second = sync(directory)
        root.delete(person_dn("stays"))

    assert (second["new"], second["changed"], second["gone"]) == (0, 1, 1)
    assert last_run(engine).file_name == "What changed"
    kept = accounts(engine)
    assert (kept["stays"].display_name, kept["goes"].gone_at) == ("Other Name", NOW)
    third, fourth = sync(directory, is_full=True), sync(directory)
    assert (third["gone"], last_run(engine).state) == (1, RunState.UNCHANGED)
    assert (fourth["new"], fourth["changed"], fourth["gone"]) == (0, 0, 0)


SMALL = {
    "whole": lambda _n: Page(people=range(100)),
    "the same page for ever": lambda _n: Page(people=range(500), cookie=b"more"),
    "overlapping pages": lambda n: [
        Page(people=range(90), cookie=b"more"),
        Page(people=range(80, 100)),
    ][n % 2],
    "a full page and no word of more": lambda _n: Page(people=range(500), cookie=None),
    "cut short by its size limit": lambda _n: Page(people=range(60), result=4),
    "a referral in place of an answer": lambda _n: Page(result=10),
    "gone in the midst of a page": lambda n: [
        Page(people=range(50), cookie=b"more"),
        Page(people=range(50, 100), drops=True),
    ][n % 2],
    "left out what it still has": lambda n: [Page(people=range(95)), Page(people=range(99, 100))][
        n % 2
    ],
    "nobody at all": lambda _n: Page(),
    "ever more": lambda n: Page(people=range(n * 100, n * 100 + 100), cookie=b"more"),
}


def test_a_directory_that_lies_or_breaks_off_changes_nothing(engine, sync, monkeypatch):
    monkeypatch.setattr("integrations.ldap.accounts.MOST_ACCOUNTS", 250)
    with lying_server(SMALL["whole"]) as port:
        assert sync(lying(port))["accounts"] == 100
    before = {name: (one.key, one.gone_at) for name, one in accounts(engine).items()}

    for how, script in SMALL.items():
        if how == "whole":
            continue
        with (
            lying_server(script) as port,
            pytest.raises((DirectoryUnavailableError, TooManyGoneError)),
        ):
            sync(lying(port), is_full=True)
        run = last_run(engine)
        assert (run.state, bool(run.message)) == (RunState.REFUSED, True), how
        after = {name: (one.key, one.gone_at) for name, one in accounts(engine).items()}
        assert after == before, how


def test_entries_that_point_elsewhere_are_passed_over(sync):
    with lying_server(lambda _n: Page(people=range(30), referral=True)) as port:
        assert sync(lying(port))["accounts"] == 30


def test_many_who_are_gone_at_once_are_asked_about(sync):
    asked = [
        Page(people=range(100)),
        Page(people=range(60)),
        Page(),
        Page(people=range(60)),
        Page(),
    ]
    with lying_server(lambda _n: asked[0]) as port:
        sync(lying(port))
    for choice, gone in (({}, None), ({"most_gone": 1.0}, 40)):
        with lying_server(lambda n: [Page(people=range(60)), Page()][n % 2]) as port:
            if gone is None:
                with pytest.raises(TooManyGoneError, match="40 of 100"):
                    sync(lying(port), is_full=True, **choice)
            else:
                assert sync(lying(port), is_full=True, **choice)["gone"] == gone


def test_whoever_lost_their_account_is_signed_out(engine, organisation, sync):
    with lying_server(lambda _n: Page(people=range(20))) as port:
        sync(lying(port))
    with Session(engine) as db:
        factories.use_session(db)
        for number in (3, 4):
            account = db.scalars(select(DirectoryAccount).filter_by(username=f"p{number}")).one()
            db.add(
                SignInSession(
                    organisation_id=organisation.id,
                    staff_member_id=account.staff_member_id,
                    token_hash=f"{number}",
                    roles="",
                    started_at=NOW,
                    last_seen_at=NOW,
                )
            )
        db.commit()
    without = [Page(people=range(4), cookie=b"more"), Page(people=range(5, 20)), Page()]
    with lying_server(lambda n: without[n % 3]) as port:
        assert sync(lying(port), is_full=True)["signed_out"] == 1
    with Session(engine) as db:
        ended = {one.token_hash: one.ended_at for one in db.scalars(select(SignInSession))}
    assert ended == {"3": None, "4": NOW}


def test_a_dead_server_is_passed_over_and_a_mute_one_is_not_waited_for_long(slapd):
    with socket.create_server(("127.0.0.1", 0)) as mute:
        port = mute.getsockname()[1]
        both = asking(
            good_directory(slapd),
            f"ldaps://127.0.0.1:{free_port()}",
            f"ldaps://127.0.0.1:{port}",
            slapd.url,
            page_limit=1,
            connect_limit=1,
            read_limit=60,
        )
        began = time.monotonic()
        assert len(read_accounts(both).accounts) > CROWD
        assert time.monotonic() - began < 50


def test_a_line_that_is_cut_in_mid_search_is_taken_up_at_the_next_server(slapd):
    """A proxy hangs up after some pages, as a server that restarts does."""
    with cutting_proxy(slapd.secure_port, after=30_000) as port:
        both = asking(good_directory(slapd), f"ldaps://127.0.0.1:{port}", slapd.url, read_limit=60)
        assert len(read_accounts(both).accounts) > CROWD

        alone = asking(good_directory(slapd), f"ldaps://127.0.0.1:{port}", read_limit=60)
        with pytest.raises(DirectoryUnavailableError):
            read_accounts(alone)


@contextlib.contextmanager
def cutting_proxy(port, *, after):
    """Pass bytes on, and hang up once so many came back."""

    def pass_on(source, target, most=None):
        passed = 0
        with source:
            with contextlib.suppress(OSError):
                while data := source.recv(65536):
                    target.sendall(data)
                    passed += len(data)
                    if most is not None and passed > most:
                        break
            for line in (source, target):
                with contextlib.suppress(OSError):
                    line.shutdown(socket.SHUT_RDWR)

    def serve(listener):
        with contextlib.suppress(OSError):
            while True:
                near, _ = listener.accept()
                far = socket.create_connection(("127.0.0.1", port))
                threading.Thread(target=pass_on, args=(near, far), daemon=True).start()
                threading.Thread(target=pass_on, args=(far, near, after), daemon=True).start()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=serve, args=(listener,), daemon=True).start()
        yield listener.getsockname()[1]
        listener.shutdown(socket.SHUT_RDWR)
