"""What holds on every page of the service: found by walking through it as each demo person."""

import itertools
import json
import re
from collections import Counter
from importlib.resources import files
from pathlib import Path

import pytest
from sqlalchemy import select

import templates
from tests.architecture.conftest import templates_of
from tracker.models import StaffMember

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}
#: pages that no link leads to: where the walk begins, what a machine asks for, a choice at sign-in
NOT_LINKED = {
    "home",
    "sign_in",
    "health",
    "sign_in.organisation",
    "feed.root",
    "feed",
    "cds.feedback",
    "scim",
}
#: with no session there is nothing that another site could misuse: a key comes with each request
BY_KEY = {"cds.feedback", "scim", "feed", "feed.root"}
#: linked once the two have met, a practice has begun, text was kept, or a comparison registered
LATER = {
    "comparison",
    "kept_text.list",
    "provider.go",
    "provider.back",
    "provider.prove",
    "hr_export.file",
    "evidence.file",
    "framework.upload",
    "system.import_file",
    "import.rejected",
    "column_map",
    "appraisal.sign",
    "practice.screen",
    "practice.end",
    "welcome.end",
    "screens.one",
    "screens.file",
    "self_assessment.question",
    "self_assessment.end",
    "survey.page",
    "survey.thanks",
    "verification",
}
#: by the test of those who work in two places, and by the command that writes a report to a file
DRAWN_ELSEWHERE = {
    "comparisons/show.jinja2",
    "sign_in/organisation.jinja2",
    "outcomes/file.jinja2",
    "errors/failed.jinja2",
    "errors/not_drawn.jinja2",
    "errors/signed_out.jinja2",
    "errors/too_big.jinja2",
}

pytestmark = pytest.mark.enable_socket


def test_every_page_can_be_reached_from_the_first(walk, walked_app):
    introspector = walked_app.registry.introspector
    pages = {
        view["introspectable"]["route_name"]
        for view in introspector.get_category("views")
        if "GET" in (view["introspectable"]["request_methods"] or ("GET",))
    }
    pages = {name for name in pages if name and not name.startswith("__static/")}

    assert (
        pages - {seen.route for seen in walk.seen if seen.came_from} - NOT_LINKED - LATER == set()
    )


def test_every_answer_carries_the_safety_headers(walk):
    for seen in walk.seen:
        for name, value in HEADERS.items():
            assert seen.answer.headers.get(name) == value, f"{seen}: {name}"
        policy = seen.answer.headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'")
        assert "unsafe" not in policy


def test_no_page_has_code_or_style_in_it(walk):
    """The policy would stop it; better that it is not there."""
    for seen in walk.pages:
        assert not seen.soup.select("script:not([src]), style, [style]"), seen
        inline = [t for t in seen.soup.find_all(True) if any(a.startswith("on") for a in t.attrs)]
        assert not inline, seen


def test_every_page_says_where_one_is(walk):
    for seen in walk.pages:
        titles = [seen.soup.title.get_text(), seen.soup.h1.get_text()]
        assert all(title.strip() for title in titles), seen
        assert seen.soup.html["lang"] == "en-GB"
        assert len(seen.soup.select("h1")) == 1, seen
        assert len(seen.soup.select("main")) == 1, seen


def test_no_two_things_on_a_page_have_one_id(walk):
    for seen in walk.pages:
        ids = Counter(tag["id"] for tag in seen.soup.select("[id]"))
        assert [name for name, number in ids.items() if number > 1] == [], seen


def test_whatever_is_named_by_id_is_there(walk):
    for seen in walk.pages:
        ids = {tag["id"] for tag in seen.soup.select("[id]")}
        named = {
            name
            for attribute in ("for", "aria-labelledby", "aria-describedby", "aria-controls")
            for tag in seen.soup.select(f"[{attribute}]")
            for name in tag.get_attribute_list(attribute)
            if name
        }
        named = {part for name in named for part in name.split()}
        assert named - ids == set(), seen


def test_headings_leave_out_no_level(walk):
    for seen in walk.pages:
        levels = [int(h.name[1]) for h in seen.soup.select("main h1, main h2, main h3, main h4")]
        steps = [after - before for before, after in itertools.pairwise(levels)]
        assert max(steps, default=0) <= 1, f"{seen}: {levels}"


