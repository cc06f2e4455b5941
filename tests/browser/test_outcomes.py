"""A quality lead reads what changed, before a board: in a real browser."""


def test_a_quality_lead_finds_what_changed_and_takes_it_along(visitor):
    visitor.sign_in("quinn.quality")
    visitor.go("/outcomes")

    assert "Outcome report" in visitor.heading()
    visitor.sees("What changed")
    visitor.sees("Alerts recognised: ")
    assert visitor.download("Download the report (PDF)").startswith(b"%PDF-")


def test_a_quality_lead_looks_closer_at_one_unit(visitor):
    visitor.sign_in("quinn.quality")
    visitor.go("/outcomes/choose")

    options = visitor.field("Unit").locator("option").all_inner_texts()
    visitor.choose("Unit", next(name for name in options if "Specialist Medicine" in name))
    visitor.choose("From", "January 2025")
    visitor.press("Show the report")

    visitor.sees("Specialist Medicine, January 2025 to October 2026")


def test_the_numbers_of_a_chart_can_be_opened(visitor):
    visitor.sign_in("quinn.quality")
    visitor.go("/outcomes")

    visitor.page.locator("summary", has_text="Show the numbers").first.click()

    visitor.sees("36 points, one a month")
