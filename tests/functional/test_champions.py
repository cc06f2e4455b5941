"""Champions: found, asked, being one, and the hours that stay one's own."""

import pytest

from tests.support.queries import count_queries
from tracker.models import AppraisalPreparation, Champion, ChampionRequest, SupportSession
from tracker.security.identity import Role


def form_with(page, field):
    return next(form for form in page.forms.values() if field in form.fields)


@pytest.fixture
def champion(factories):
    return factories.Champion(staff_member=factories.StaffMember(given_name="Robin"))


def test_somebody_offers_help_and_is_found_by_a_word(browser, db, factories, sign_in):
    person = factories.StaffMember(given_name="Kim")
    factories.Assignment(staff_member=person)
    sign_in(person)
    form = form_with(browser.get("/champions/me"), "helps_with")
    form["helps_with"] = "Video calls"
    form.set("works", True, index=0)
    form.submit(status=303)
    assert db.query(Champion).one().patterns

    sign_in(factories.StaffMember())
    assert "Kim" in browser.get("/champions?words=video")
    assert "Nobody like that" in browser.get("/champions?words=accordion")


@pytest.mark.parametrize(
    ("field", "typed", "says"),
    [
        ("hours_a_month", "many", "Write a number from 1 to 160"),
        ("most_people", "0", "Write a number from 1 to 20"),
        ("helps_with", "", "Write what you can help with"),
    ],
)
def test_an_offer_that_cannot_be_kept_is_said_at_its_box(
    browser, db, factories, sign_in, field, typed, says
):
    sign_in(factories.StaffMember())
    form = form_with(browser.get("/champions/me"), "helps_with")
    form["helps_with"] = "Video calls"
    form.set("works", True, index=0)
    form[field] = typed

    assert says in form.submit(status=200)
    assert db.query(Champion).count() == 0


def test_help_is_asked_answered_and_thanked_and_others_see_nothing_of_it(
    browser, db, factories, sign_in, champion
):
    asker = sign_in(factories.StaffMember(given_name="Jo"))
    form = form_with(browser.get(f"/champions/ask?champion={champion.public_id}"), "wording")
    form["wording"] = "I am lost in the rota"
    form.submit(status=303)
    request = db.query(ChampionRequest).one()

    sign_in(factories.StaffMember())
    assert "lost in the rota" not in browser.get("/champions/me")
    token = form_with(browser.get("/champions/me"), "helps_with")["csrf_token"].value
    for verb in ("answer", "thank"):
        address = f"/champions/requests/{request.public_id}/{verb}"
        browser.post(address, {"csrf_token": token, "answer": "yes"}, status=404)

    sign_in(champion.staff_member)
    page = browser.get("/champions/me")
    assert "I am lost in the rota" in page
    page.forms[1].submit("answer", value="yes", status=303)

    sign_in(asker)
    page = browser.get("/champions/me")
    assert "said yes" in page
    form = form_with(page, "thanks")
    form["thanks"] = "Now I can swap a shift"
    form.submit(status=303)
    sign_in(champion.staff_member)
    assert "Now I can swap a shift" in browser.get("/champions/me")


def test_time_is_counted_once_and_brought_to_ones_own_notes_by_choice(
    browser, db, factories, sign_in, champion
):
    person = champion.staff_member
    appraisal = factories.Appraisal(appraisee=person)
    sign_in(person)
    form = form_with(browser.get("/champions/me"), "minutes")
    form["minutes"], form["kind"] = "90", "team"
    form.submit(status=303)
    form.submit(status=303)  # the button pressed twice
    assert db.query(SupportSession).count() == 1
    page = browser.get("/champions/me")
    assert "1 hour and 30 minutes in the last twelve months" in page

    bring = next(f for f in page.forms.values() if f.action.endswith("/bring"))
    bring.submit(status=303)
    bring.submit(status=303)
    notes = db.query(AppraisalPreparation).one()
    assert notes.went_well.count("1 hour and 30 minutes") == 1
    assert not notes.is_shared

    sign_in(appraisal.appraiser)
    assert "1 hour and 30 minutes" not in browser.get(f"/appraisals/{appraisal.public_id}")


@pytest.mark.parametrize("minutes", ["0", "601", "-5", "an hour"])
def test_minutes_that_cannot_be_are_refused(browser, db, sign_in, champion, minutes):
    sign_in(champion.staff_member)
    form = form_with(browser.get("/champions/me"), "minutes")
    form["minutes"], form["kind"] = minutes, "team"

    assert "Write a number from 1 to 600" in form.submit(status=200)
    assert db.query(SupportSession).count() == 0


def test_a_manager_asks_a_champion_near_by_to_be_buddy(browser, factories, sign_in, champion):
    induction = factories.Induction()
    sign_in(induction.manager)
    page = browser.get(f"/inductions/{induction.public_id}/buddies")
    form_with(page, "champion").submit(status=303)
    assert "asked, no answer yet" in browser.get(f"/inductions/{induction.public_id}/buddies")

    sign_in(champion.staff_member)
    browser.get("/champions/me").forms[1].submit("answer", value="yes", status=303)
    assert induction.buddy_id == champion.staff_member_id
    sign_in(induction.staff_member)
    browser.get(f"/inductions/{induction.public_id}/buddies", status=404)


def test_the_quality_lead_sees_champions_by_profession(browser, factories, sign_in, champion):
    assert champion
    sign_in(factories.StaffMember())
    assert "in each profession" not in browser.get("/champions")

    sign_in(factories.StaffMember(), Role.QUALITY_LEAD)
    assert "Champions in each profession" in browser.get("/champions")


def test_the_list_asks_the_database_no_more_for_more_champions(browser, db, factories, sign_in):
    sign_in(factories.StaffMember())

    def queries():
        db.flush()
        db.expunge_all()
        with count_queries(db) as counted:
            browser.get("/champions")
        return counted.number

    factories.Champion()
    few = queries()
    for _ in range(25):
        factories.Champion()

    assert queries() <= few <= 12
