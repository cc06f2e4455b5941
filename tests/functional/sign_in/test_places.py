"""Which staff record, in which organisation, somebody signs in as."""

from datetime import timedelta

import pytest

from tests.conftest import NOW
from tests.support.sign_in import later, sign_in
from tracker import main
from tracker.models import SignInSession

pytestmark = pytest.mark.enable_socket


class TestWhoIsOnTheList:
    def test_somebody_who_is_not_is_told_what_to_do(self, browser, db):
        page = sign_in(browser, "stranger", status=403)

        assert "ask HR to check your employee number" in page
        assert db.query(SignInSession).count() == 0

    def test_an_entry_without_number_or_email_matches_nobody(self, browser, factories):
        factories.StaffMember(email=None)

        assert "cannot find you" in sign_in(browser, "bare", status=403)

    def test_a_leaver_is_refused(self, browser, mo):
        mo.left_on = NOW.date() - timedelta(days=1)

        assert "say that you have left" in sign_in(browser, status=403)

    def test_the_last_day_is_a_working_day(self, browser, mo):
        mo.left_on = NOW.date()

        sign_in(browser)

    def test_an_email_that_two_people_have_opens_neither_record(self, browser, factories):
        for _ in range(2):
            factories.StaffMember(email="mail.only@trust.test")

        assert "more than one staff record" in sign_in(browser, "mail.only", status=403)

    def test_a_number_that_is_not_hrs_for_the_address_opens_nothing(self, browser, factories, mo):
        mo.employee_number = "20000002"
        assert "your account does not fit HR" in sign_in(browser, status=403)

        # The number is one person's, the address another's.
        factories.StaffMember(employee_number="10000001", email="other@trust.test")
        assert "your account does not fit HR" in sign_in(browser, status=403)

        mo.left_on = NOW.date() - timedelta(days=1)  # the address was a leaver's
        assert "Hello" in sign_in(browser).follow()


class TestTwoOrganisations:
    @pytest.fixture
    def two(self, factories, mo):
        other = factories.Organisation(name="Aardvark Trust", code="XX9")
        return mo, factories.StaffMember(
            organisation_id=other.id,
            employee_number="10000001",
            given_name="Moira",
            email="mo@trust.test",
        )

    @pytest.mark.usefixtures("two")
    def test_a_page_asks_which(self, browser):
        page = sign_in(browser).follow()
        assert "Where are you working now?" in page
        form = page.forms[0]
        form["organisation"] = "XX9"

        assert "Hello, Moira" in form.submit(status=303).follow()

    def test_roles_are_those_of_the_chosen_one(self, browser, db, two):
        form = sign_in(browser).follow().forms[0]
        form["organisation"] = "XX9"
        form.submit(status=303)

        session = db.query(SignInSession).one()
        assert session.organisation_id == two[1].organisation_id
        assert session.roles == "administrator,quality_lead"

    @pytest.mark.usefixtures("two")
    def test_nobody_is_in_before_the_choice(self, browser, db):
        sign_in(browser)

        browser.get("/", status=303)
        assert db.query(SignInSession).count() == 0

    @pytest.mark.usefixtures("two")
    @pytest.mark.parametrize("choice", ["", "R77"])
    def test_no_choice_or_another_one_is_asked_again(self, browser, choice):
        form = sign_in(browser).follow().forms[0]
        form["organisation"].force_value(choice)

        assert "There is a problem" in form.submit(status=200)

    @pytest.mark.usefixtures("two")
    def test_the_choice_is_open_for_five_minutes_only(self, browser):
        form = sign_in(browser).follow().forms[0]
        form["organisation"] = "XX9"
        later(browser, minutes=6)

        assert form.submit(status=303).location.endswith("/sign-in")

    def test_the_same_number_in_another_trust_is_another_person(self, browser, two):
        two[1].email = "somebody.else@aardvark.test"

        assert "Hello, Mo Manager" in sign_in(browser).follow()

    def test_a_number_that_fits_only_in_another_trust_opens_nothing(self, browser, factories):
        # One's own trust has not been imported yet.
        factories.StaffMember(employee_number="10000001", email="somebody.else@trust.test")
        factories.Organisation()

        assert "cannot find you" in sign_in(browser, status=403)

    def test_a_number_alone_is_not_enough_where_there_are_two(self, browser, two):
        for person in two:
            person.email = None

        assert "cannot find you" in sign_in(browser, status=403)

    def test_it_is_enough_where_the_settings_name_the_organisation(
        self, open_browser, demo_settings, two
    ):
        for person in two:
            person.email = None
        app = main(None, **demo_settings, **{"directory.organisations": "XX9"})

        assert "Hello, Moira" in sign_in(open_browser(app)).follow()
        app.registry["db.engine"].dispose()
