"""Mock screens for alert-spotting practice: made from data and a seed, as plain values.

Imports nothing of ours. The people on the screens are invented.
"""

from tracker.practice.bank import Template, read_template, the_bank
from tracker.practice.generator import make_screen
from tracker.practice.screens import Facts, Feedback, Lines, Part, Screen, Table

__all__ = [
    "Facts",
    "Feedback",
    "Lines",
    "Part",
    "Screen",
    "Table",
    "Template",
    "make_screen",
    "read_template",
    "the_bank",
]
