"""Connections, their tests, and what groups of the directory may do: an administrator's pages."""

from datetime import timedelta

import pytest

from integrations.errors import Outage
from integrations.ldap.errors import DirectoryUnavailableError
from tests.conftest import NOW
from tests.support.scim import GROUP, Provider, make_source
from tests.support.signing import BASE
from tracker.models import (
    AuditEvent,
    AuditKind,
    DirectoryAccount,
    DirectoryRole,
    ImportRun,
    Job,
    JobState,
    RunState,
    SignInSession,
    WorkerBeat,
)
from tracker.security.identity import Role
from tracker.services import directory_roles, scim_runs
from tracker.services.directory_accounts import match_accounts


@pytest.fixture
def ada(factories, sign_in, directory):
    """An administrator, who can prove who they are."""
    person = factories.StaffMember()
    person.signs_with = directory.add(person)
    sign_in(person, Role.ADMINISTRATOR)
    return person


WHY_NOBODYS = {
    ("9", "SAM@t.nhs.uk"): "that of Sam Staff, for whom HR has the HR number 1",
    ("1", "nia@t.nhs.uk"): "HR number is that of Sam Staff (1), its address that of Nia",
    (None, "twice@t.nhs.uk"): "More than one person on HR's list has its address",
    ("9", None): "Nobody on HR's list has this HR number.",
    ("9", "no@t.nhs.uk"): "Nobody on HR's list has this HR number or this address.",
    (None, None): "It may be a machine's",
    ("2", None): "It fits Nia New by now",
}


def nobodys_account(organisation_id, number, mail):
    return DirectoryAccount(
        organisation_id=organisation_id,
        key=f"{number}{mail}",
        username=f"{number} {mail}",
        employee_number=number,
        email=mail,
        state="active",
    )


def ends(form):
    """Tell the form that looks at ending a line from the others."""
    return "group" in form.fields and form["group"].value != ""


def test_each_source_says_what_it_brought_how_old_it_is_and_what_to_mend(browser, ada, db):
    ours = {"organisation_id": ada.organisation_id, "kind": "hr"}
    for days, name, state, message in (
        (5, "old.DAT", RunState.APPLIED, ""),
        (0, "new.DAT", RunState.REFUSED, "A file is missing: ask for number 7."),
    ):
        db.add(
            ImportRun(
                **ours,
                file_name=name,
                state=state,
                message=message,
                started_at=NOW - timedelta(days=days),
                counts={"staff_added": 1200, "units_added": 0},
            )
        )
    db.flush()

    page = browser.get("/connections")

    words = " ".join(page.html.select_one("section[aria-labelledby=hr]").get_text(" ").split())
    assert "5 days ago" in words
    assert "This is old" in words
    assert "staff added 1,200" in words
    assert "units" not in words.partition("It brought")[2]
    assert "To mend: A file is missing: ask for number 7." in words
    assert "new.DAT . Refused: nothing was changed" in words
    assert "23 November 2026 at 2:30am" in page  # the directory's next

    more = {"file_name": "next.DAT", "started_at": NOW + timedelta(minutes=1), "counts": {}}
    db.add(ImportRun(**ours, **more, state=RunState.STAGED))
    db.flush()
    assert "To mend: A file waits for a yes." in browser.get("/connections").html.main.text


def test_a_job_that_failed_says_why_until_a_run_goes_well(browser, ada, db):
    ours = {"organisation_id": ada.organisation_id}
    job = Job(
        **ours,
        name="directory",
        dedupe_key="d",
        state=JobState.QUEUED,
        due_at=NOW,
        ended_at=NOW,
        counts={},
        message="The directory did not answer in time.",
    )
    db.add(job)
    db.flush()
    assert "did not answer in time" in browser.get("/connections")

    run = ImportRun(
        **ours,
        kind="directory",
        file_name="All accounts",
        state=RunState.UNCHANGED,
        started_at=NOW + timedelta(minutes=1),
        counts={},
    )
    db.add(run)
    db.flush()
    assert "did not answer in time" not in browser.get("/connections")


def test_a_newer_trouble_takes_the_place_of_an_older_one(browser, ada, db):
    ours = {"organisation_id": ada.organisation_id}
    refused = {"state": RunState.REFUSED, "message": "The file stops before its last line."}
    old = {"kind": "hr", "file_name": "old.DAT", "started_at": NOW - timedelta(hours=1)}
    db.add(ImportRun(**ours, **refused, **old, counts={}))
    job = {"name": "hr_folder", "dedupe_key": "h", "state": JobState.QUEUED, "due_at": NOW}
    db.add(Job(**ours, **job, ended_at=NOW, counts={}, message="hub.nhs did not answer."))
    db.flush()

    words = browser.get("/connections").html.select_one("section[aria-labelledby=hr]").get_text()

    assert "hub.nhs did not answer." in words
    assert "stops before its last line" not in words


