"""A quality lead finds what changed, looks at the numbers behind it, and takes the report away."""

import re

import pytest
from playwright.sync_api import expect

from tests.support.pdfs import poppler


def test_a_quality_lead_finds_what_changed(open_browser, screen):
    quinn = open_browser(screen)
    quinn.sign_in("quinn.quality")
    quinn.follow("Outcomes")

    assert "Outcome report" in quinn.heading()
    quinn.sees("Alerts recognised: ")
    charts_tell_what_they_show(quinn)
    opens_the_numbers_of_the_first_chart(quinn)
    the_pdf_is_one_to_hand_out(quinn.download("Download the report (PDF)"))

    looks_at_another_period(quinn)


def charts_tell_what_they_show(quinn):
    charts = quinn.page.locator("main svg[role=img]")
    assert charts.count() > 1
    for name in charts.evaluate_all(
        "all => all.map(one => one.querySelector('title').textContent)"
    ):
        assert name.strip()


def opens_the_numbers_of_the_first_chart(quinn):
    numbers = quinn.page.locator("figure details").first
    table = numbers.locator("table")
    expect(table).to_be_hidden()

    numbers.locator("summary").focus()
    quinn.page.keyboard.press("Enter")

    expect(table).to_be_visible()
    assert table.locator("tbody tr").count() > 1
    quinn.check()


def looks_at_another_period(quinn):
    quinn.follow("Choose another unit, period or reader")
    quinn.tick("Only me, inside the organisation")
    quinn.choose("Unit", re.compile("Specialist Medicine"))
    quinn.choose("From", "January 2025")
    quinn.press("Show the report")

    quinn.sees("Specialist Medicine, January 2025 to October 2026")


def the_pdf_is_one_to_hand_out(content):
    assert content.startswith(b"%PDF")
    assert re.search(r"^Tagged: +yes$", poppler("pdfinfo", content), re.MULTILINE)


@pytest.mark.parametrize("screen", ["desktop"])
def test_a_period_without_data_says_so(open_browser, screen):
    quinn = open_browser(screen)
    quinn.sign_in("quinn.quality")

    quinn.go("/outcomes?unit=&first=1999-01&last=1999-12&audience=inside")

    assert "Outcome report" in quinn.heading()
    assert quinn.page.locator("main svg").count() == 0


@pytest.mark.parametrize("screen", ["desktop"])
def test_what_anybody_may_read_is_a_sound_page_too(open_browser, screen):
    quinn = open_browser(screen)
    quinn.sign_in("quinn.quality")

    quinn.go("/outcomes?audience=published")

    assert "Outcome report" in quinn.heading()
