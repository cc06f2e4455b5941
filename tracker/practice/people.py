"""Invented people for mock screens."""

from dataclasses import dataclass
from random import Random

WOMEN = (
    "Abena", "Bronte", "Deepa", "Edie", "Gwen", "Ines", "Kasia", "Leila", "Noor", "Petra",
    "Sunita",
)  # fmt: skip
MEN = (
    "Alun", "Callum", "Farid", "Hamish", "Jonah", "Marlon", "Oren", "Rafe", "Tomos", "Idris",
)  # fmt: skip
GIVEN = (*WOMEN, *MEN)
FAMILY = (
    "Ashgrove", "Bellweather", "Carrowmore", "Dunmallet", "Eskwood", "Fernhollow", "Greyling",
    "Hartsease", "Inglebrook", "Kestrelby", "Larkmead", "Merrowdale", "Netherby", "Oakshaw",
    "Pellingham", "Quillfeather", "Rushmere", "Stonecroft", "Thornbury-Vale", "Wrenfield",
)  # fmt: skip
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
#: Screens carry no year of their own: people on them are as old as they were at this year's end.
YEAR = 2026
YOUNGEST, OLDEST = 25, 94
FEMALE, MALE = "female", "male"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who does not exist."""

    name: str
    born: str
    number: str
    sex: str = ""
    age: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """Who is to be drawn: of either sex and any adult age, unless the screen says more."""

    sex: str = ""
    youngest: int = YOUNGEST
    oldest: int = OLDEST


def some_people(draw: Random, count: int) -> tuple[Person, ...]:
    """Draw people who share no name, birth date or number."""
    return these_people(draw, [Wanted()] * count)


def these_people(draw: Random, wanted: list[Wanted]) -> tuple[Person, ...]:
    """Draw people as wanted, who share no name, birth date or number."""
    count = len(wanted)
    family = draw.sample(FAMILY, count)
    days, numbers = draw.sample(range(1, 29), count), draw.sample(range(10_000, 100_000), count)
    given: list[str] = []
    people = []
    for place, one in enumerate(wanted):
        names = {FEMALE: WOMEN, MALE: MEN}.get(one.sex, GIVEN)
        given.append(draw.choice([name for name in names if name not in given]))
        age = draw.randint(one.youngest, one.oldest)
        people.append(
            Person(
                f"{given[-1]} {family[place]}",
                f"{days[place]} {draw.choice(MONTHS)} {YEAR - age}",
                f"H{numbers[place]}",
                sex=FEMALE if given[-1] in WOMEN else MALE,
                age=age,
            )
        )
    return tuple(people)
