"""Text for cells: what a spreadsheet would run as a formula stays text."""

#: in narrow and in wide letters, as some spreadsheets take both
RUNS = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20", "\t", "\r", "\n")


def plain_cell(text: str | None) -> str:
    """Give the text with an apostrophe before it where a spreadsheet would run it."""
    text = text or ""
    return f"'{text}" if text.lstrip(" ").startswith(RUNS) or text.startswith(RUNS) else text
