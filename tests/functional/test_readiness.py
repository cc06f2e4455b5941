"""Readiness talks by system: one for each milestone, signed by both, carried on from the last."""

from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from tests.support.signing import sign_with
from tracker.models import InductionStage, Readiness, ReadinessTalk, SealedReadiness
from tracker.services.sealed_checks import check_sealed


@pytest.fixture
def induction(factories):
    induction = factories.Induction()
    factories.Assignment(staff_member=induction.staff_member)
    factories.InductionTask(induction=induction, milestone_key="month_1", due_on=date(2026, 12, 9))
    return induction


@pytest.fixture
def systems(factories):
    made = [factories.DigitalSystem(name=name) for name in ("Drug chart", "Results")]
    for one in made:
        factories.SystemUse(system=one)
    return made


@pytest.fixture
def both_sign(directory, induction):
    def both_sign(page):
        for person in (induction.manager, induction.staff_member):
            page = sign_with(page, directory.add(person)).follow()
        return page

    return both_sign


def open_page(browser, induction):
    return browser.get(f"/inductions/{induction.public_id}/readiness")


def form_of(page):
    return next(form for form in page.forms.values() if "alone" in form.fields)


def test_each_system_of_the_post_is_agreed_and_sealed(
    browser, db, induction, systems, sign_in, both_sign
):
    sign_in(induction.manager)
    form = form_of(open_page(browser, induction))
    form[f"system-{systems[0].public_id}"] = "near"
    page = form.submit(status=303).follow()
    assert "It is never used for probation, pay or discipline" in page

    page = both_sign(page)

    sealed = db.query(SealedReadiness).one()
    assert check_sealed(db).problems == ()
    assert check_sealed(db).checked == 1
    assert '"systems":[{"name":"Drug chart","readiness":"near"}]' in sealed.content
    assert "You talk again on 9 December 2026" in page
    assert induction.stage is InductionStage.UNDER_WAY


def test_the_next_talk_starts_from_the_last_and_leaves_it_as_it_was(
    browser, db, induction, systems, sign_in, both_sign
):
    sign_in(induction.manager)
    form = form_of(open_page(browser, induction))
    form[f"system-{systems[0].public_id}"] = "not_yet"
    form[f"system-{systems[1].public_id}"] = "alone"
    page = both_sign(form.submit(status=303).follow())

    form = form_of(page)
    assert form[f"system-{systems[1].public_id}"].value == "alone"
    form[f"system-{systems[0].public_id}"] = "alone"
    for part in ("day", "month", "year"):
        form[f"again_on-{part}"] = ""
    both_sign(form.submit(status=303).follow())

    first, second = db.query(ReadinessTalk).order_by(ReadinessTalk.number)
    assert [line.readiness for line in first.lines] == [Readiness.NOT_YET, Readiness.ALONE]
    assert [line.readiness for line in second.lines] == [Readiness.ALONE, Readiness.ALONE]
    assert db.query(SealedReadiness).count() == 2
    assert induction.stage is InductionStage.COMPLETE


def test_the_second_writer_sees_what_the_first_said_of_systems(
    browser, induction, systems, sign_in
):
    sign_in(induction.manager)
    one, other = form_of(open_page(browser, induction)), form_of(open_page(browser, induction))
    one[f"system-{systems[0].public_id}"] = "near"
    one.submit(status=303)
    other[f"system-{systems[0].public_id}"] = "alone"

    page = other.submit(status=409)

    assert "Drug chart: with somebody near" in page
    assert form_of(page)[f"system-{systems[0].public_id}"].value == "alone"


def test_a_system_of_others_or_an_answer_we_did_not_offer_is_left_out(
    browser, db, factories, induction, systems, sign_in
):
    sign_in(induction.manager)
    strange = factories.DigitalSystem(name="Of another ward")
    form = form_of(open_page(browser, induction))
    params = dict(form.submit_fields()) | {
        f"system-{strange.public_id}": "alone",
        f"system-{systems[0].public_id}": "excellent",
        "alone": "Results",
    }
    browser.post(form.action, params, status=303)

    talk = db.query(ReadinessTalk).one()
    assert {line.system_name for line in talk.lines} == {"Drug chart", "Results"}
    assert not any(line.readiness for line in talk.lines)


def test_a_post_without_systems_has_a_talk_in_free_words(browser, db, induction, sign_in):
    sign_in(induction.staff_member)
    page = open_page(browser, induction)
    assert "How" not in page.html.main.select("legend")
    form = form_of(page)
    form["alone"] = "The rota"
    form.submit(status=303)

    assert db.query(ReadinessTalk).one().lines == []


def test_a_day_that_has_passed_is_refused_at_its_box(browser, db, induction, sign_in):
    sign_in(induction.manager)
    form = form_of(open_page(browser, induction))
    form["alone"], form["again_on-day"], form["again_on-month"] = "The rota", "1", "11"

    page = form.submit(status=200)

    assert "Choose a day that is still to come" in page
    assert db.query(ReadinessTalk).count() == 0


def test_what_is_not_done_alone_is_a_ready_made_goal_in_the_first_appraisal(
    browser, factories, induction, systems, sign_in, both_sign
):
    sign_in(induction.manager)
    form = form_of(open_page(browser, induction))
    form[f"system-{systems[0].public_id}"] = "near"
    form[f"system-{systems[1].public_id}"] = "alone"
    form["with_help"] = "Handing over at night.\n" + "It goes on and on. " * 20
    both_sign(form.submit(status=303).follow())
    appraisal = factories.Appraisal(
        appraisee=induction.staff_member, appraiser=induction.manager, line=False
    )

    page = browser.get(f"/appraisals/{appraisal.public_id}/meeting").text

    assert "I work with Drug chart by myself" in page
    assert "with somebody near" in page
    assert "I work with Results by myself" not in page
    assert "I do this by myself: Handing over at night. It goes on and on." in page
    assert "you wanted somebody near for it" in page


def test_nobody_changes_what_was_signed(db, browser, induction, sign_in, both_sign):
    sign_in(induction.manager)
    form = form_of(open_page(browser, induction))
    form["alone"] = "The rota"
    both_sign(form.submit(status=303).follow())
    db.flush()

    for change in ("UPDATE sealed_readiness SET content = ''", "DELETE FROM readiness_signature"):
        with pytest.raises(DBAPIError), db.begin_nested():
            db.execute(text(change))
