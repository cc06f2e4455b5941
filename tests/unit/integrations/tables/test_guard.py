"""What people wrote in their own words is looked into for our words, whatever its heading."""

import pytest

from integrations.outcomes.call_table import CALL_TABLE
from integrations.tables.file import open_table
from integrations.tables.guard import guard


@pytest.mark.parametrize(
    "heading", ["Short text", "Free text", "Subject", "Your question", "Query", "Notes"]
)
def test_few_and_short_stories_give_our_words_and_no_others(tmp_path, heading):
    path = tmp_path / "calls.csv"
    path.write_text(
        f"Ticket;Opened;{heading};Mood\nT1;03/10/2026;How do I help Mr Smith;cross with Mr Smith\n"
    )
    table = open_table(path, known=["Ticket", "Opened"], never=[])

    change = guard(table, CALL_TABLE, lambda cell: "how do i" if "How do I" in cell else "")

    (row,) = table.rows()
    assert table.columns == ("Ticket", "Opened", heading)
    assert change(heading, row.cells[heading]) == "how do i"
