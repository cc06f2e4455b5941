"""Role profiles on pages: where each line comes from, whom a change touches, who has none."""

import pytest
from sqlalchemy import select

from tests.support.queries import count_queries
from tracker.models import AuditEvent, AuditKind, Competence, RoleProfile
from tracker.security.identity import Role
from tracker.services.framework_seed import seed_framework

NURSES = "Nursing and Midwifery Registered"


@pytest.fixture(autouse=True)
def trust(db, organisation, factories, sign_in):
    seed_framework(db, organisation)
    ward = factories.OrganisationUnit(name="Ward with many")
    for _ in range(9):
        factories.Assignment(organisation_unit=ward)
    factories.Assignment(job_role="Matron")
    sign_in(factories.StaffMember(), Role.ADMINISTRATOR)
    return organisation


def profile(db, key):
    return db.scalar(select(RoleProfile).where(RoleProfile.key == key))


def text_of(page):
    return " ".join(page.html.main.get_text(" ").split())


def test_each_line_says_where_it_comes_from(browser):
    page = browser.get("/profiles").click("^Nurses and midwives$")

    text = text_of(page)
    assert "It adds to All staff ." in text
    assert "Noticing alerts and acting on them" in text
    assert "10 people have this work today. Ward with many: 9 and 1 more unit" in text
    rows = {row.th.get_text(" "): row.get_text(" ") for row in page.html.select("tbody tr")}
    assert any("All staff" in row for row in rows.values())
    assert any("This profile" in row for row in rows.values())


def test_a_change_shows_whom_it_touches_before_it_is_kept(browser, db):
    nurses = profile(db, "nursing")
    alerts = db.scalar(select(Competence).where(Competence.key == "spot-alerts"))
    form = browser.get(f"/profiles/{nurses.public_id}/change").forms[1]
    form[f"need-{alerts.public_id}"] = "4o"
    form["minimum_optional"] = "1"

    preview = form.submit()

    text = text_of(preview)
    assert "Nothing is kept yet." in text
    assert "level 4, optional, was level 3, essential" in text
    assert "10 people have this work today." in text
    db.refresh(nurses)
    assert nurses.minimum_optional is None

    page = preview.forms[1].submit("step", value="keep").follow()

    assert "The profile is kept." in page
    assert "4: helps others Optional This profile" in text_of(page)
    db.refresh(nurses)
    assert (nurses.minimum_optional, nurses.edition) == (1, 2)
    assert db.scalar(select(AuditEvent).where(AuditEvent.kind == AuditKind.PROFILE_CHANGED))


def test_the_second_of_two_does_not_overwrite_the_first(browser, db):
    nurses = profile(db, "nursing")
    path = f"/profiles/{nurses.public_id}/change"
    first, second = (browser.get(path).forms[1].submit() for _ in range(2))
    first.forms[1].submit("step", value="keep", status=303)

    assert "in the meantime" in second.forms[1].submit("step", value="keep", status=409)


def test_a_profile_for_one_post_inherits_from_the_title_down_to_everybody(browser, db, factories):
    post = factories.Post(title="Alert nurse", source_key="P-77")
    factories.Assignment(post=post)
    alerts = db.scalar(select(Competence).where(Competence.key == "use-data"))
    form = browser.get("/profiles/add").forms[1]
    form["name"], form["post_number"] = "The alert nurse", "P-99"
    assert "HR knows no post with this number" in form.submit()
    form["post_number"] = "P-77"
    form[f"need-{alerts.public_id}"] = "3e"
    preview = form.submit()
    assert "1 person has this work today." in text_of(preview)
    assert "with only a few in each" in text_of(preview)

    page = preview.forms[1].submit("step", value="keep").follow()

    assert "It adds to All staff and Nurses and midwives" in text_of(page)


def test_there_is_one_profile_for_one_kind_of_work(browser):
    form = browser.get("/profiles/add").forms[1]
    form["name"], form["staff_group"] = "More nurses", NURSES
    preview = form.submit()

    refused = preview.forms[1].submit("step", value="keep", status=200)

    assert "There is a profile for this work already" in refused


def test_what_has_no_profile_is_found_and_can_be_given_one(browser):
    page = browser.get("/profiles/coverage")

    assert "0 of 10 people have a profile for their own" in text_of(page)
    form = page.click(href="role=Matron").forms[1]
    assert form["job_role"].value == "Matron"


def test_levels_that_are_not_offered_ask_nothing(browser, db):
    nurses = profile(db, "nursing")
    form = browser.get(f"/profiles/{nurses.public_id}/change").forms[1]
    fields = [
        (name, "9e" if name.startswith("need-") else value) for name, value in form.submit_fields()
    ]

    preview = browser.post(form.action or f"/profiles/{nurses.public_id}/change", fields)

    assert "not asked any more" in text_of(preview)


def test_nobody_else_sees_them(browser, factories, sign_in, db):
    sign_in(factories.StaffMember(), Role.QUALITY_LEAD, Role.HR_OFFICER)

    for path in (
        "/profiles",
        "/profiles/coverage",
        f"/profiles/{profile(db, 'nursing').public_id}",
    ):
        browser.get(path, status=404)


def test_pages_ask_no_more_for_more_people(browser, db, factories):
    def queries(path):
        db.flush()
        db.expire_all()
        with count_queries(db) as counted:
            browser.get(path)
        return counted.number

    paths = ["/profiles", "/profiles/coverage", f"/profiles/{profile(db, 'nursing').public_id}"]
    few = [queries(path) for path in paths]
    for n in range(12):
        factories.Assignment(job_role=f"Role {n}")

    assert [queries(path) for path in paths] <= few
    assert max(few) <= 15
