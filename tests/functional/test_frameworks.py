"""A framework is written, read by named people and put into use, on pages."""

import pytest
from sqlalchemy import select

from integrations.frameworks.excel_file import write_excel
from tests.support.frameworks import SMALL, competence, domain, framework, put_out
from tests.support.queries import count_queries
from tracker.models import AuditEvent, AuditKind, Competence, Framework, FrameworkState
from tracker.security.identity import Identity, Role
from tracker.services.framework_exchange import add_draft

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture
def admin(factories, sign_in):
    return sign_in(factories.StaffMember(), Role.ADMINISTRATOR)


@pytest.fixture
def reader(factories):
    return factories.StaffMember()


def as_identity(person):
    return Identity(staff_id=person.id, organisation_id=person.organisation_id)


@pytest.fixture
def draft(db, organisation, admin):
    return add_draft(db, organisation, SMALL, by=as_identity(admin))


def button(page, text):
    """Give the form that has this button."""
    for form in page.forms.values():
        for name, fields in form.fields.items():
            for field in fields:
                if field.tag == "button" and text in form.text:
                    return form, name, field
    raise AssertionError(text)


def press(page, text):
    form, name, field = button(page, text)
    return form.submit(name, value=field._value).maybe_follow()  # noqa: SLF001


def they_answer_and_see_their_answer(page):
    ids = [one["id"] for one in page.html.find_all(id=True)]
    assert len(ids) == len(set(ids))  # two boxes for words, each with its own label
    answer = next(f for f in page.forms.values() if "answer" in f.fields)
    answer["answer"], answer["words"] = "agrees", "Good as it is."
    page = answer.submit().follow()
    assert "You have answered" in page
    answer = next(f for f in page.forms.values() if "answer" in f.fields)
    assert (answer["answer"].value, answer["words"].value) == ("agrees", "Good as it is.")


def test_from_an_empty_draft_to_publication(browser, db, admin, reader, sign_in):
    page = browser.get("/frameworks").click("Begin a framework")
    page.forms[1]["name"] = "Our ways"
    page = page.forms[1].submit().follow().click("Add a domain")
    page.forms[1]["name"] = "Alerts"
    page = page.forms[1].submit().follow().click("Add a competence")
    form = page.forms[1]
    form["name"], form["description"] = "Seeing alerts", "See an alert and act on it."
    for level in range(1, 5):
        form[f"level_{level}"] = f"I can do {level}."
    page = form.submit().follow()
    assert "Added: Seeing alerts" in page
    page = page.click("Back to the framework").click("Who writes and who reads it")
    ask = page.forms[len(page.forms) - 1]
    ask["email"] = reader.email.upper()
    page = ask.submit("as", value="reader").follow().click("Back to the framework")
    page = press(page, "Send it to its readers")
    assert "its words stand still" in page
    here = page.request.path

    sign_in(reader)
    page = browser.get("/").click("Our ways")
    assert "/frameworks/" in page.request.path
    assert "Put it into use" not in page
    they_answer_and_see_their_answer(page)

    sign_in(admin, Role.ADMINISTRATOR)
    page = press(browser.get(here), "Put it into use")

    assert "It is in use" in page
    assert db.scalar(select(Framework.state)) is FrameworkState.PUBLISHED
    kinds = set(db.scalars(select(AuditEvent.kind)))
    assert {
        AuditKind.FRAMEWORK_BEGUN,
        AuditKind.FRAMEWORK_CHANGED,
        AuditKind.FRAMEWORK_REVIEW_ASKED,
        AuditKind.FRAMEWORK_REVIEWED,
        AuditKind.FRAMEWORK_MOVED,
    } <= kinds


def test_the_second_of_two_authors_sees_both_texts(browser, db, draft):
    one = db.scalar(select(Competence).where(Competence.key == "find"))
    path = f"/frameworks/{draft.public_id}/competences/{one.public_id}/change"
    first, second = browser.get(path).forms[1], browser.get(path).forms[1]
    first["name"] = "Finding it"
    first.submit(status=303)
    second["name"] = "Looking it up"

    page = second.submit(status=200)

    assert "Somebody else changed this" in page
    assert "Finding it" in page.html.select_one(".nhsuk-inset-text").get_text()
    assert page.forms[1]["name"].value == "Looking it up"
    db.refresh(one)
    assert one.name == "Finding it"
    page.forms[1].submit(status=303)
    db.refresh(one)
    assert one.name == "Looking it up"


def test_long_and_hard_words_are_pointed_out_beside_the_text(browser, db, draft):
    one = db.scalar(select(Competence).where(Competence.key == "find"))
    path = f"/frameworks/{draft.public_id}/competences/{one.public_id}"
    form = browser.get(f"{path}/change").forms[1]
    form["description"] = "Utilise the functionality, " + "and then again and " * 7 + "so on."
    form.submit()

    page = browser.get(path)

    assert "Instead of “utilise” you could write “use”." in page
    assert "Make two of it." in page


