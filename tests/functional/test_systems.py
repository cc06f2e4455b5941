"""The register of digital systems: looked through, told about, changed, taken in as a file."""

from datetime import date

import pytest

from tests.support.queries import count_queries
from tracker.models import (
    Barrier,
    DigitalSystem,
    Governance,
    Reliability,
    SystemOpinion,
    SystemState,
)
from tracker.security.identity import Role
from tracker.services import register_files


@pytest.fixture
def person(factories, sign_in):
    return sign_in(factories.StaffMember())


@pytest.fixture
def administrator(factories):
    return factories.StaffMember()


class TestList:
    def test_words_kind_and_governance_narrow_it_without_scripts(self, browser, factories, person):
        assert person
        factories.DigitalSystem(name="Ward board", purpose="Who is in which bed", family="boards")
        factories.DigitalSystem(name="Stock list", purpose="Gloves", family="stock",
                                governance=Governance.NO)  # fmt: skip

        form = browser.get("/systems").forms[1]
        form["words"] = "BED board"
        assert [a.text for a in form.submit().html.select("main li strong")] == ["Ward board"]
        assert "Stock list" in browser.get("/systems?governance=no&family=stock")
        assert "1 system" in browser.get("/systems?governance=no")
        assert "We know of none like that" in browser.get("/systems?words=100%25_")

    def test_the_systems_of_ones_own_job_can_be_seen_alone(self, browser, factories, person):
        work = factories.Assignment(staff_member=person)
        factories.SystemUse(system__name="Mine", staff_group=work.staff_group)
        factories.SystemUse(system__name="Of others", staff_group="Estates and Ancillary")

        page = browser.get("/systems?mine=yes")

        assert "Mine" in page
        assert "Of others" not in page

    def test_its_queries_do_not_grow_with_the_register(self, browser, db, factories, person):
        assert person

        def queries():
            db.flush()
            db.expunge_all()
            with count_queries(db) as counted:
                page = browser.get("/systems?page=2")
            return counted.number, page

        for _ in range(30):
            factories.DigitalSystem()
        few, _page = queries()
        for _ in range(60):
            factories.SystemUse(system__owner_id=person.id)
        many, page = queries()

        assert many <= few <= 12
        assert "page 2 of 4" in page

    def test_what_people_told_of_waits_for_the_administrator(
        self, browser, db, factories, sign_in, administrator
    ):
        sign_in(factories.StaffMember())
        form = browser.get("/systems/tell").forms[1]
        form["name"] = "Our own list"
        form.submit(status=303)
        told = db.query(DigitalSystem).one()
        browser.get(f"/systems/{told.public_id}", status=404)
        assert "Our own list" not in browser.get("/systems")

        sign_in(administrator, Role.ADMINISTRATOR)
        assert "1 system that people told us about" in browser.get("/systems").html.main.text
        change = browser.get(f"/systems/{told.public_id}/change")
        form_of(change, "help_link").submit(status=303)

        assert told.state is SystemState.LISTED
        assert "Our own list" in browser.get("/systems")


class TestOneSystem:
    def test_its_page_shows_alerts_help_and_who_uses_it(self, browser, factories, person):
        assert person
        system = factories.DigitalSystem(help_contact="Service desk, 2222")
        factories.SystemAlert(system_id=system.id, what_to_do="Tell the doctor now")
        factories.SystemUse(system=system, staff_group="Medical and Dental")

        page = browser.get(f"/systems/{system.public_id}")

        for words in ("Tell the doctor now", "Service desk, 2222", "Medical and Dental"):
            assert words in page

    def test_how_reliable_it_is_shows_from_eight_people_on_and_names_no_number(
        self, browser, db, factories, person, today
    ):
        system = factories.DigitalSystem()
        for _ in range(7):
            say(db, factories, system, Reliability.OFTEN_STOPS, today)
        page = browser.get(f"/systems/{system.public_id}")
        assert "Too few people have told us" in page

        form = form_of(page, "says")
        form["says"] = "works_well"
        form.submit(status=303)
        db.flush()
        form.submit(status=303)  # a second time on the same day is the same voice

        page = browser.get(f"/systems/{system.public_id}")
        assert "Most people say that it often stops" in page
        assert "7" not in page.html.main.find("h2", string="Does it work well?").find_next("p").text
        assert db.query(SystemOpinion).filter_by(staff_member_id=person.id).count() == 1

    def test_what_stands_in_the_way_goes_to_its_owner_and_shows_without_a_name(
        self, browser, db, factories, sign_in
    ):
        owner = factories.StaffMember()
        system = factories.DigitalSystem(owner_id=owner.id)
        person = sign_in(factories.StaffMember(family_name="Quillfeather"))
        form = browser.get(f"/systems/{system.public_id}").forms[2]
        form["kind"], form["description"] = "usability", "The button is hidden"
        form.submit(status=303)

        sign_in(factories.StaffMember())
        page = browser.get(f"/systems/{system.public_id}")
        barrier = db.query(Barrier).one()
        assert (barrier.owner_id, barrier.staff_member_id) == (owner.id, person.id)
        assert "A system that is hard to use: told once" in page
        assert "Quillfeather" not in page
        assert "The button is hidden" not in page