def test_a_connection_is_tested_step_by_step_and_it_is_noted_who_did(browser, ada, db):
    page = browser.get("/connections")
    form = next(f for f in page.forms.values() if f.action.endswith("/directory/test"))

    tested = form.submit()

    steps = [row.th.get_text() for row in tested.html.select("tbody tr")]
    assert steps == ["demo: bind", "demo: search", "demo: groups"]
    event = db.query(AuditEvent).filter_by(kind=AuditKind.CONNECTION_TESTED).one()
    assert (event.actor_id, event.reason) == (ada.id, "directory")


@pytest.mark.usefixtures("ada")
def test_an_identity_provider_that_never_came_is_told_of(browser, db, organisation, now):
    form = next(
        f for f in browser.get("/connections").forms.values() if f.action.endswith("/scim/test")
    )
    assert "No identity provider has a key of ours" in form.submit()
    token = make_source(db, organisation, now).token
    assert "Nothing has come with its key yet" in form.submit()
    token.last_used_at = now - timedelta(days=8)
    assert "see at the identity provider" in form.submit().text.lower()
    token.last_used_at = now
    assert "It keeps 0 accounts with us" in form.submit()
    scim_runs.note_refusal(db, token, "Two sources claim her.", employee_number="1", now=now)
    assert "To mend: Two sources claim her." in browser.get("/connections").html.main.get_text()


@pytest.mark.parametrize("path", ["/connections", "/connections/directory/roles"])
def test_nobody_else_finds_them(browser, factories, sign_in, path):
    sign_in(factories.StaffMember(), Role.HR_OFFICER, Role.QUALITY_LEAD, Role.TRAINER)

    browser.get(path, status=404)


def test_the_jobs_page_tells_a_worker_that_died_from_one_that_works(browser, ada, db):
    ours = {"organisation_id": ada.organisation_id}
    job = Job(
        **ours,
        name="nightly",
        dedupe_key="n",
        state=JobState.RUNNING,
        due_at=NOW,
        started_at=NOW - timedelta(minutes=20),
        counts={},
    )
    beat = WorkerBeat(**ours, at=NOW - timedelta(minutes=1))
    db.add_all([job, beat])
    db.flush()
    page = browser.get("/connections").click("Jobs and mail")
    assert "The worker is running" in page
    assert "Runs now" in page

    beat.at = NOW - timedelta(minutes=20)
    db.flush()
    page = browser.get("/jobs")
    assert "The worker is not running" in page
    assert "Its worker stopped. Tried again after 22 November 2026 at 10:10am" in page


class TestAccountsThatDoNotFit:
    def test_both_sides_are_listed_with_a_likely_match(self, browser, ada, db, factories):
        factories.StaffMember(given_name="Wil", family_name="Abara", employee_number="20777")
        for number, name in enumerate(("Wil Abara", "Nobody Known")):
            db.add(
                DirectoryAccount(
                    organisation_id=ada.organisation_id,
                    key=f"k{number}",
                    username=f"account{number}",
                    display_name=name,
                    email="ward@trust.example",
                    state="active",
                )
            )
        db.flush()

        page = browser.get("/connections/directory/unmatched")

        assert "Could be Wil Abara. Put 20777 into the directory." in page
        assert "account1" in page
        assert "Addresses that several accounts share" in page
        found = browser.get("/connections/directory/unmatched?search=ACCOUNT1&page=99")
        assert "account1" in found
        assert "account0" not in found
        assert "account1" not in browser.get("/connections/directory/unmatched?search=%25")
        assert db.query(AuditEvent).filter_by(kind=AuditKind.DIRECTORY_READ).count() == 3

    @pytest.mark.usefixtures("ada")
    def test_each_says_why_it_is_nobodys(self, browser, db, factories, organisation, now):
        sam = factories.StaffMember(
            given_name="Sam", family_name="Staff", employee_number="1", email="sam@t.nhs.uk"
        )
        factories.StaffMember(
            given_name="Nia", family_name="New", employee_number="2", email="nia@t.nhs.uk"
        )
        for _ in range(2):
            factories.StaffMember(email="twice@t.nhs.uk")
        for number, mail in WHY_NOBODYS:
            db.add(nobodys_account(sam.organisation_id, number, mail))
        db.flush()
        counts = match_accounts(
            db, sam.organisation_id, facts=("employee_number", "email"), today=NOW.date()
        )
        assert (counts["matched"], counts["facts_disagree"]) == (1, 2)
        db.query(DirectoryAccount).update({"staff_member_id": None})
        entra = Provider(browser, make_source(db, organisation, now).secret)
        entra.add_user("sam", "9", emails=[{"value": "sam@t.nhs.uk"}])

        page = browser.get("/connections/directory/unmatched")

        rows = {row.th.text: row.select("td")[-1].text for row in page.html.select("tbody tr")}
        for (number, mail), words in WHY_NOBODYS.items():
            assert words in rows[f"{number} {mail}"], rows
        assert "that of Sam Staff" in rows["sam@trust.nhs.uk"]
        assert "do not fit together" in browser.get("/connections/people")


