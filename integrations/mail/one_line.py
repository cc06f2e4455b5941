"""Text for a header or a calendar."""

import re

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")


def one_line(text: str) -> str:
    """Take out whatever could end a header line or turn the reading direction."""
    return " ".join(_CONTROL.sub(" ", text).split())
