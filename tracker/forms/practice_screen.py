"""A mock screen as a trainer writes it: short fields and lines of plain text, no code."""

from collections.abc import Mapping
from typing import Any

from wtforms.validators import InputRequired, Length

from tracker.forms.fields import (
    Choice,
    FileBox,
    Hidden,
    LongTextBox,
    Radios,
    TextBox,
    Ticks,
    TrackerForm,
    read_number,
)
from tracker.practice import SLIPS, plain
from tracker.practice.rules import COMPARISONS

PROFESSIONS = [
    ("nurses", "Nurses and midwives"),
    ("doctors", "Doctors and dentists"),
    ("pharmacists", "Pharmacists and other scientists"),
    ("therapists", "Therapists and radiographers"),
    ("care_support", "Healthcare assistants"),
    ("clerical", "Clerks and office staff"),
    ("estates", "Porters, kitchens and estates"),
    ("scientists", "Laboratory staff"),
]
SIDES = ("with", "without")
SAID = ("what", "why", "next_time")


def _needed(message: str) -> list[Any]:
    return [InputRequired(message), Length(max=500, message="Use 500 characters or fewer")]


class PracticeScreenForm(TrackerForm):
    system = TextBox("What the screen is called", validators=_needed("Say what it is called"))
    family = TextBox(
        "What sort of system it is",
        description="Such as: medicines, results, patient record, ward board",
        validators=_needed("Say what sort of system it is"),
    )
    professions = Ticks(
        "Who meets such a screen",
        description="Leave all empty for everybody.",
        choices=PROFESSIONS,
    )
    difficulty = Radios(
        "How hard is it?",
        description="Nobody who practises sees this. Later, the answers tell.",
        choices=[("1", "Easy"), ("2", "In between"), ("3", "Hard")],
        default="2",
        validators=[InputRequired("Choose how hard it is")],
    )
    setting = LongTextBox(
        "Who you are on it, and what you are about to do",
        validators=_needed("Say who one is on this screen"),
    )
    people = TextBox(
        "Invented people, by names of your choice",
        description="Such as: patient, visitor. Or: patient (female, 19 to 42)",
    )
    words = LongTextBox(
        "Words and numbers to choose from",
        description="One a line. Such as “food: Soup; Bread; Fish” or “bed: 1 to 24”",
    )
    cases = LongTextBox(
        "Cases: words that belong together",
        description="The names on the first line, with | between. Then a case on each line.",
    )
    swap_one = TextBox(
        "First text that changes places",
        description="With something to spot, it stands at {here}, and the second at {there}.",
        validators=_needed("Write the first text"),
    )
    swap_two = TextBox("Second text", validators=_needed("Write the second text"))
    screen = LongTextBox(
        "The screen",
        description=(
            "Begin each part with Facts: Table: or Lines: and its name. In Facts write “name = "
            "value”. In a Table put | between cells; the first line names the columns. "
            "A line that begins with ! is shown in red. A row that begins with + may be there; "
            "“+ 1 to 2” says how many of those."
        ),
        validators=[InputRequired("Write the screen")],
    )
    look_at = TextBox(
        "Something needs action when this …",
        description="A place: part/name, or part/row/column. Such as: trolley/{one}/Tray made for",
        validators=_needed("Say where to look"),
    )
    comparison = Radios(
        "… is",
        choices=[(one, one) for one in COMPARISONS],
        default=COMPARISONS[1],
        validators=[InputRequired("Choose one")],
    )
    that = TextBox(
        "… this",
        description="Another place, or a plain word or number.",
        validators=_needed("Say what to hold it against"),
    )
    where = TextBox("The part to point at", validators=_needed("Name the part where it shows"))
    passed_by = TextBox(
        "Look again at …",
        description="What somebody missed, such as: the address in a letter",
        validators=_needed("Say what to look at again"),
    )
    slip = Choice(
        "What is wrong, where something is",
        description="Everybody who practises chooses from this list.",
        choices=list(SLIPS.items()),
        default="other",
    )
    with_what = LongTextBox("What was there", validators=_needed("Say what was there"))
    with_why = LongTextBox("Why it matters", validators=_needed("Say why it matters"))
    with_next_time = LongTextBox(
        "Where to look next time", validators=_needed("Say where to look next time")
    )
    without_what = LongTextBox("Why all is well", validators=_needed("Say why all is well"))
    without_why = LongTextBox(
        "What to take from it", validators=_needed("Say what to take from it")
    )
    without_next_time = LongTextBox(
        "Where to look next time, when all is well",
        validators=_needed("Say where to look next time"),
    )
    notes = LongTextBox(
        "Notes for other trainers",
        description="Nobody who practises sees this.",
        validators=[Length(max=500, message="Use 500 characters or fewer")],
    )
    edition = Hidden(default="0")

    @classmethod
    def showing(cls, content: Mapping[str, Any], edition: int) -> "PracticeScreenForm":
        """Fill the form in with a template that is there already."""
        values, rule = content["values"], content["values"]["rule"]
        said = {
            f"{side}_{name}": content["feedback"][side][name] for side in SIDES for name in SAID
        }
        names = {part["key"]: part["name"] for part in values["parts"]}
        return cls(
            None,
            data={
                **{name: content[name] for name in ("system", "family", "setting", "passed_by")},
                **said,
                "professions": content.get("for", []),
                "slip": content.get("slip", "other"),
                "difficulty": str(content.get("difficulty", 2)),
                "people": plain.write_people(values.get("people", [])),
                "words": plain.write_words(values),
                "cases": plain.write_cases(values.get("cases", [])),
                "swap_one": values["swap"][0],
                "swap_two": values["swap"][1],
                "screen": plain.write_parts(values["parts"]),
                "look_at": rule["look_at"],
                "comparison": rule["is"],
                "that": rule["that"],
                "where": names[values["where"]],
                "notes": content.get("notes", ""),
                "edition": str(edition),
            },
        )

    def to_content(self, key: str = "") -> dict[str, Any]:
        """Give the template as a file has it.

        :raises PlainTextError: for lines that cannot be read.
        """
        choices, numbers = plain.read_words(self.words.data or "")
        cases = plain.read_cases(self.cases.data or "")
        people = plain.read_people(self.people.data or "")
        parts = plain.read_parts(self.screen.data or "")
        notes = self._line("notes")
        drawn = {"people": people, "numbers": numbers, "choices": choices, "cases": cases}
        return {
            "key": key or plain.key_of(self.system.data or ""),
            "kind": "written",
            "for": list(self.professions.data or ()),
            "difficulty": read_number(self.difficulty.data) or 2,
            "family": self._line("family"),
            "system": self._line("system"),
            "setting": self._line("setting"),
            "passed_by": self._line("passed_by"),
            "slip": self.slip.data or "other",
            "values": {
                **{name: some for name, some in drawn.items() if some},
                "swap": [self._line("swap_one"), self._line("swap_two")],
                "parts": parts,
                "rule": {
                    "look_at": self._line("look_at"),
                    "is": self.comparison.data or "",
                    "that": self._line("that"),
                },
                "where": plain.key_in(parts, self._line("where")),
            },
            "feedback": {
                side: {name: self._line(f"{side}_{name}") for name in SAID} for side in SIDES
            },
            **({"notes": notes} if notes else {}),
        }

    def edition_seen(self) -> int:
        return read_number(self.edition.data) or 0

    def _line(self, name: str) -> str:
        return plain.one_line(self[name].data)


class ScreenFileForm(TrackerForm):
    file = FileBox("A file with a screen", description="A .json file that somebody shared.")
    content = Hidden()