class TestWhatGroupsMayDo:
    def look(self, browser, group, role="trainer", **fields):
        form = browser.get("/connections/directory/roles").forms
        form = next(f for f in form.values() if "group" in f.fields and f["group"].value == "")
        form["group"], form["role"] = group, role
        return form.submit("action", **fields)

    @pytest.fixture
    def helper(self, factories, directory, ada):
        """The second whom the directory knows, who is in the group by way of another group."""
        assert ada
        person = factories.StaffMember(given_name="Hana", family_name="Okafor")
        directory.add(person)
        return person

    def test_who_would_gain_it_is_shown_before_it_is_saved(self, browser, ada, helper, db):
        page = self.look(browser, "helpers")

        words = " ".join(page.html.main.get_text(" ").split())
        assert "2 people gain it" in words
        assert f"Hana Okafor, {helper.employee_number}" in words
        assert db.query(DirectoryRole).count() == 0

        form = next(f for f in page.forms.values() if "password" in f.fields)
        form["username"], form["password"] = ada.signs_with
        assert "the next time they sign in" in form.submit("action", status=303).follow()
        line = db.query(DirectoryRole).one()
        assert (line.group_name, line.role) == (f"cn=helpers,{BASE}", "trainer")
        assert db.query(AuditEvent).filter_by(kind=AuditKind.DIRECTORY_ROLE_ADDED).count() == 1

    @pytest.mark.parametrize(
        ("group", "says"),
        [
            ("", "Give the name of a group"),
            ("nothing", "There is no such group"),
            ("cn=nothing,dc=x", "There is no such group"),
            ("*", "There is no such group"),
            ("x" * 400, "too long"),
        ],
    )
    def test_a_group_that_is_not_there_is_said(self, browser, ada, group, says):
        assert ada
        assert says in self.look(browser, group, status=400)

    def test_a_group_that_only_an_identity_provider_has_is_looked_at_too(
        self, browser, ada, db, organisation, now
    ):
        ours = {"organisation_id": ada.organisation_id}
        db.add(DirectoryRole(**ours, group_name="gone from everywhere", role="trainer"))
        entra = Provider(browser, make_source(db, organisation, now).secret)
        nurse = entra.add_user("nurse", "1002")
        group = {"schemas": [GROUP], "displayName": "Champions"}
        inner = entra.ask("post", "/Groups", group | {"members": [{"value": nurse["id"]}]}).json
        outer = group | {"displayName": "All of us", "members": [{"value": inner["id"]}]}
        entra.ask("post", "/Groups", outer, status=201)
        said = self.look(browser, "all of US").html.main.get_text()
        assert "1 person gains it" in said
        assert "Nurse Person, 1002" in said

    def test_a_wrong_password_or_another_persons_saves_nothing(self, browser, ada, helper, db):
        assert ada
        for who, says in (
            (("user" + helper.employee_number, "wrong"), "is not right"),
            (("user" + helper.employee_number, "right"), "that was somebody else"),
        ):
            form = next(
                f for f in self.look(browser, "helpers").forms.values() if "password" in f.fields
            )
            form["username"], form["password"] = who
            assert says in form.submit("action", status=400)
        assert db.query(DirectoryRole).count() == 0

    def test_ending_it_signs_out_those_who_had_it(self, browser, ada, helper, db):
        ours = {"organisation_id": ada.organisation_id}
        db.add(DirectoryRole(**ours, group_name=f"cn=helpers,{BASE}", role="trainer"))
        session = SignInSession(
            **ours,
            staff_member_id=helper.id,
            token_hash="t",
            roles="hr_officer,trainer",
            started_at=NOW,
            last_seen_at=NOW,
        )
        db.add(session)
        db.flush()
        page = browser.get("/connections/directory/roles")
        form = next(f for f in page.forms.values() if ends(f))
        page = form.submit("action")
        form = next(f for f in page.forms.values() if "password" in f.fields)
        form["username"], form["password"] = ada.signs_with

        assert "loses it now" in form.submit("action", status=303).follow()

        assert db.query(DirectoryRole).count() == 0
        db.refresh(session)
        assert session.ended_at == NOW

    def test_the_last_group_of_administrators_stays(self, browser, ada, db):
        ours = {"organisation_id": ada.organisation_id}
        db.add(DirectoryRole(**ours, group_name=f"cn=helpers,{BASE}", role="administrator"))
        db.flush()
        page = browser.get("/connections/directory/roles")
        form = next(f for f in page.forms.values() if ends(f))

        assert "Nobody would be left" in form.submit("action", status=400)

    def test_a_directory_that_is_away_is_said(self, browser, ada, monkeypatch):
        assert ada

        def away(*_args):
            raise DirectoryUnavailableError(Outage.SLOW, "The directory did not answer in time.")

        monkeypatch.setattr(directory_roles, "members_of", away)
        assert "did not answer in time" in self.look(browser, "helpers", status=400)
