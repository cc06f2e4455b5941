"""Trainers write screens of their own: look, keep, try, use, share; hostile files are refused."""

import json
from importlib.resources import files

import pytest
from sqlalchemy import select
from webtest import Upload

from tracker.errors import InvalidInputError
from tracker.models import PracticeTemplate, TemplateState
from tracker.practice import as_template, problems_of, the_bank
from tracker.practice.plain import PlainTextError, key_of, read_cases, read_parts, read_people
from tracker.security.identity import Identity
from tracker.services.practice_bank import bank_of
from tracker.services.practice_templates import read_file

WRITTEN = [key for key, one in the_bank().items() if one.kind == "written"]
ITEMS = files("tracker.practice") / "items"
SHARED = {"format": "competence-tracker/practice-screen/1"} | json.loads(
    (ITEMS / "meal_tray.json").read_text()
)
SCREEN = """\
Table: Board
Name | May eat
{one} | {food}
{two} | {other_food}

Table: Trolley
Name | Tray made for
{one} | {here}
{two} | {there}
"""
FIELDS = {
    "system": "Lunch trolley",
    "family": "ward board",
    "setting": "You hand out lunch.",
    "people": "one, two",
    "cases": "food\nNo nuts\nSoft food\nNo gluten",
    "swap_one": "{other_food}",
    "swap_two": "{food}",
    "screen": SCREEN,
    "look_at": "trolley/{one}/Tray made for",
    "that": "board/{one}/May eat",
    "where": "Trolley",
    "passed_by": "what a tray was made for",
    **{
        f"{side}_{name}": f"Look at {{one}}, {side} {name}."
        for side in ("with", "without")
        for name in ("what", "why", "next_time")
    },
}


@pytest.fixture
def trainer(factories, sign_in):
    return sign_in(factories.StaffMember(), "trainer")


def the_form(page):
    return next(form for form in page.forms.values() if "look_at" in form.fields)


def write(browser, **changes):
    form = the_form(browser.get("/screens/new"))
    for name, value in {**FIELDS, **changes}.items():
        form[name] = value
    return form


def kept(db):
    return db.scalars(select(PracticeTemplate).order_by(PracticeTemplate.version)).all()


def step(page, to):
    form = next(one for one in page.forms.values() if "to" in one.fields and one["to"].value == to)
    return form.submit(status=303).follow()


@pytest.mark.usefixtures("trainer")
class TestWriting:
    def test_from_an_empty_page_into_use(self, browser, db, organisation):
        page = browser.get("/").click("Screens to practise with").click("Write a screen")
        assert the_form(page)
        page = write(browser).submit(status=303).follow()
        assert "Nothing is wrong with this screen" in page

        page = step(page, "tried")
        page = step(page, "in_use")

        (one,) = kept(db)
        assert one.state is TemplateState.IN_USE
        assert f"own:{one.public_id}" in bank_of(db, organisation.id)
        assert "Begin a new version" in page
        assert not any("look_at" in form.fields for form in page.forms.values())

    def test_looking_keeps_nothing(self, browser, db):
        page = write(browser).submit("preview", status=200)

        assert page.html.select_one("#with-mock-system").get_text().startswith("Lunch trolley")
        assert "When all is well" in page
        assert kept(db) == []

    def test_the_script_gets_the_same_preview(self, browser, db):
        form = write(browser)
        form.action = "/screens/preview"

        page = form.submit(status=200)

        assert "Nothing is wrong with this screen" in page
        assert "<html" not in page.text
        assert kept(db) == []

    @pytest.mark.parametrize(
        ("changes", "says"),
        [
            ({"that": "cellar/{one}/x"}, "There is no part"),
            ({"swap_one": "{nothing}"}, "nothing is drawn for it"),
            ({"screen": "Board\nx"}, "begin with Facts: Table: or Lines:"),
            ({"screen": SCREEN + "\n{one} | a | b"}, "each row needs 2 cells"),
            ({"cases": "food | why\nNuts"}, "give 2 texts"),
            ({"words": "pulse 3"}, "a name, a colon"),
            ({"people": "one two"}, "Write people as"),
            ({"words": "bed: 1 to " + "9" * 5_000}, "use smaller numbers"),
            ({"people": "one (1 to " + "9" * 5_000 + "), two"}, "use 110 or less"),
            ({"screen": SCREEN + "\nFacts: Signs\nPulse = 900"}, "nobody has Pulse 900"),
            (
                {"people": "one (male), two", "screen": SCREEN + "\nLines: Now\n{one} is pregnant"},
                "cannot be said of",
            ),
        ],
    )  # fmt: skip
    def test_what_is_wrong_is_said_with_where(self, browser, changes, says):
        page = write(browser, **changes).submit("preview", status=200)

        assert says in page.html.select_one("main").get_text()

    def test_new_lines_and_tabs_are_no_problem(self, browser, db):
        page = write(
            browser,
            setting="You hand out lunch.\r\n\r\nYou are in a hurry.",
            with_why="It matters.\nVery much.",
            screen=SCREEN.replace(" | ", "\t|\t"),
        ).submit(status=303)

        assert "Nothing is wrong with this screen" in page.follow()
        assert kept(db)[0].content["setting"] == "You hand out lunch. You are in a hurry."

    def test_a_difficulty_that_the_page_does_not_offer_is_refused(self, browser, db):
        form = write(browser)
        form["difficulty"].force_value("x9")

        assert form.submit(status=200).html.select(".nhsuk-error-summary")
        assert kept(db) == []

    def test_a_screen_with_a_problem_is_not_tried(self, browser, db):
        page = write(browser, that="board/{two}/May eat").submit(status=303).follow()

        page = step(page, "tried")

        assert "Mend this first" in page
        assert kept(db)[0].state is TemplateState.DRAFT

    def test_a_script_is_shown_as_text(self, browser):
        page = write(browser, setting="<script>alert(1)</script>").submit(status=303).follow()

        assert "<script>alert(1)" not in page.text
        assert "<script>alert(1)</script>" in page.html.select_one("#preview").get_text()

    def test_two_who_write_at_once_do_not_write_over_each_other(self, browser, db):
        page = write(browser).submit(status=303).follow()
        first, second = the_form(page), the_form(browser.get(page.request.path))
        first["setting"] = "One wrote this."
        first.submit(status=303)
        second["setting"] = "Another wrote this."

        answer = second.submit(status=200)

        assert "Somebody changed this screen" in answer
        assert "Another wrote this." in answer
        assert kept(db)[0].content["setting"] == "One wrote this."

    def test_a_new_version_takes_over(self, browser, db):
        page = step(step(write(browser).submit(status=303).follow(), "tried"), "in_use")
        page = step(page, "copy")
        step(step(page, "tried"), "in_use")

        assert [one.state for one in kept(db)] == [TemplateState.RETIRED, TemplateState.IN_USE]

    def test_a_step_that_does_not_follow_changes_nothing(self, browser, db):
        page = write(browser).submit(status=303).follow()
        form = next(one for one in page.forms.values() if "to" in one.fields)
        for asked in ("in_use", "nonsense"):
            form["to"].force_value(asked)
            assert "does not follow" in form.submit(status=303).follow()

        assert kept(db)[0].state is TemplateState.DRAFT


