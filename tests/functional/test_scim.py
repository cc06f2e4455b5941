"""What an identity provider may do by SCIM, and what comes of it on the list of staff."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from tests.support.scim import ENTERPRISE, GROUP, USER, Provider, make_source
from tracker.models import (
    AccountState,
    Assignment,
    ImportRun,
    LineSource,
    RejectedRecord,
    ReportingLine,
    ScimUser,
    StaffMember,
    TokenPurpose,
)
from tracker.security.group_roles import read_group_roles, roles_in
from tracker.security.identity import Identity, Role, System
from tracker.services import access_tokens
from tracker.services.scim_groups import group_names


@pytest.fixture
def entra(browser, db, organisation, now):
    return Provider(browser, make_source(db, organisation, now).secret)


def person(db, number):
    return db.scalar(select(StaffMember).where(StaffMember.employee_number == number))


def account(db, user):
    db.expire_all()
    return db.scalar(select(ScimUser).where(ScimUser.public_id == user["id"]))


def forms(page):
    return [form for form in page.forms.values() if "/connections/people" in form.action]


def first(page):
    return forms(page)[0]


def last(page):
    return forms(page)[-1]


def run(db):
    return db.scalar(select(ImportRun).where(ImportRun.kind == "scim"))


def test_somebody_comes_works_somewhere_has_a_manager_leaves_and_comes_back(entra, db, today):
    boss = entra.add_user("boss", "1001", department="Ward 4", title="Matron")
    nurse = entra.add_user("nurse", "1002", department="Ward 4", title="Nurse", manager=boss["id"])
    one = person(db, "1002")
    assert one.name == "Nurse Person"
    line = db.scalar(select(ReportingLine).where(ReportingLine.staff_member_id == one.id))
    assert line.manager.employee_number == "1001"
    assert line.source is LineSource.DIRECTORY
    place = db.scalar(select(Assignment).where(Assignment.staff_member_id == one.id))
    assert (place.job_role, place.organisation_unit.name) == ("Nurse", "Ward 4")

    off = {"op": "Replace", "path": "active", "value": "False"}  # as Entra sends it
    assert entra.patch(f"/Users/{nurse['id']}", off).status_int == 204
    db.expire_all()
    assert person(db, "1002").has_left(today)
    assert entra.ask("get", f"/Users/{nurse['id']}").json["active"] is False
    assert (
        db.scalar(
            select(func.count()).where(
                ReportingLine.staff_member_id == one.id, ReportingLine.current_on(today)
            )
        )
        == 0
    )

    entra.patch(f"/Users/{nurse['id']}", {"op": "Replace", "path": "active", "value": "True"})
    db.expire_all()
    assert not person(db, "1002").has_left(today)
    assert entra.ask("delete", f"/Users/{nurse['id']}").status_int == 204
    db.expire_all()
    assert person(db, "1002").has_left(today)
    again = entra.add_user("nurse", "1002", manager=boss["id"])
    assert account(db, again).staff_member_id == one.id
    assert run(db).counts["accounts_added"] == 3


def test_an_account_joins_whom_hr_brought_and_changes_nothing_that_hr_said(
    entra, db, factories, today
):
    by_number = factories.StaffMember(employee_number="77", email=None, given_name="Hr")
    by_mail = factories.StaffMember(email="Mail@Trust.nhs.uk", given_name="Hr")
    factories.StaffMember(email="twice@trust.nhs.uk")
    factories.StaffMember(email="twice@trust.nhs.uk")
    joined = entra.add_user("number", "77")
    mailed = entra.add_user("mail")
    twice, machine = entra.add_user("twice"), entra.add_user("machine")
    assert account(db, joined).staff_member_id == by_number.id
    assert account(db, mailed).staff_member_id == by_mail.id
    assert by_number.given_name == "Hr"
    assert by_number.email == "number@trust.nhs.uk"
    assert account(db, twice).state is AccountState.UNCLEAR
    assert account(db, machine).state is AccountState.WAITING

    entra.patch(f"/Users/{joined['id']}", {"op": "replace", "value": {"active": False}})
    entra.ask("delete", f"/Users/{mailed['id']}")
    db.expire_all()
    assert not by_number.has_left(today)
    assert not by_mail.has_left(today)


def test_a_mail_of_somebody_with_another_number_joins_nobody(entra, db, factories, today):
    nia = factories.StaffMember(employee_number="77", email="nia@trust.nhs.uk")
    leaver = factories.StaffMember(email="left@trust.nhs.uk", left_on=today.replace(day=1))
    wrong = entra.add_user("nia", "78")
    assert account(db, wrong).state is AccountState.CONTRADICTS
    assert person(db, "78") is None
    new = entra.add_user("left", "79")  # a leaver's address, given to somebody new
    assert account(db, new).staff_member_id == person(db, "79").id != leaver.id

    taken = [{"value": "nia@trust.nhs.uk"}]
    change = {"op": "Replace", "path": "emails", "value": taken}
    assert entra.patch(f"/Users/{new['id']}", change).status_int == 409
    assert account(db, new).staff_member_id == person(db, "79").id
    number = {"op": "Replace", "path": f"{ENTERPRISE}:employeeNumber", "value": "77"}
    entra.patch(f"/Users/{wrong['id']}", number, status=204)
    assert account(db, wrong).staff_member_id == nia.id


def test_two_sources_never_share_a_person_and_the_refusal_is_listed(
    entra, browser, db, organisation, now
):
    other = Provider(browser, make_source(db, organisation, now, name="Okta").secret)
    entra.add_user("nurse", "1002")
    refused = other.add_user("elsewhere", "1002", status=409)
    assert refused["scimType"] == "uniqueness"
    assert "Two sources claim this person" in refused["detail"]
    other.add_user("elsewhere", "1002", status=409)  # asked again: listed once
    again = entra.add_user("second", "1002", status=409)
    assert "Another account of this source" in again["detail"]
    assert db.scalar(select(func.count()).select_from(ScimUser)) == 1
    listed = db.scalars(select(RejectedRecord).order_by(RejectedRecord.id)).all()
    assert [record.employee_number for record in listed] == ["1002", "1002"]
    assert "nurse" not in "".join(record.reason for record in listed)
    assert other.ask("get", "/Users").json["totalResults"] == 0


def test_a_source_whose_key_is_taken_back_holds_nobody_any_more(
    entra, browser, db, factories, organisation, now
):
    hr = factories.StaffMember(employee_number="77", email=None)
    held = [entra.add_user("number", "77"), entra.add_user("nurse", "1002")]
    nurse = person(db, "1002")
    old = account(db, held[0]).source
    access_tokens.revoke(db, old, by=System(organisation_id=organisation.id), now=now)
    new = Provider(browser, make_source(db, organisation, now, name="Okta").secret)
    came = [new.add_user("number", "77"), new.add_user("nurse", "1002")]
    assert [account(db, one).staff_member_id for one in came] == [hr.id, nurse.id]
    assert account(db, held[1]).state is AccountState.WAITING
    assert db.scalar(select(func.count()).select_from(StaffMember)) == 2


def test_managers_in_a_circle_are_told_of_and_the_line_that_was_there_stays(entra, db):
    boss = entra.add_user("boss", "1")
    nurse = entra.add_user("nurse", "2", manager={"value": boss["id"]})
    value = {f"{ENTERPRISE}:manager": nurse["id"]}
    entra.patch(f"/Users/{boss['id']}", {"op": "Add", "value": value}, status=204)
    assert "circle" in account(db, boss).note
    assert db.scalar(select(func.count()).select_from(ReportingLine)) == 1


def test_a_group_gives_its_members_a_role_until_they_leave_it(
    entra, browser, db, factories, organisation, now
):
    nurse = entra.add_user("nurse", "2")
    staff_id = person(db, "2").id
    extra = "http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group"
    group = {"schemas": [GROUP, extra], "displayName": "Quality, leads", "externalId": "g1"}
    inner = entra.ask("post", "/Groups", group, status=201).json["id"]
    outer = {"schemas": [GROUP], "displayName": "All", "members": [{"value": inner}]}
    entra.ask("post", "/Groups", outer, status=201)
    entra.ask("post", "/Groups", {**group, "displayName": "QUALITY, leads"}, status=409)
    granted = read_group_roles("Quality, leads = quality_lead\nAll = trainer")

    def roles():
        names = group_names(db, [staff_id]).get(staff_id, ())
        return roles_in(organisation.code, (), granted, names=names)

    add = {"op": "Add", "path": "members", "value": [{"value": nurse["id"]}]}
    assert entra.patch(f"/Groups/{inner}", add).status_int == 204
    assert roles() == {Role.QUALITY_LEAD, Role.TRAINER}
    slim = entra.ask("get", f"/Groups/{inner}?excludedAttributes=members").json
    assert "members" not in slim
    found = entra.ask("get", f'/Groups?filter=members.value eq "{nurse["id"]}"').json
    assert found["totalResults"] == 1
    remove = {"op": "Remove", "path": "members", "value": [{"value": nurse["id"]}]}
    entra.patch(f"/Groups/{inner}", remove)
    assert roles() == frozenset()
    elsewhere = make_source(db, factories.Organisation(), now).secret
    theirs = {"schemas": [GROUP], "displayName": "All", "members": [{"value": nurse["id"]}]}
    Provider(browser, elsewhere).ask("post", "/Groups", theirs, status=201)
    assert roles() == frozenset()  # what another trust's groups say of our accounts is nothing
    path = f'members[value eq "{nurse["id"]}"]'
    entra.patch(f"/Groups/{inner}", add)
    entra.patch(f"/Groups/{inner}", {"op": "remove", "path": path})
    assert roles() == frozenset()


def test_entras_ways_are_taken_as_they_come(entra, db):
    boss = entra.add_user("boss", "1")
    nurse = entra.add_user("nurse", "2", emails=[{"value": "n@corp.local", "type": "work"}])
    here = f"/Users/{nurse['id']}"
    for operation in (
        {"op": "Replace", "value": {"name.givenName": "New", f"{ENTERPRISE}:department": "X"}},
        {"op": "Add", "path": f"{ENTERPRISE}:manager", "value": boss["id"]},
        {"op": "Replace", "path": f"{ENTERPRISE}:manager", "value": [{"value": boss["id"]}]},
        {"op": "Replace", "path": 'emails[type eq "work"].value', "value": "new@trust.nhs.uk"},
        {"op": "Add", "path": 'addresses[type eq "other"].formatted', "value": "Block 2"},
        {"op": "Replace", "path": "active", "value": "True"},
        {"op": "Replace", "path": f"{ENTERPRISE}:employeeNumber", "value": 2},
        {"op": "Replace", "value": {f"{ENTERPRISE}:costCenter": 17, ENTERPRISE: {"division": 3}}},
    ):
        assert entra.patch(here, operation).status_int == 204, operation
    said = entra.ask("get", here).json
    assert said["name"]["givenName"] == "New"
    assert (said[ENTERPRISE]["employeeNumber"], said[ENTERPRISE]["costCenter"]) == ("2", "17")
    assert said[ENTERPRISE]["manager"]["value"] == boss["id"]
    assert said["emails"] == [{"value": "new@trust.nhs.uk", "type": "work"}]
    db.expire_all()
    assert person(db, "2").email == "new@trust.nhs.uk"


def test_what_is_asked_for_is_found_a_page_at_a_time(entra):
    ids = [entra.add_user(f"p{n}", str(n), title="Nurse")["id"] for n in range(5)]
    page = entra.ask("get", "/Users?startIndex=2&count=2").json
    assert (page["totalResults"], [one["id"] for one in page["Resources"]]) == (5, ids[1:3])
    for text, found in (
        ('userName eq "P3@TRUST.nhs.uk"', [3]),
        ('externalId eq "external-p4"', [4]),
        ('externalId eq "EXTERNAL-p4"', []),
        ('emails[type eq "work" and value eq "p1@trust.nhs.uk"]', [1]),
        ('emails[type eq "work"].value eq "p1@trust.nhs.uk"', [1]),
        (f'{ENTERPRISE}:employeeNumber eq "2"', [2]),
        ('title eq "nurse" and userName sw "p0"', [0]),
        ('not (userName sw "p0") and userName lt "p3"', [1, 2]),
        (f'id eq "{"x" * 16}"', []),
    ):
        got = entra.ask("get", f"/Users?filter={text}", status=200).json
        assert [ids.index(one["id"]) for one in got.get("Resources", ())] == found, text
        assert got["totalResults"] == len(found)
    ordered = entra.ask("get", "/Users?sortBy=userName&sortOrder=descending&count=1").json
    assert ordered["Resources"][0]["id"] == ids[4]


def test_what_makes_no_sense_is_refused_in_scim_and_leaves_all_as_it_was(entra, browser, db):
    nurse = entra.add_user("nurse", "2")
    here = f"/Users/{nurse['id']}"
    before = entra.ask("get", here).json
    replace = {"op": "replace", "value": "x"}
    for status, ask in (
        (400, lambda: entra.patch(here, {**replace, "path": "noSuchThing.at.all"})),
        (400, lambda: entra.patch(here, {**replace, "path": "nothing"})),
        (400, lambda: entra.patch(here, {**replace, "path": "active"})),
        (400, lambda: entra.patch(here, {**replace, "path": "userName", "op": "bend"})),
        (400, lambda: entra.ask("post", "/Users", {"schemas": ["urn:none"], "x": 1})),
        (400, lambda: entra.ask("post", "/Users", {"schemas": [USER]})),
        (400, lambda: entra.ask("post", "/Users", {"schemas": [USER], "userName": " "})),
        (400, lambda: entra.ask("post", "/Users", {"schemas": [USER], "userName": "a\0b"})),
        (400, lambda: entra.ask("post", "/Users", {"schemas": [USER], "userName": "a" * 301})),
        (400, lambda: entra.ask("post", "/Users", [])),
        (400, lambda: entra.ask("get", "/Users?filter=userName eq")),
        (404, lambda: entra.ask("get", "/Users/nobody")),
        (404, lambda: entra.ask("delete", "/Groups/nothing")),
        (404, lambda: entra.ask("get", "/Nothing")),
        (405, lambda: entra.ask("delete", "/Users")),
    ):
        answer = ask()
        assert answer.status_int == status, answer.text
        assert answer.content_type == "application/scim+json"
        assert answer.json["status"] == str(status)
        assert "\n" not in answer.json["detail"]
    for odd in ("/Users/%ff", "/Users/%00", "/Users?filter=%ff"):
        assert entra.ask("get", odd).content_type == "application/scim+json"
    for raw in (b"{", b"[" * 5_000, b"\xff", b'{"userName": "\\ud800"}'):
        bad = browser.post("/scim/v2/Users", raw, headers=entra.headers, status="*")
        assert (bad.status_int, bad.content_type) == (400, "application/scim+json")
    huge = browser.post("/scim/v2/Users", b"x" * 10_000_000, headers=entra.headers, status=413)
    assert huge.json["status"] == "413"
    assert entra.ask("get", here).json == before
    assert db.scalar(select(func.count()).select_from(ScimUser)) == 1
    assert run(db).counts["rejected"] >= 1


def test_a_wrong_key_opens_nothing_but_how_to_speak_to_us(entra, browser, db, now, factories):
    entra.add_user("nurse", "2")
    wrong = Provider(browser, "tracker_scim_wrong")
    refused = wrong.ask("get", "/Users", status=401)
    assert "WWW-Authenticate" in refused.headers
    assert wrong.ask("get", "/ServiceProviderConfig", status=200).json["patch"]["supported"]
    elsewhere = make_source(db, factories.Organisation(), now)
    other = Provider(browser, elsewhere.secret)
    assert other.ask("get", "/Users").json["totalResults"] == 0
    assert other.add_user("nurse", "2")["id"]  # another trust's number is somebody else
    by = System(organisation_id=elsewhere.token.organisation_id)
    access_tokens.revoke(db, elsewhere.token, by=by, now=now + timedelta(seconds=1))
    other.ask("get", "/Users", status=401)


def test_a_password_is_never_kept(entra, db):
    user = entra.add_user("nurse", "2", password="secret-word")
    assert "password" not in user
    assert "secret-word" not in str(account(db, user).document)


def test_an_administrator_makes_changes_and_takes_back_a_key(
    browser, db, factories, sign_in, organisation, now
):
    ada = factories.StaffMember()
    sign_in(ada, Role.ADMINISTRATOR)
    page = browser.get("/connections/people")
    form = last(page)
    assert "Enter a name" in form.submit().text
    form["name"] = "Entra"
    made = form.submit()
    secret = made.html.select("#new-key code")[1].text
    entra = Provider(browser, secret)
    entra.add_user("nurse", "2")
    entra.add_user("machine")
    again = browser.get("/connections/people")
    assert secret not in again.text
    assert "1 without an employee number" in again.text
    changed = first(again).submit("action", value="now")
    entra.ask("get", "/Users", status=401)
    entra = Provider(browser, changed.html.select("#new-key code")[1].text)
    entra.ask("get", "/Users", status=200)
    first(changed).submit("action", value="end").follow()
    entra.ask("get", "/Users", status=401)

    by = Identity(staff_id=ada.id, organisation_id=organisation.id)
    other = access_tokens.issue(db, TokenPurpose.REPORT, "Mine", by=by, now=now, person=ada)
    path = f"/connections/people/{other.token.public_id}"
    field = last(changed)["csrf_token"].value
    browser.post(path, {"csrf_token": field, "action": "change"}, status=404)
    sign_in(factories.StaffMember(), Role.HR_OFFICER)
    browser.get("/connections/people", status=404)
