"""Everything can be done without a mouse, and one sees where one is."""

from playwright.sync_api import expect

FOCUSED = "document.activeElement.id || document.activeElement.className"
LOOKS = """() => { const s = getComputedStyle(document.activeElement)
  return [s.outline, s.boxShadow, s.backgroundColor, s.borderColor].join('; ') }"""
MOST_STEPS = 80


def press(visitor, *keys):
    for key in keys:
        visitor.page.keyboard.press(key)


def test_the_first_key_offers_a_way_past_the_header(open_browser):
    sam = open_browser()
    sam.sign_in("sam.staff")

    press(sam, "Tab")
    expect(sam.page.get_by_role("link", name="Skip to main content")).to_be_focused()
    press(sam, "Enter")

    assert sam.page.evaluate("location.hash") == "#maincontent"


def test_one_signs_in_by_keyboard_and_lands_on_what_is_wrong(open_browser):
    sam = open_browser()
    sam.expected = ("403",)
    sam.go("/sign-in")
    sam.field("User name").focus()
    sam.page.keyboard.type("sam.staff")
    sam.field("Password").focus()
    sam.page.keyboard.type("not this one")
    with sam.page.expect_navigation():
        press(sam, "Enter")
    sam.check()

    expect(sam.page.locator(".nhsuk-error-summary")).to_be_focused()
    press(sam, "Tab", "Enter")
    expect(sam.field("User name")).to_be_focused()


def test_every_stop_shows_and_none_holds_one_fast(open_browser):
    mo = open_browser()
    mo.sign_in("mo.manager")
    for path in ("/team", "/outcomes/choose"):
        mo.go(path)
        stops = mo.page.locator("main").locator("a, button, input, select, summary").count()
        unseen, reached = [], 0
        for _step in range(MOST_STEPS):
            press(mo, "Tab")
            if mo.page.evaluate("document.activeElement === document.body"):
                break
            focused = mo.page.evaluate(LOOKS)
            mo.page.evaluate("window.before = document.activeElement")
            reached += mo.page.evaluate("document.activeElement.closest('main') !== null")
            mo.page.evaluate("window.before.blur()")
            same = (
                mo.page.evaluate(LOOKS.replace("document.activeElement", "window.before"))
                == focused
            )
            mo.page.evaluate("window.before.focus()")
            if same:
                unseen.append(mo.page.evaluate(FOCUSED))
        assert unseen == [], path
        assert reached >= min(stops, 5), path