@pytest.mark.usefixtures("trainer")
class TestFiles:
    def upload(self, browser, content):
        form = browser.get("/screens/file").forms[1]
        form["file"] = Upload("screen.json", content, "application/json")
        return form.submit(status=200)

    def test_out_and_in_again(self, browser, db):
        page = self.upload(browser, json.dumps(SHARED).encode())
        assert "Nothing is kept yet" in page
        assert kept(db) == []
        page = next(f for f in page.forms.values() if "content" in f.fields).submit().follow()

        file = page.click("Download it as a file")

        assert file.json == SHARED
        assert kept(db)[0].content == {k: v for k, v in SHARED.items() if k != "format"}

    @pytest.mark.parametrize(
        "content",
        [
            b"", b"{", b"[]", b"\xff\xfe\x00", b'{"format": "other"}', b"[" * 9_000,
            b'{"a":' * 1_500, b"PK\x03\x04",
            json.dumps({**SHARED, "run": "x"}).encode(),
            json.dumps({**SHARED, "\ud800": "x"}).encode(),
            json.dumps({**SHARED, "kind": "allergy"}).encode(),
            json.dumps({**SHARED, "difficulty": 7}).encode(),
            json.dumps({**SHARED, "feedback": {"with": SHARED["feedback"]["with"]}}).encode(),
        ],
        ids=range(13),
    )  # fmt: skip
    def test_a_hostile_file_is_refused_with_a_sentence(self, browser, db, content):
        page = self.upload(browser, content)

        assert page.html.select(".nhsuk-error-summary")
        assert kept(db) == []

    @pytest.mark.parametrize("content", [b"[" * 39_000, b'{"a":' * 7_000, b"x" * 100_000])
    def test_a_large_or_deep_file_is_refused_as_well(self, content):
        with pytest.raises(InvalidInputError):
            read_file(content)

    def test_no_file_is_asked_for(self, browser):
        page = browser.get("/screens/file").forms[1].submit(status=200)

        assert page.html.select(".nhsuk-error-summary")


class TestWhoMay:
    @pytest.mark.parametrize("role", ["quality_lead", "hr_officer", "administrator", None])
    def test_others_find_no_such_pages(self, browser, factories, sign_in, role):
        sign_in(factories.StaffMember(), *([role] if role else []))

        for path in ("/screens", "/screens/new", "/screens/file"):
            browser.get(path, status=404)

    def test_another_trusts_screen_is_not_found(self, browser, db, factories, sign_in):
        sign_in(factories.StaffMember(), "trainer")
        page = write(browser).submit(status=303).follow()
        elsewhere = factories.StaffMember(organisation_id=factories.Organisation().id)
        sign_in(elsewhere, "trainer")

        browser.get(page.request.path, status=404)
        browser.get(f"{page.request.path}/file.json", status=404)
        assert Identity(staff_id=1, organisation_id=elsewhere.organisation_id)
        assert len(bank_of(db, elsewhere.organisation_id)) == len(the_bank())


class TestPlainText:
    @pytest.mark.parametrize("key", WRITTEN)
    def test_each_of_ours_can_be_shown_on_the_page_and_read_back(self, key):
        from tracker.forms.practice_screen import PracticeScreenForm

        given = json.loads((ITEMS / f"{key}.json").read_text())

        again = PracticeScreenForm.showing(given, 1).to_content(key)

        assert again["feedback"] == given["feedback"]
        assert again["values"]["swap"] == given["values"]["swap"]
        assert [p["name"] for p in again["values"]["parts"]] == [
            p["name"] for p in given["values"]["parts"]
        ]

    @pytest.mark.parametrize("text", ["x", "Facts: A\nno sign", "Table: T", "| |"])
    def test_lines_that_fit_nowhere_are_refused(self, text):
        with pytest.raises(PlainTextError):
            read_parts(text)

    def test_a_key_is_made_of_any_name(self):
        assert key_of("Tray made for") == "tray_made_for"
        assert key_of("12 beds!") == "x_12_beds"
        assert read_cases("") == []
        assert read_people("patient (female, 19 to 42), visitor")[0]["oldest"] == 42
        assert problems_of(as_template({k: v for k, v in SHARED.items() if k != "format"})) == []
