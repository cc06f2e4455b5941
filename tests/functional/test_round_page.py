"""What is still to do in a round, on one page."""

from datetime import date

import pytest

from tests.support.queries import count_queries
from tracker.models import AppraisalStage, Side


def lists_on(page):
    """Give the names in each list of the page, by its title."""
    return {
        heading.get_text(): [
            row.find("th").find(string=True).strip()
            for row in heading.find_next("table").select("tbody tr")
        ]
        for heading in page.html.select("main h2")
    }


@pytest.fixture
def manager(factories):
    return factories.StaffMember()


@pytest.fixture
def team(factories, manager, now):
    """Give the manager somebody for each next step."""

    def person(name, **of_appraisal):
        one = factories.Appraisal(
            appraiser=manager,
            appraisee=factories.StaffMember(given_name=name, family_name="A"),
            **of_appraisal,
        )
        factories.Assignment(staff_member=one.appraisee)
        return one

    ready = person("Ready", due_on=date(2026, 11, 10))
    factories.AppraisalPreparation(appraisal_id=ready.id, shared_at=now)
    signed = person("Signed", held_on=date(2026, 11, 20), summary="Agreed")
    factories.Signature(appraisal_id=signed.id, side=Side.APPRAISEE, signer=signed.appraisee)
    fresh = person("Fresh")
    mine = person("Mine")
    factories.AppraisalPreparation(appraisal_id=mine.id, side=Side.APPRAISER, shared_at=now)
    line = factories.ReportingLine(
        manager=manager, staff_member=factories.StaffMember(given_name="Done", family_name="A")
    )
    return {"ready": ready, "signed": signed, "fresh": fresh, "mine": mine, "done": line}


@pytest.mark.usefixtures("team")
def test_everybody_stands_in_the_list_of_what_comes_next(browser, sign_in, manager):
    sign_in(manager)
    page = browser.get("/").click("What to do next")

    assert lists_on(page) == {
        "Sign (1)": ["Signed A"],
        "Talk to (1)": ["Ready A"],
        "Prepare (1)": ["Fresh A"],
        "Wait for (1)": ["Mine A"],
        "Nothing to do now (1)": ["Done A"],
    }
    assert "3 of 5 wait for you. 1 is past the date" in page


@pytest.mark.parametrize(
    ("who", "words", "leads_to"),
    [
        ("ready", "Open the meeting page", "/meeting"),
        ("signed", "Read and sign", "/sign"),
        ("fresh", "Write your notes", "/prepare"),
        ("mine", "Meet without their notes", "/meeting"),
    ],
)
def test_one_click_leads_to_the_next_step(browser, sign_in, manager, team, who, words, leads_to):
    sign_in(manager)
    link = next(
        a for a in browser.get("/team/round").html.select("main a") if a.text.startswith(words)
    )

    assert link["href"] == f"/appraisals/{team[who].public_id}{leads_to}"


def test_who_stands_in_finds_the_open_ones_and_no_team(browser, sign_in, manager, team, factories):
    helper = factories.StaffMember()
    factories.StandIn(manager=manager, delegate=helper)
    sign_in(helper)
    page = browser.get("/").click("What to do next")

    assert lists_on(page) == {
        "Sign (1)": ["Signed A"],
        "Talk to (3)": ["Ready A", "Fresh A", "Mine A"],
    }
    assert team["done"].staff_member.name not in page
    assert f"You stand in for {manager.name}" in page


def test_who_joins_finds_that_one_and_is_not_asked_to_sign(browser, sign_in, team, factories):
    helper = factories.StaffMember()
    factories.SecondAppraiser(appraisal_id=team["signed"].id, staff_member=helper)
    sign_in(helper)

    assert lists_on(browser.get("/team/round")) == {"Wait for (1)": ["Signed A"]}


def test_a_closed_one_is_not_on_it(browser, sign_in, team, factories):
    helper = factories.StaffMember()
    factories.SecondAppraiser(appraisal_id=team["fresh"].id, staff_member=helper)
    team["fresh"].stage = AppraisalStage.SIGNED
    sign_in(helper)

    assert lists_on(browser.get("/team/round")) == {}
    assert "What to do next" not in browser.get("/")


@pytest.mark.parametrize("page", ["1", "2", "0", "-3", "x", "99999999999"])
def test_any_page_number_gives_a_page(browser, sign_in, manager, factories, page):
    for _ in range(61):
        factories.ReportingLine(manager=manager)
    sign_in(manager)

    shown = browser.get("/team/round", {"page": page, "sort": "name"})
    rows = len(shown.html.select("main tbody tr"))
    assert rows == (1 if page == "2" else 60)


def test_forty_people_need_no_more_questions_than_four(
    browser, sign_in, db, manager, team, factories
):
    assert team
    sign_in(manager)
    few = queries_of(browser, db)
    manager = db.merge(manager)
    for _ in range(36):
        factories.Appraisal(appraiser=manager)
    assert queries_of(browser, db) <= few <= 15


def queries_of(browser, db):
    db.flush()
    db.expunge_all()
    with count_queries(db) as queries:
        browser.get("/team/round")
    return queries.number
