"""The way in and out, in a real browser."""


def test_a_person_signs_in_and_out(visitor):
    visitor.sign_in("sam.staff")
    visitor.sees("Sam Whitfield")

    visitor.press("Sign out")

    visitor.go("/")
    assert visitor.page.url.endswith("/sign-in?next=%2F")


def test_a_wrong_password_is_said_in_words_beside_the_form(visitor):
    visitor.expected = ("403",)
    visitor.sign_in("sam.staff", "wrong")

    visitor.sees("There is a problem")
    assert visitor.page.title().startswith("Error: ")


def test_help_can_be_read_before_signing_in(visitor):
    visitor.go("/guide")

    assert visitor.heading() == "Help with this service"