class TestChange:
    def test_its_owner_changes_it_and_a_colleague_cannot(self, browser, db, factories, sign_in):
        owner = factories.StaffMember()
        system = factories.DigitalSystem(owner_id=owner.id)
        sign_in(factories.StaffMember())
        browser.get(f"/systems/{system.public_id}/change", status=404)
        assert "Change this page" not in browser.get(f"/systems/{system.public_id}")

        sign_in(owner)
        form = form_of(browser.get(f"/systems/{system.public_id}/change"), "help_link")
        form["purpose"] = "Shows blood tests."
        form.submit(status=303)

        db.flush()
        db.refresh(system)
        assert (system.purpose, system.owner_id) == ("Shows blood tests.", owner.id)

    def test_the_second_writer_sees_both_texts(self, browser, factories, sign_in, administrator):
        system = factories.DigitalSystem()
        sign_in(administrator, Role.ADMINISTRATOR)
        first = form_of(browser.get(f"/systems/{system.public_id}/change"), "help_link")
        second = form_of(browser.get(f"/systems/{system.public_id}/change"), "help_link")
        first["purpose"] = "What the first one wrote."
        first.submit(status=303)

        second["purpose"] = "What the second one wrote."
        page = second.submit(status=409)

        assert "What the first one wrote." in page
        assert "What the second one wrote." in page
        form_of(page, "help_link").submit(status=303)  # having read it, they may

    @pytest.mark.parametrize(
        ("field", "typed", "says"),
        [
            ("help_link", "javascript:alert(1)", "Begin the link with https://"),
            ("owner_email", "nobody@trust.example", "We know nobody with that work email"),
            ("name", "", "Write what people call it"),
        ],
    )
    def test_what_cannot_be_kept_is_said_at_its_box(
        self, browser, factories, sign_in, administrator, field, typed, says
    ):
        system = factories.DigitalSystem()
        sign_in(administrator, Role.ADMINISTRATOR)
        form = form_of(browser.get(f"/systems/{system.public_id}/change"), "help_link")
        form[field] = typed

        assert says in form.submit(status=200)

    def test_alerts_and_users_come_and_go(self, browser, db, factories, sign_in, administrator):
        system = factories.DigitalSystem()
        factories.Assignment(staff_member=administrator)
        sign_in(administrator, Role.ADMINISTRATOR)
        page = browser.get(f"/systems/{system.public_id}/change")
        users = form_of(page, "use-unit")
        users["use-staff_group"] = "Nursing and Midwifery Registered"
        page = users.submit(status=303).follow()
        alerts = form_of(page, "alert-name")
        alerts["alert-name"], alerts["alert-what_to_do"] = "Late | odd", "Call"
        page = alerts.submit(status=303).follow()
        assert "Late / odd" in page
        assert len(system.uses) == 1

        for _ in range(2):
            removal = form_of(page, "remove")
            page = removal.submit(status=303).follow()

        db.flush()
        db.refresh(system)
        assert (system.uses, system.alerts) == ([], [])


