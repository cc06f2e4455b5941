"""Mock screens for alert-spotting practice: made from data and a seed, as plain values.

Imports nothing of ours. The people on the screens are invented.
"""

from tracker.practice.bank import Template, TemplateError, as_template, read_template, the_bank
from tracker.practice.check import problems_of
from tracker.practice.generator import ImpossiblePatientError, make_screen
from tracker.practice.screens import Facts, Feedback, Lines, Part, Screen, Table
from tracker.practice.slips import SLIPS

__all__ = [
    "SLIPS",
    "Facts",
    "Feedback",
    "ImpossiblePatientError",
    "Lines",
    "Part",
    "Screen",
    "Table",
    "Template",
    "TemplateError",
    "as_template",
    "make_screen",
    "problems_of",
    "read_template",
    "the_bank",
]