def test_every_form_that_changes_something_carries_its_token(walk):
    """And is refused, with words, without it."""
    tried = set()
    for seen in walk.pages:
        browser = walk.browser_of(seen.who)
        for form in seen.answer.forms.values():
            place = walk.route_at(form.action or seen.path)
            if form.method.lower() != "post" or place in tried:
                continue
            tried.add(place)
            assert "csrf_token" in form.fields, f"{seen}: {place}"
            fields = [(name, value) for name, value in form.submit_fields() if name != "csrf_token"]
            refused = browser.post(form.action or seen.path, fields, status=400)
            assert "Nothing was changed" in refused, place

    assert "sign_out" in tried


def test_no_page_does_without_the_token(walked_app):
    careless = {
        view["introspectable"]["route_name"]
        for view in walked_app.registry.introspector.get_category("views")
        if view["introspectable"].get("require_csrf") is False
    }

    assert careless - {None} - BY_KEY == set()  # without a route: the pages that tell of an error


def _draw_a_refusal(walk):
    induction = next(seen for seen in walk.pages if seen.route == "induction")
    browser = walk.browser_of(induction.who)
    form = next(
        form for form in induction.answer.forms.values() if form.action.endswith("/missing")
    )
    fields = {"csrf_token": form["csrf_token"].value, "item": "the moon"}
    assert "That did not work" in browser.post(form.action, fields, status=409)
    old = fields | {"csrf_token": "old"}
    assert "This page was open too long" in browser.post(form.action, old, status=400)


def _draw_the_signing(walk):
    """Nobody can sign before something is written: write it, as one of the two would."""
    meeting = next(seen for seen in walk.pages if seen.route == "appraisal.meet")
    form = next(f for f in meeting.answer.forms.values() if f.action.endswith("/meeting"))
    form["summary"] = "We talked about what helps."
    assert "Read and sign" in form.submit("sign").follow()


def _draw_the_welcome(walk):
    """Before day one: the end of the first screens, and a link that does not work."""
    welcome = next(seen for seen in walk.pages if seen.route == "welcome")
    browser = walk.browser_of(welcome.who)
    assert "That was it" in browser.get(f"{welcome.path}/practice/end")
    assert "This link does not work" in browser.get("/welcome/2222222222222222", status=404)


def _draw_a_practice(walk):
    """A practice begins with a button, and ends after its last screen."""
    start = next(seen for seen in walk.pages if seen.route == "practice")
    form = next(f for f in start.answer.forms.values() if f.action.endswith("/practice/start"))
    page = form.submit(status=303).follow()
    while "The end of this round" not in page:
        question = next(form for form in page.forms.values() if "says" in form.fields)
        question["says"], question["how_sure"] = "action", "3"
        page = question.submit(status=303).follow()
        page = page.click("Next screen|Finish")


def _draw_a_self_assessment(walk):
    """It begins with a button, and ends when enough was asked."""
    start = next(
        seen for seen in walk.pages if seen.route == "self_assessment" and seen.who == "sam.staff"
    )
    form = next(f for f in start.answer.forms.values() if f.action.endswith("/start"))
    page = form.submit(status=303).follow()
    while "Thank you for taking the time" not in page:
        question = next(form for form in page.forms.values() if "about" in form.fields)
        question["now"], question["needed"], question["sure"] = "3", "3", "3"
        page = question.submit(status=303).maybe_follow()
    page.click("then and now")
    asking = page.click("Today", index=0).click("What others have seen you do")
    form = next(f for f in asking.forms.values() if "email" in f.fields)
    waits = form.submit(status=303).follow()
    waits.click(href=r"/seen-by-others/[2-9a-z]{16}$")


def _draw_a_survey(walk):
    """It begins with a button; each page leads to the next."""
    start = next(seen for seen in walk.pages if seen.route == "survey")
    form = next(f for f in start.answer.forms.values() if f.action.endswith("/begin"))
    page = form.submit(status=303).follow()
    while "Thank you for taking part" not in page:
        form = next(f for f in page.forms.values() if "questions?n=" in f.action)
        page = form.submit(status=303).follow()


