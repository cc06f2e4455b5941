"""What every page has in common."""


def test_a_stranger_is_sent_to_sign_in(browser):
    answer = browser.get("/", status=303)

    assert answer.location.endswith("/sign-in?next=%2F")


def test_a_signed_in_person_has_a_page_for_today(browser, factories, sign_in):
    sign_in(factories.StaffMember(given_name="Zoë", family_name="O'Neill"))

    assert "Zoë O&#39;Neill" in browser.get("/")


def test_a_missing_page_says_so_kindly(browser, factories, sign_in):
    sign_in(factories.StaffMember())

    assert "There is no page here that you can see" in browser.get("/nothing-here", status=404)


def test_pages_allow_no_inline_code(browser):
    policy = browser.get("/guide").headers["Content-Security-Policy"]

    assert "unsafe-inline" not in policy
    assert "default-src 'none'" in policy


def test_the_service_answers_a_health_check(browser):
    assert browser.get("/health").text == "ok"
