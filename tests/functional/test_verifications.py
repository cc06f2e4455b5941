"""What others have seen: asked, answered, superseded; never averaged."""

import pytest
from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import DatabaseError

from tracker.models import (
    AuditEvent,
    AuditKind,
    Competence,
    FrameworkState,
    SelfAssessment,
    SelfAssessmentAnswer,
    Verification,
    VerificationStep,
)
from tracker.security.identity import System
from tracker.services.framework_drafts import begin_version
from tracker.services.framework_seed import seed_framework
from tracker.services.verification_views import views_of

LIST = "/seen-by-others"


@pytest.fixture
def competence(db, organisation):
    seed_framework(db, organisation)
    return db.scalars(select(Competence).where(Competence.key == "find-information")).one()


@pytest.fixture
def sam(factories):
    line = factories.ReportingLine(
        staff_member__given_name="Sam", manager__given_name="Mo", manager__family_name="Okafor"
    )
    return line.staff_member, line.manager


@pytest.fixture
def said(db, competence, now):
    def said(person, level, about=competence):
        sitting = SelfAssessment(
            organisation_id=person.organisation_id,
            staff_member_id=person.id,
            occasion="own",
            started_at=now,
        )
        sitting.answers.append(
            SelfAssessmentAnswer(
                organisation_id=person.organisation_id,
                competence_id=about.id,
                current_level=level,
                needed_level=3,
                confidence=level,
                answered_at=now,
            )
        )
        db.add(sitting)
        db.flush()

    return said


@pytest.fixture
def asked(browser, db, sam, said, sign_in):
    person, manager = sam
    said(person, 3)
    sign_in(person)
    ask(browser)
    return person, manager, db.scalars(select(Verification)).one()


def ask(browser, email=""):
    form = browser.get(LIST).forms[1]
    form["email"] = email
    return form.submit()


def answer(page, level="3", note=""):
    form = next(f for f in page.forms.values() if "level" in f.fields)
    form["level"], form["note"] = level, note
    return form.submit()


def test_asked_of_the_manager_and_given(browser, asked, competence, sign_in):
    _person, manager, _record = asked
    sign_in(manager)
    page = browser.get(LIST).click(competence.name)
    assert "Confident" in page

    answer(page, level="2", note="You found the policy on your own").follow()

    sign_in(asked[0])
    page = browser.get(LIST).click(competence.name)
    text = page.html.main.get_text(" ", strip=True)
    assert "You said Confident" in text
    assert "Mo Okafor said Seen on 22 November 2026: getting there" in text
    assert "You found the policy" in text


def test_not_yet_comes_with_what_would_show_it(browser, asked, competence, sign_in):
    sign_in(asked[1])
    page = browser.get(LIST).click(competence.name)
    assert "Say what would show it" in answer(page, level="0").text

    answer(page, level="0", note="Show me a search in the new system").follow()

    sign_in(asked[0])
    assert "This would show it" in browser.get(LIST).click(competence.name)


def test_once_it_is_taken_back_the_one_who_was_asked_sees_nothing_of_it(browser, asked, sign_in):
    _person, manager, record = asked
    page = f"{LIST}/{record.public_id}"
    form = next(f for f in browser.get(page).forms.values() if f.action.endswith("/withdraw"))
    form.submit(status=303)
    assert "This is no longer asked" in browser.get(page)

    sign_in(manager)

    browser.get(page, status=404)


def test_a_different_answer_of_the_persons_puts_it_behind(
    browser, asked, competence, said, sign_in
):
    person, manager, _record = asked
    sign_in(manager)
    answer(browser.get(LIST).click(competence.name)).follow()
    sign_in(person)
    said(person, 3)
    assert "seen on 22 November" in browser.get(LIST)

    said(person, 4)

    assert "You have said something else since" in browser.get(LIST)


def test_a_named_colleague_can_be_asked(browser, db, factories, sam, said, sign_in):
    person, _manager = sam
    colleague = factories.StaffMember(email="Kim.Lee@trust.example")
    said(person, 3)
    sign_in(person)

    ask(browser, email="kim.lee@trust.example").follow()

    assert db.scalars(select(Verification.verifier_id)).one() == colleague.id


@pytest.mark.parametrize("email", ["nobody@trust.example", "own", "x" * 300])
def test_nobody_verifies_who_is_not_there_or_themselves(browser, db, sam, said, sign_in, email):
    person, _manager = sam
    said(person, 3)
    sign_in(person)

    page = ask(browser, email=person.email if email == "own" else email)

    assert page.status_int == 200
    assert db.scalar(select(func.count()).select_from(Verification)) == 0


def test_only_the_one_who_was_asked_answers(browser, db, asked, factories, sign_in):
    person, _manager, record = asked
    url = f"{LIST}/{record.public_id}"
    token = browser.get(LIST).forms[1]["csrf_token"].value
    browser.post(url, {"csrf_token": token, "level": "4"}, status=404)
    sign_in(factories.StaffMember(), "hr_officer", "quality_lead", "administrator")
    browser.get(url, status=404)

    assert person
    assert db.scalar(select(func.count()).select_from(VerificationStep)) == 0


def test_an_answer_is_given_once(browser, db, asked, competence, sign_in):
    sign_in(asked[1])
    page = browser.get(LIST).click(competence.name)
    answer(page).follow()

    form = next(f for f in page.forms.values() if "level" in f.fields)
    form["level"] = "4"
    form.submit(status=409)

    assert db.scalars(select(VerificationStep.level)).all() == [3]


def test_hr_may_know_only_if_the_person_agrees(browser, asked, competence, sign_in):
    person, manager, record = asked
    token = browser.get(LIST).forms[1]["csrf_token"].value
    browser.post(
        f"{LIST}/{record.public_id}/hr", {"csrf_token": token, "agreed": "yes"}, status=409
    )
    sign_in(manager)
    answer(browser.get(LIST).click(competence.name)).follow()
    sign_in(person)
    page = browser.get(LIST).click(competence.name)
    form = next(f for f in page.forms.values() if f.action.endswith("/hr"))

    form.submit("agreed", value="yes").follow()

    assert "HR may know that this was seen" in browser.get(f"{LIST}/{record.public_id}")


def test_a_look_by_the_verifier_is_seen_by_the_person(browser, db, asked, sign_in):
    person, manager, record = asked
    sign_in(manager)
    browser.get(f"{LIST}/{record.public_id}")

    looks = db.scalars(
        select(AuditEvent.subject_id).where(AuditEvent.kind == AuditKind.VERIFICATION_READ)
    ).all()
    assert looks == [person.id]


def test_the_database_keeps_it_as_it_was(browser, db, asked, competence, sign_in):
    sign_in(asked[1])
    answer(browser.get(LIST).click(competence.name)).follow()
    for change in (
        update(VerificationStep).values(level=4),
        delete(VerificationStep),
        update(Verification).values(verifier_id=asked[0].id),
    ):
        with pytest.raises(DatabaseError, match="kept as it was"), db.begin_nested():
            db.execute(change)


def test_a_later_version_is_the_same_thing_asked_once_and_followed(
    browser, db, asked, said, competence
):
    person, _, record = asked
    system = System(organisation_id=person.organisation_id)
    draft = begin_version(db, competence.domain.framework, by=system)
    draft.state = FrameworkState.PUBLISHED
    later = next(
        one for part in draft.domains for one in part.competences if one.key == competence.key
    )
    said(person, 1, later)

    page = browser.get(LIST)

    offered = [one.text for one in page.html.select("select[name=competence] option")]
    assert offered.count(later.name) == 1
    assert views_of(db, [record])[0].is_superseded
