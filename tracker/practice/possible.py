"""Refuses patients who cannot be: an age, a sign, a dose or a day that nobody has.

It reads the finished screen, so that no way of drawing values goes round it. The limits are wide:
what the sickest patient may have is possible, what no patient ever had is not.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import date

from tracker.practice.people import FEMALE, MALE, MONTHS, Person
from tracker.practice.screens import Facts, Lines, Part, Table

#: What a name of a value begins with, the lowest and the highest value that anybody has.
LIMITS = (
    ("age", 0, 115),
    ("pulse", 20, 250),
    ("heart rate", 20, 250),
    ("breaths", 4, 70),
    ("oxygen level", 50, 100),
    ("temperature", 25, 44),
    ("blood pressure", 40, 280),
    ("weight", 0.4, 350),
    ("height", 20, 230),
    ("news2", 0, 20),
    ("pain score", 0, 10),
    ("blood sugar", 0.5, 60),
)
#: The most that a grown-up is given at once, in mg (insulin: units). Wide on purpose.
MOST_AT_ONCE = {
    "paracetamol": 1_000, "co-codamol": 1_000, "ibuprofen": 800, "naproxen": 1_000,
    "aspirin": 900, "codeine": 60, "dihydrocodeine": 60, "morphine": 200, "tramadol": 100,
    "amoxicillin": 3_000, "co-amoxiclav": 2_000, "trimethoprim": 400, "clarithromycin": 1_000,
    "methotrexate": 30, "warfarin": 20, "digoxin": 1.5, "bisoprolol": 20, "ramipril": 10,
    "furosemide": 500, "simvastatin": 80, "omeprazole": 80, "lansoprazole": 60,
    "prednisolone": 100, "levothyroxine": 0.5, "lithium": 2_000, "sildenafil": 100,
    "cetirizine": 20, "loratadine": 20, "insulin": 150,
}  # fmt: skip
MOST_OF_ANYTHING = 20_000
IN_MG = {"micrograms": 0.001, "microgram": 0.001, "mcg": 0.001, "mg": 1, "g": 1_000, "units": 1}
DOSE = re.compile(r"(-?\d+(?:\.\d+)?) ?(micrograms?|mcg|mg|g|units)\b")
MEDICINE = re.compile(rf"\b({'|'.join(MOST_AT_ONCE)})\b[^;]*$", re.IGNORECASE)
TIME = re.compile(r"\b(\d{1,2}):(\d{2})\b")
BORN = re.compile(r"\b(\d{1,2}) ([A-Z][a-z]+) (\d{4})\b")
NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
ONLY_WOMEN = re.compile(
    r"\b(pregnan\w*|antenatal|in labour|womb|ovar\w+|cervical screening)", re.IGNORECASE
)
ONLY_MEN = re.compile(r"\b(prostate|testic\w*)", re.IGNORECASE)
CARRYING = re.compile(r"\b(pregnan\w*|antenatal|in labour)", re.IGNORECASE)
CARRYING_AGES = range(11, 56)
HOURS, MINUTES, EARLIEST, LATEST = 24, 60, 1908, 2100


def impossible(parts: Sequence[Part], people: Sequence[Person] = ()) -> list[str]:
    """Say, a sentence each, what on these parts cannot be. Nothing: the screen is possible."""
    found: list[str] = []
    for part in parts:
        for name, value in _named(part):
            found += _out_of_limits(part, name, value)
        for text in _texts(part):
            found += [f"{part.name}: {why}" for why in _in_text(text)]
            found += [f"{part.name}: {why}" for why in _about_sex(text, people)]
    return list(dict.fromkeys(found))


def _named(part: Part) -> Iterator[tuple[str, str]]:
    """Give each value with its name: of a fact, or of a table's column."""
    if isinstance(part, Facts):
        yield from part.pairs
    elif isinstance(part, Table):
        for row in part.rows:
            yield from zip(part.columns, row, strict=True)


def _texts(part: Part) -> Iterator[str]:
    if isinstance(part, Lines):
        yield from part.lines
    elif isinstance(part, Facts):
        yield "; ".join(f"{name} {value}" for name, value in part.pairs)
    else:
        yield from ("; ".join(row) for row in part.rows)


def _out_of_limits(part: Part, name: str, value: str) -> Iterator[str]:
    plain = name.casefold()
    number = NUMBER.search(value)
    for begins, lowest, highest in LIMITS:
        if plain.startswith(begins) and number and not lowest <= float(number[0]) <= highest:
            yield f"{part.name}: nobody has {name} {number[0]}. Use {lowest} to {highest}."
    if plain.startswith("born") and not BORN.search(value):
        yield f"{part.name}: write a birth date as 3 March 1950."


def _in_text(text: str) -> Iterator[str]:
    for hour, minute in TIME.findall(text):
        if int(hour) >= HOURS or int(minute) >= MINUTES:
            yield f"{hour}:{minute} is not a time of day."
    for day, month, year in BORN.findall(text):
        if month in MONTHS and not _is_day(int(day), month, int(year)):
            yield f"there is no {day} {month} {year}."
    for found in DOSE.finditer(text):
        named = MEDICINE.search(text[: found.start()])
        most = MOST_AT_ONCE[named[1].casefold()] if named else MOST_OF_ANYTHING
        if not 0 < float(found[1]) * IN_MG[found[2]] <= most:
            what = f"{named[1]} " if named else ""
            yield f"nobody is given {what}{found[0]} at once."


def _is_day(day: int, month: str, year: int) -> bool:
    try:
        date(year, MONTHS.index(month) + 1, day)
    except ValueError:
        return False
    return EARLIEST <= year <= LATEST


def _about_sex(text: str, people: Sequence[Person]) -> Iterator[str]:
    """Hold what only women or men have against the people of the row, else against the first."""
    about = [one for one in people if one.name in text] or list(people[:1])
    for one in about:
        if (ONLY_WOMEN.search(text) and one.sex == MALE) or (
            ONLY_MEN.search(text) and one.sex == FEMALE
        ):
            yield f"“{text[:60]}” cannot be said of {one.name}. Ask for the other sex."
        if CARRYING.search(text) and one.age not in CARRYING_AGES:
            yield f"“{text[:60]}” cannot be said of somebody of {one.age}."