def _draw_a_framework_file(walk):
    """A file is looked through before it is kept."""
    page = next(seen for seen in walk.pages if seen.route == "framework.import")
    file = next(seen for seen in walk.seen if seen.route == "framework.file")
    token = next(f for f in page.answer.forms.values() if f.action == "")["csrf_token"].value
    name = file.answer.headers["Content-Disposition"].rpartition('"')[0].rpartition('"')[2]
    sent = walk.browser_of(page.who).post(
        "/frameworks/import",
        {"csrf_token": token},
        upload_files=[("file", name, file.answer.body)],
    )
    assert "Nothing is kept yet" in sent.follow()


def _draw_a_register_file(walk):
    """The same, for the register of digital systems."""
    page = next(seen for seen in walk.pages if seen.route == "system.import")
    token = next(f for f in page.answer.forms.values() if "file" in f.fields)["csrf_token"].value
    sent = walk.browser_of(page.who).post(
        "/systems/import",
        {"csrf_token": token},
        upload_files=[("file", "systems.csv", b"key,name\nmail,Mail\n")],
    )
    assert "What the file would change" in sent.follow()


def _draw_a_map_of_columns(walk):
    """The same, for an export whose columns have names of their own."""
    page = next(seen for seen in walk.pages if seen.route == "column_map.list")
    token = next(f for f in page.answer.forms.values() if "file" in f.fields)["csrf_token"].value
    sent = walk.browser_of(page.who).post(
        "/maps/incidents",
        {"csrf_token": token},
        upload_files=[("file", "local.csv", b"ID,Incident date,Severity\n1,2026-09-01,Minor\n")],
    )
    assert "Which column is which?" in sent.follow()


def _draw_a_screen_file(walk):
    """A trainer looks at a shared screen, then keeps it."""
    page = next(seen for seen in walk.pages if seen.route == "screens.import")
    token = next(f for f in page.answer.forms.values() if "file" in f.fields)["csrf_token"].value
    screen = json.loads((files("tracker.practice") / "items" / "meal_tray.json").read_text())
    content = json.dumps({"format": "competence-tracker/practice-screen/1", **screen}).encode()
    look = walk.browser_of(page.who).post(
        "/screens/file", {"csrf_token": token}, upload_files=[("file", "screen.json", content)]
    )
    keep = next(form for form in look.forms.values() if "content" in form.fields)
    assert "Kept as a draft" in keep.submit(status=303).follow()


def _draw_a_connection_test(walk):
    page = next(seen for seen in walk.pages if seen.route == "connections")
    form = next(f for f in page.answer.forms.values() if f.action.endswith("/directory/test"))
    assert "All is well" in form.submit()


def test_every_template_was_drawn(walk, walked_app):
    """With names that do not exist complaining at once: see MisspeltName."""
    folder = Path(templates.__file__).parent
    ours = {file.relative_to(folder).as_posix() for file in folder.rglob("*.jinja2")}
    _draw_a_refusal(walk)
    _draw_the_signing(walk)
    _draw_the_welcome(walk)
    _draw_a_practice(walk)
    _draw_a_self_assessment(walk)
    _draw_a_survey(walk)
    _draw_a_framework_file(walk)
    _draw_a_register_file(walk)
    _draw_a_map_of_columns(walk)
    _draw_a_screen_file(walk)
    _draw_a_connection_test(walk)
    drawn = {name for _loader, name in templates_of(walked_app).cache}

    assert ours - drawn - DRAWN_ELSEWHERE == set()


class TestWhatIsLogged:
    def test_each_answer_is_logged_by_the_name_of_its_route(self, walk, logged):
        routes = {entry.get("route") for entry in logged}

        assert {seen.route for seen in walk.seen} <= routes

    def test_nobody_is_named(self, walk, logged, walked_app):
        with walked_app.registry["db.engine"].connect() as connection:
            people = connection.execute(
                select(
                    StaffMember.given_name,
                    StaffMember.family_name,
                    StaffMember.email,
                    StaffMember.employee_number,
                    StaffMember.public_id,
                )
            ).all()
        text = "\n".join(str(entry) for entry in logged)
        words = set(re.findall(r"[\w.@'-]+", text))

        assert walk.seen
        named = [person for person in people if {*person[2:], f"{person[0]} {person[1]}"} & words]
        assert named == []
        assert not [person for person in people if f"{person[0]} {person[1]}" in text]
