"""Signing without agreeing, and what either side adds to a record that is signed."""

from io import BytesIO

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from tests.support.signing import sign_with
from tracker.models import Addendum, OutboxMessage


@pytest.fixture
def appraisal(factories, now):
    appraisal = factories.Appraisal(held_on=now.date(), summary="We talked about alerts.")
    factories.Assignment(staff_member=appraisal.appraisee)
    return appraisal


@pytest.fixture
def people(appraisal, directory):
    """Give the user name and password of both."""
    return directory.add(appraisal.appraisee), directory.add(appraisal.appraiser)


def sign_page(browser, appraisal):
    return browser.get(f"/appraisals/{appraisal.public_id}/sign")


def sign_disagreeing(browser, appraisal, who, statement, **more):
    page = sign_page(browser, appraisal)
    form = next(form for form in page.forms.values() if form.action.endswith("/sign"))
    form["statement"], form["disagrees"] = statement, True
    return sign_with(page, who, **more)


@pytest.fixture
def signed(browser, appraisal, people, sign_in):
    """Have the manager sign, then the member of staff, who is left signed in."""
    sign_in(appraisal.appraiser)
    sign_with(sign_page(browser, appraisal), people[1])
    sign_in(appraisal.appraisee)
    sign_with(sign_page(browser, appraisal), people[0])
    return browser.get(f"/appraisals/{appraisal.public_id}/record")


def add(page, who, text, status=303):
    form = page.click("Add to this record").forms[1]
    form["text"] = text
    form["username"], form["password"] = who
    return form.submit(status=status)


class TestSigningWithoutAgreeing:
    def test_it_closes_the_appraisal_and_is_shown_everywhere(
        self, browser, appraisal, people, sign_in
    ):
        sign_in(appraisal.appraiser)
        sign_with(sign_page(browser, appraisal), people[1])
        sign_in(appraisal.appraisee)
        sign_disagreeing(browser, appraisal, people[0], "The tablets never came.")

        record = browser.get(f"/appraisals/{appraisal.public_id}/record")

        assert "does not agree with all of it" in record
        assert "The tablets never came." in record
        said = "I have read it, and do not agree with all of it. The tablets never came."
        assert said in " ".join(record.click("plain text").text.split())
        pdf = PdfReader(BytesIO(record.click("Download as PDF").body))
        assert "do not agree" in " ".join(pdf.pages[0].extract_text().split())

    def test_it_asks_for_a_sentence(self, browser, appraisal, people, sign_in):
        sign_in(appraisal.appraisee)

        page = sign_disagreeing(browser, appraisal, people[0], "  ", status=200)

        assert "Say in a sentence what you see in another way" in page
        assert page.html.find(id="statement-error")


class TestAddingLater:
    def test_either_side_adds_and_the_other_is_told(self, signed, db, appraisal, people, browser):
        page = add(signed, people[0], "The date was the 19th.").follow()
        add(page, people[1], "Yes: <b>the 19th</b>.").follow()

        record = browser.get(f"/appraisals/{appraisal.public_id}/record")

        assert f"Added by {appraisal.appraisee.name}" in record
        assert "&lt;b&gt;the 19th&lt;/b&gt;" in record
        assert "It fits the text" in record
        told = db.scalars(
            select(OutboxMessage.recipient_id).where(OutboxMessage.kind == "appraisal.added_to")
        )
        assert set(told) == {appraisal.appraiser_id, appraisal.appraisee_id}
        assert "The date was the 19th." in record.click("plain text").text

    def test_a_button_pressed_twice_adds_once(self, signed, db, people):
        for _time in range(2):
            add(signed, people[0], "The date was the 19th.")

        assert len(db.scalars(select(Addendum)).all()) == 1

    @pytest.mark.parametrize("text", ["", "   ", "x" * 2_001])
    def test_no_words_or_too_many_are_refused(self, signed, db, people, text):
        page = add(signed, people[0], text, status=200)

        assert "There is a problem" in page
        assert db.scalar(select(Addendum)) is None

    def test_another_persons_password_adds_nothing(self, signed, db, factories, directory):
        page = add(signed, directory.add(factories.StaffMember()), "Mine", status=200)

        assert "Only the two people of this appraisal" in page
        assert db.scalar(select(Addendum)) is None

    def test_before_both_have_signed_there_is_nothing_to_add_to(self, browser, appraisal, sign_in):
        sign_in(appraisal.appraisee)

        browser.get(f"/appraisals/{appraisal.public_id}/record/add", status=404)

    @pytest.mark.usefixtures("signed")
    @pytest.mark.parametrize("page", ["record.txt", "record/add"])
    def test_for_others_it_is_not_there(self, browser, appraisal, factories, sign_in, page):
        sign_in(factories.StaffMember())

        browser.get(f"/appraisals/{appraisal.public_id}/{page}", status=404)
