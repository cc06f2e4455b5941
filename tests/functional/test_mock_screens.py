"""Each mock screen can be solved by what a screen reader reads, and by nothing else.

The screen is drawn as HTML; the answer is worked out from the names and texts in it alone: a table's
caption, column heads and row heads, the terms of a list of facts, the items of a list.
"""

import pytest
from bs4 import BeautifulSoup
from pyramid_jinja2 import IJinja2Environment

from tracker.practice import Facts, Lines, Table, make_screen, the_bank
from tracker.practice.rules import needs_action

BANK = the_bank()
HIGH = 5


@pytest.fixture(scope="module")
def draw(app):
    environment = app.app.registry.queryUtility(IJinja2Environment) if hasattr(app, "app") else None
    macro = environment.get_template("practice/parts.jinja2").module.mock

    def draw(screen):
        return BeautifulSoup(str(macro(screen)), "html.parser")

    return draw
