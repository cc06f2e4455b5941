"""Survey rounds, through the pages: opened, answered, closed, read, compared."""

from datetime import timedelta

import pytest
from sqlalchemy import func, inspect, select

from tests.conftest import NOW
from tests.support.surveys import answer_round
from tracker.models import (
    OrganisationUnit,
    OutboxMessage,
    SurveyAnswer,
    SurveyInvitation,
    SurveyResponse,
    SurveyRound,
    SurveyToken,
)
from tracker.services.survey_example import add_workshop

TODAY = NOW.date()


@pytest.fixture
def people(factories):
    """Twelve people on one ward and three on another, under one division."""
    division = factories.OrganisationUnit(name="Medicine")
    large = factories.OrganisationUnit(name="Oak ward", parent_id=division.id)
    small = factories.OrganisationUnit(name="Elm ward", parent_id=division.id)
    return [
        factories.Assignment(organisation_unit=unit).staff_member
        for unit, number in ((large, 12), (small, 3))
        for _ in range(number)
    ]


@pytest.fixture
def lead(factories, sign_in):
    return lambda: sign_in(factories.StaffMember(given_name="Quinn"), "quality_lead")


def open_round(browser, *, kind="anonymous", sets=("feeling",), closes="10", name="Autumn"):
    form = browser.get("/survey-rounds/add").forms[1]
    form["name"], form["kind"] = name, kind
    for box in form.fields["sets"]:
        box.checked = box._value in sets  # noqa: SLF001 - WebTest's own way
    form["closes_on-day"], form["closes_on-month"], form["closes_on-year"] = closes, "12", "2026"
    return form.submit()


def the_round(db):
    return db.scalars(select(SurveyRound).order_by(SurveyRound.id.desc())).first()


def begin(browser, record):
    page = browser.get(f"/surveys/{record.public_id}")
    return next(f for f in page.forms.values() if f.action.endswith("/begin")).submit().follow()


def answer_all(page, option=0):
    """Choose the same place in every question, to the last page."""
    while "Thank you for taking part" not in page:
        form = next(f for f in page.forms.values() if "questions?n=" in f.action)
        for name, (field, *_rest) in form.fields.items():
            if name and name.startswith("question-"):
                field.value = field.options[option][0]
        page = form.submit(status=303).follow()
    return page


def number_of(db, model):
    return db.scalar(select(func.count()).select_from(model))


def close(browser, record):
    page = browser.get(f"/survey-rounds/{record.public_id}")
    form = next(f for f in page.forms.values() if f.action.endswith("/close"))
    return form.submit(status=303).follow()


@pytest.fixture
def answered(browser, db, people, lead, sign_in):
    """A round that the large ward answered, and two of the small one."""

    def answered(**kinds):
        lead()
        open_round(browser, **kinds)
        record = the_round(db)
        sign_in(people[0])
        answer_all(begin(browser, record))
        for place, person in enumerate(people[1:14], start=1):
            answer_round(db, record, person, place % 3, today=TODAY)
        lead()
        return record

    return answered


class TestOpening:
    def test_everybody_who_works_here_is_asked(self, browser, db, people, lead, sign_in):
        lead()
        page = open_round(browser).follow()

        assert "All 15 people who worked here on 22 November 2026 were asked." in page
        assert number_of(db, SurveyInvitation) == len(people)
        sign_in(people[0])
        assert "Autumn" in browser.get("/")

    def test_a_small_team_is_kept_as_the_larger_part_of_the_trust(self, browser, db, people, lead):
        lead()
        open_round(browser)

        kept = db.execute(
            select(SurveyInvitation.organisation_unit_id, func.count()).group_by(
                SurveyInvitation.organisation_unit_id
            )
        ).all()

        assert sorted(number for _unit, number in kept) == [3, 12]
        assert people

    @pytest.mark.parametrize(
        ("changes", "words"),
        [
            ({"sets": ()}, "Choose at least one set of questions"),
            ({"closes": "1", "sets": ("feeling",)}, ""),
            ({"name": ""}, "Give the round a name"),
            ({"closes": "99"}, "Enter a real date"),
        ],
    )
    def test_what_is_missing_is_asked_for(self, browser, db, lead, changes, words):
        lead()

        page = open_round(browser, **changes)

        if words:
            assert words in page
            assert number_of(db, SurveyRound) == 0

    def test_a_round_that_closes_tomorrow_is_refused(self, browser, db, lead):
        lead()
        form = browser.get("/survey-rounds/add").forms[1]
        form["name"], form["kind"] = "Soon", "named"
        form.fields["sets"][0].checked = True
        soon = TODAY + timedelta(days=1)
        form["closes_on-day"], form["closes_on-month"] = str(soon.day), str(soon.month)
        form["closes_on-year"] = str(soon.year)

        assert "three days or more" in form.submit(status=200)
        assert number_of(db, SurveyRound) == 0