def test_comments_are_answered_and_dealt_with(browser, db, draft):
    one = db.scalar(select(Competence).where(Competence.key == "find"))
    path = f"/frameworks/{draft.public_id}/competences/{one.public_id}"
    page = browser.get(path)
    form = page.forms[len(page.forms) - 1]
    form["words"] = "Too long? <script>alert(1)</script>"
    page = form.submit().follow()
    assert "<script>alert" not in page
    answer = next(f for f in page.forms.values() if "answers" in f.fields)
    answer["words"] = "Made shorter."
    page = answer.submit().follow()
    assert "Made shorter." in page

    page = press(page, "It is dealt with")

    assert "Dealt with" in page
    assert "Too long?" in browser.get(f"/frameworks/{draft.public_id}")


def test_an_author_writes_on_that_version_and_sees_nothing_else(
    browser, db, draft, organisation, factories, sign_in
):
    author = factories.StaffMember()
    page = browser.get(f"/frameworks/{draft.public_id}/people")
    form = page.forms[len(page.forms) - 1]
    form["email"] = author.email
    form.submit("as", value="author", status=303)
    other = add_draft(
        db,
        organisation,
        framework(domain("a", competence("b")), key="other"),
        by=as_identity(author),
    )
    sign_in(author)

    assert "a draft that you write on" in browser.get("/")
    browser.get(f"/frameworks/{draft.public_id}/domains/add", status=200)
    for path in (
        "/frameworks",
        "/frameworks/import",
        f"/frameworks/{other.public_id}",
        f"/frameworks/{draft.public_id}/people",
        f"/frameworks/{draft.public_id}/retire",
    ):
        browser.get(path, status=404)


def test_a_stranger_is_not_told_that_it_exists(browser, draft, factories, sign_in):
    sign_in(factories.StaffMember(), Role.QUALITY_LEAD, Role.HR_OFFICER)

    there = browser.get(f"/frameworks/{draft.public_id}", status=404)
    missing = browser.get("/frameworks/2222222222222222", status=404)

    assert there.text == missing.text


def test_the_next_version_and_the_end_of_one(browser, db, draft, admin, reader, now):
    put_out(db, draft, reader, by=as_identity(admin), now=now)
    here = f"/frameworks/{draft.public_id}"

    page = press(browser.get(here), "Begin the next version")
    assert "A draft of the next version is there" in page
    assert "What differs from version 1" in page
    form = browser.get(f"{here}/retire").forms[1]
    form["last_day-day"], form["last_day-month"], form["last_day-year"] = "1", "11", "2026"
    assert "Give today or a later day" in form.submit(status=200)
    form["last_day-day"], form["last_day-month"], form["last_day-year"] = "31", "12", "2026"
    assert "Its last day is 31 December 2026" in form.submit().follow()


class TestFiles:
    @pytest.mark.usefixtures("draft")
    def test_a_workbook_is_looked_through_before_it_is_kept(self, browser, db):
        changed = framework(
            domain("data", competence("find", name="Finding"), competence("lock")),
            domain("new", competence("fresh")),
        )
        page = self.upload(browser, "ours.xlsx", write_excel(changed)).follow()
        text = " ".join(page.html.main.get_text(" ").split())
        assert "1 added, 1 changed, 1 moved, 1 left out, 0 as before" in text
        assert db.scalar(select(Framework).where(Framework.version == 2)) is None

        page = press(page, "Keep it as a new draft")

        assert "Kept as a draft" in page
        assert db.scalar(select(Framework).where(Framework.version == 2)).state == "draft"

    @pytest.mark.usefixtures("admin")
    def test_what_is_wrong_is_said_and_nothing_is_kept(self, browser):
        for name, content, words in (
            ("", b"", "Choose a file first"),
            ("ours.doc", b"x", "ends in .xlsx, .csv or .json"),
            ("ours.xlsx", b"%PDF-1.7", "not an Excel workbook"),
            ("../../etc/ours.csv", b"a,b\n1,2\n", "must name these columns"),
            ("ours.json", b"{", "this is not JSON"),
        ):
            page = self.upload(browser, name, content, status=200)
            assert words in page.html.main.get_text(" "), name

    @pytest.mark.parametrize("kind", ["csv", "xlsx", "json"])
    def test_what_is_handed_on_comes_back_as_it_was(self, browser, draft, kind):
        file = browser.get(f"/frameworks/{draft.public_id}/file?as={kind}")
        page = self.upload(browser, f"ours.{kind}", file.body).follow()

        assert f'filename="ours-1.{kind}"' in file.headers["Content-Disposition"]
        assert "says the same as the latest version" in page

    def test_another_kind_of_file_is_not_there(self, browser, draft):
        browser.get(f"/frameworks/{draft.public_id}/file?as=exe", status=404)

    @staticmethod
    def upload(browser, name, content, status=303):
        form = browser.get("/frameworks/import").forms[1]
        token = form["csrf_token"].value
        files = [("file", name, content)] if name else []
        return browser.post(
            "/frameworks/import", {"csrf_token": token}, upload_files=files, status=status
        )


def test_a_page_asks_no_more_for_more(browser, db, draft, organisation, admin):
    more = framework(
        *(domain(f"d{n}", *(competence(f"c{n}-{m}") for m in range(9))) for n in range(9)),
        key="more",
    )
    big = add_draft(db, organisation, more, by=as_identity(admin))

    def queries(one):
        path = f"/frameworks/{one.public_id}"
        db.flush()
        db.expire_all()
        with count_queries(db) as counted:
            browser.get(path)
        return counted.number

    assert queries(big) <= queries(draft) <= 15