class TestFile:
    def test_it_is_shown_before_it_is_kept_and_twice_changes_nothing(
        self, browser, db, factories, sign_in, administrator
    ):
        kept = factories.DigitalSystem(key="a", name="Old name")
        gone = factories.DigitalSystem(key="gone", name="Not in the file")
        sign_in(administrator, Role.ADMINISTRATOR)
        text = "key,name,used_by\na,New name,everybody\nb,=2+2,staff group: Medical and Dental\n"

        preview = upload(browser, text).follow()
        assert "Added: 1" in preview.html.main.text
        assert kept.name == "Old name"
        form = preview.forms[1]
        form["gone"] = "end"
        form.submit(status=303)

        db.flush()
        db.expire_all()
        assert (kept.name, gone.ends_on.isoformat()) == ("New name", "2026-11-22")
        again = upload(browser, text).follow()
        assert "There is nothing to do" in again
        csv = browser.get("/systems/register.csv")
        assert '"\'=2+2"' in csv.text

    def test_what_is_gone_before_it_began_does_not_end_before_its_first_day(
        self, browser, db, factories, sign_in, administrator
    ):
        to_come = factories.DigitalSystem(key="soon", starts_on=date(2027, 2, 5))
        sign_in(administrator, Role.ADMINISTRATOR)
        form = upload(browser, "key,name\na,Mail\n").follow().forms[1]
        form["gone"] = "end"
        form.submit(status=303)

        db.flush()
        db.refresh(to_come)
        assert to_come.ends_on == to_come.starts_on
        register = browser.get("/systems/register.csv").text
        assert "There is nothing to do" in upload(browser, register).follow()

    @pytest.mark.parametrize(
        ("text", "says"),
        [
            ("", "The file is empty"),
            ("name,purpose\nA,b\n", "must name these columns: key"),
            ("key,name\na,A\nA,B\n", "Line 3, key: is that of line 2 too"),
            ("key,name\n'=a,A\n", "Line 2, key: needs letters"),
            ("key,name,governance\na,A,maybe\n", "Line 2, governance: must be yes"),
            ("key,name,used_by\na,A,unit: 99999\n", "Line 2, used_by: This unit is not known"),
            ("key,name,used_by\na,A,all nurses\n", "Line 2, used_by: has a line"),
            ("key,name,help_link\na,A,javascript:x\n", "Line 2, help_link: must begin"),
            ("key,name,starts_on\na,A,soon\n", "Line 2, starts_on: is not a day"),
            ('key,name\na,"A\n', "a quote mark is left open"),
            ("key,name\n" + "a,A,b\n", "has 3 columns"),
            ("PK\x03\x04\0\0", "This is not a CSV file"),
        ],
    )
    def test_a_file_with_mistakes_says_where_and_changes_nothing(
        self, browser, db, sign_in, administrator, text, says
    ):
        sign_in(administrator, Role.ADMINISTRATOR)

        page = upload(browser, text, status=422)

        assert says in page.html.main.text
        assert db.query(DigitalSystem).count() == 0

    def test_a_file_larger_than_a_register_can_be_is_refused(
        self, browser, sign_in, administrator, monkeypatch
    ):
        sign_in(administrator, Role.ADMINISTRATOR)
        monkeypatch.setattr(register_files, "LARGEST_FILE", 1_000)

        page = upload(browser, "key,name\n" + "a,A\n" * 1_000, status=422)

        assert "larger than 10 MB" in page

    def test_a_file_put_aside_is_its_bearers_alone(
        self, browser, factories, sign_in, administrator
    ):
        sign_in(administrator, Role.ADMINISTRATOR)
        address = upload(browser, "key,name\na,A\n").location

        sign_in(factories.StaffMember(), Role.ADMINISTRATOR)
        browser.get(address, status=404)


def say(db, factories, system, says, today):
    db.add(
        SystemOpinion(
            organisation_id=system.organisation_id,
            system_id=system.id,
            staff_member_id=factories.StaffMember().id,
            says=says,
            said_on=today,
        )
    )
    db.flush()


def form_of(page, field):
    return next(form for form in page.forms.values() if field in form.fields)


def upload(browser, text, *, status=303):
    page = browser.get("/systems/import")
    token = page.forms[1]["csrf_token"].value
    return browser.post(
        "/systems/import",
        {"csrf_token": token},
        upload_files=[("file", "register.csv", text.encode())],
        status=status,
    )
