"""A person's own outcomes are seen by the other side only where they were brought."""

from datetime import date

import pytest
from sqlalchemy import select

from tracker.models import BroughtOutcome, PracticeAnswer, PracticeForm
from tracker.practice import the_bank
from tracker.services.practice import SCREENS

WORDS = "That is the moment to know about"


@pytest.fixture
def appraisal(factories):
    return factories.Appraisal()


@pytest.fixture
def practised(db, appraisal, now):
    """The person has finished a round, quite sure, and not always right."""
    keys = sorted(the_bank())[:SCREENS]
    form = PracticeForm(
        organisation_id=appraisal.organisation_id,
        staff_member_id=appraisal.appraisee_id,
        attempt=1,
        items=[[key, 1, number % 2 == 0] for number, key in enumerate(keys)],
        begun_at=now,
    )
    for position in range(SCREENS):
        form.answers.append(
            PracticeAnswer(
                organisation_id=appraisal.organisation_id,
                position=position,
                says_action=position < SCREENS // 2,
                how_sure=4,
                has_signal=position % 2 == 0,
                is_correct=(position < SCREENS // 2) == (position % 2 == 0),
                is_first_attempt=True,
                answered_on=date(2026, 11, 2),
                answered_at=now,
            )
        )
    db.add(form)
    db.flush()
    return appraisal


def bring_page(browser, appraisal):
    return browser.get(f"/appraisals/{appraisal.public_id}/bring")


def test_nothing_shows_before_it_is_brought_and_nothing_after_it_is_taken_back(
    browser, db, practised, sign_in
):
    meeting = f"/appraisals/{practised.public_id}/meeting"
    sign_in(practised.appraiser)
    assert WORDS not in browser.get(meeting)

    sign_in(practised.appraisee)
    page = bring_page(browser, practised)
    assert WORDS in page
    page.forms[1].submit().follow()
    sign_in(practised.appraiser)
    assert WORDS in browser.get(meeting)

    sign_in(practised.appraisee)
    bring_page(browser, practised).forms[1].submit("take_back")
    sign_in(practised.appraiser)
    assert WORDS not in browser.get(meeting)
    assert db.scalars(select(BroughtOutcome)).all() == []


def test_it_is_signed_with_the_rest_and_then_stays(browser, practised, sign_in, factories):
    sign_in(practised.appraisee)
    page = bring_page(browser, practised)
    page.forms[1].submit()
    again = bring_page(browser, practised).forms[1]
    practised.held_on, practised.summary = date(2026, 11, 20), "We talked."
    assert WORDS in browser.get(f"/appraisals/{practised.public_id}/sign")
    factories.Signature(appraisal_id=practised.id, signer=practised.appraiser)

    refused = again.submit("take_back", status=409)

    assert "takes their signature back first" in refused


def test_the_manager_has_no_such_page(browser, practised, sign_in):
    sign_in(practised.appraiser)

    browser.get(f"/appraisals/{practised.public_id}/bring", status=404)


def test_own_alerts_are_not_looked_for_unless_the_trust_says_so(browser, practised, sign_in):
    sign_in(practised.appraisee)

    assert "nothing about you from a live system" in bring_page(browser, practised)