class TestAnonymous:
    def test_nothing_leads_from_an_answer_to_a_person(self, browser, db, people, lead, sign_in):
        lead()
        open_round(browser)
        sign_in(people[0])
        page = begin(browser, the_round(db))
        assert number_of(db, SurveyToken) == 1

        answer_all(page)

        assert number_of(db, SurveyToken) == 0, "the token is destroyed at its first use"
        response = db.scalars(select(SurveyResponse)).one()
        assert response.staff_member_id is None
        for model in (SurveyResponse, SurveyAnswer):
            columns = {column.key for column in inspect(model).columns}
            assert not {name for name in columns if name.endswith(("_at", "_on"))}
        ids = db.scalars(select(SurveyAnswer.id)).all()
        assert sorted(ids) != list(range(min(ids), min(ids) + len(ids))), "chance, not order"

    def test_it_says_truthfully_what_is_kept(self, browser, db, people, lead, sign_in):
        lead()
        open_round(browser)
        sign_in(people[0])

        page = browser.get(f"/surveys/{the_round(db).public_id}")

        assert "without your name and without the time" in page
        assert "somebody with full access to our computers could watch" in page

    def test_nobody_answers_twice(self, browser, db, people, lead, sign_in):
        lead()
        open_round(browser)
        sign_in(people[0])
        answer_all(begin(browser, the_round(db)))
        sign_in(people[0])  # a new session, as on another device

        page = browser.get(f"/surveys/{the_round(db).public_id}")

        assert "You have begun this round already" in page
        assert not [f for f in page.forms.values() if f.action.endswith("/begin")]
        assert number_of(db, SurveyResponse) == 1

    def test_the_next_person_at_the_tablet_sees_nothing_of_it(
        self, browser, db, people, lead, sign_in
    ):
        lead()
        open_round(browser)
        record = the_round(db)
        sign_in(people[0])
        answer_all(begin(browser, record))
        sign_in(people[1])

        answer = browser.get(f"/surveys/{record.public_id}/questions?n=1")

        assert answer.status_int == 303
        assert number_of(db, SurveyResponse) == 1

    def test_a_key_that_is_made_up_opens_nothing(self, browser, db, people, lead, sign_in):
        lead()
        open_round(browser)
        record = the_round(db)
        sign_in(people[0])
        page = begin(browser, record)
        form = next(f for f in page.forms.values() if "questions?n=" in f.action)
        sign_in(people[1])
        token = browser.get("/display").forms[1]["csrf_token"].value

        browser.post(form.action, {"csrf_token": token}, status=303)

        assert number_of(db, SurveyResponse) == 0

    def test_an_option_that_is_not_offered_is_nobodys_answer(
        self, browser, db, people, lead, sign_in
    ):
        lead()
        open_round(browser)
        sign_in(people[0])
        page = begin(browser, the_round(db))
        form = next(f for f in page.forms.values() if "questions?n=" in f.action)
        name = next(name for name in form.fields if name.startswith("question-"))
        form[name].force_value("all of it")

        form.submit(status=303)

        assert number_of(db, SurveyAnswer) == 0


class TestNamed:
    def test_it_goes_on_in_another_session(self, browser, db, people, lead, sign_in):
        lead()
        open_round(browser, kind="named")
        record = the_round(db)
        sign_in(people[0])
        answer_all(begin(browser, record))
        sign_in(people[0])

        page = begin(browser, record)

        assert len(page.html.select("input[checked]")) == 4
        assert number_of(db, SurveyResponse) == 1


