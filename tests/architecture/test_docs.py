"""What the documents point to is there."""

import re
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
LINK = re.compile(r"\]\((?!https?:)([^)#]+)")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_link_leads_somewhere(page):
    lost = [
        link
        for link in LINK.findall(page.read_text(encoding="utf-8"))
        if not (page.parent / link).exists()
    ]

    assert lost == []


def test_each_decision_has_a_number_of_its_own():
    numbers = Counter(file.name[:4] for file in (ROOT / "docs" / "adr").glob("*.md"))

    assert [number for number, count in numbers.items() if count > 1] == []


def test_the_files_that_the_architecture_page_follows_are_there():
    page = (ROOT / "docs" / "ARCHITECTURE.md").read_text(encoding="utf-8")
    named = re.findall(r"`((?:tracker|integrations|metrics|tests)/[\w/.]+\.py)`", page)

    assert named
    assert [name for name in named if not (ROOT / name).exists()] == []