class TestResults:
    def test_while_it_is_open_only_the_number_who_took_part_shows(self, browser, answered):
        record = answered()

        page = browser.get(f"/survey-rounds/{record.public_id}")

        assert "The answers are counted when it closes" in page
        assert not page.html.select("main svg")
        assert "14" in page.html.select_one("table").get_text()

    def test_once_closed_the_whole_and_the_large_ward_show(self, browser, answered):
        record = answered()

        page = close(browser, record)

        assert "The whole organisation: 14 people" in page
        assert len(page.html.select("main svg")) == 4
        words = [option.get_text() for option in page.html.select("#unit option")]
        assert "Elm ward" not in words
        assert "Elm ward" not in page
        # Oak ward has 12 of the 14: shown beside the whole, it would give away two people.
        assert "Oak ward" not in words

    def test_a_unit_that_may_not_be_shown_is_not(self, browser, db, answered):
        record = answered()
        close(browser, record)
        unit = db.scalars(select(SurveyInvitation)).first()
        assert unit

        oak = db.scalars(select(OrganisationUnit).where(OrganisationUnit.name == "Oak ward")).one()

        page = browser.get(f"/survey-rounds/{record.public_id}?unit={oak.public_id}")

        assert "nothing is shown here" in page
        assert not page.html.select("main svg")
        browser.get(
            f"/survey-rounds/{record.public_id}/results.csv?unit={oak.public_id}", status=404
        )

    def test_the_two_national_measures_stand_apart(self, browser, answered):
        record = answered(sets=("tasks",))

        page = close(browser, record)

        text = page.html.main.get_text(" ")
        assert "never added or mixed" in text
        # five of fourteen chose "Yes, by myself" throughout
        assert text.count("5 of the 14 people who answered all twenty questions") == 2

    def test_the_csv_runs_no_formula(self, browser, answered):
        record = answered(name="=HYPERLINK(1)")
        close(browser, record)

        text = browser.get(f"/survey-rounds/{record.public_id}/results.csv").text

        assert '"\'=HYPERLINK(1)"' in text
        assert "Ready" in text

    def test_after_closing_nobody_answers(self, browser, db, answered, people, sign_in):
        record = answered()
        close(browser, record)
        sign_in(people[14])

        page = browser.get(f"/surveys/{record.public_id}")
        assert "This round is closed" in page
        token = browser.get("/display").forms[1]["csrf_token"].value
        browser.post(f"/surveys/{record.public_id}/begin", {"csrf_token": token}, status=409)

        assert db.scalars(select(SurveyResponse.key_hash)).all() == [None] * 14

    def test_the_workshop_of_2017_is_an_example_to_compare_with(
        self, browser, db, answered, organisation
    ):
        add_workshop(db, organisation.id)
        assert not add_workshop(db, organisation.id), "once is enough"
        example = the_round(db)
        record = answered()
        close(browser, record)

        page = browser.get(f"/survey-rounds/{example.public_id}")
        assert "This is an example" in page
        assert "1061 people" in page
        facts = page.html.select_one("dl").get_text(" ", strip=True)
        assert "Leading: I bring others along 551 (52%)" in facts
        assert "Ready 404 (38%)" in facts

        compared = browser.get(
            f"/survey-rounds/{record.public_id}/compare?with={example.public_id}"
        )
        assert "One of the two is an example" in compared
        assert len(compared.html.select("main svg")) == 4
        assert "90% then" in compared  # 955 of 1,061 feel leading or ready


class TestReminders:
    def test_those_who_have_not_begun_are_reminded_and_only_counted(
        self, browser, db, people, lead, sign_in
    ):
        lead()
        open_round(browser)
        record = the_round(db)
        sign_in(people[0])
        begin(browser, record)
        lead()
        for _ in range(2):
            page = browser.get(f"/survey-rounds/{record.public_id}")
            form = next(f for f in page.forms.values() if f.action.endswith("/remind"))
            assert "14 people are reminded" in form.submit(status=303).follow()

        form.submit(status=409)

        to = db.scalars(select(OutboxMessage.recipient_id)).all()
        assert len(to) == 28
        assert people[0].id not in to


class TestWhoMay:
    def test_only_a_quality_lead_runs_rounds(self, browser, db, people, lead, factories, sign_in):
        lead()
        open_round(browser)
        record = the_round(db)
        sign_in(factories.StaffMember(), "hr_officer", "administrator")
        for path in ("", "/add", f"/{record.public_id}", f"/{record.public_id}/compare"):
            browser.get(f"/survey-rounds{path}", status=404)
        browser.get("/learning-needs", status=404)
        assert people

    def test_who_was_not_asked_does_not_find_it(
        self, browser, db, people, lead, factories, sign_in
    ):
        lead()
        open_round(browser)
        sign_in(factories.StaffMember())
        assert people

        browser.get(f"/surveys/{the_round(db).public_id}", status=404)
