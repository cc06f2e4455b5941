"""Invented people for mock screens."""

from dataclasses import dataclass
from random import Random

GIVEN = (
    "Abena", "Alun", "Bronte", "Callum", "Deepa", "Edie", "Farid", "Gwen", "Hamish", "Ines",
    "Jonah", "Kasia", "Leila", "Marlon", "Noor", "Oren", "Petra", "Rafe", "Sunita", "Tomos",
)  # fmt: skip
FAMILY = (
    "Ashgrove", "Bellweather", "Carrowmore", "Dunmallet", "Eskwood", "Fernhollow", "Greyling",
    "Hartsease", "Inglebrook", "Kestrelby", "Larkmead", "Merrowdale", "Netherby", "Oakshaw",
    "Pellingham", "Quillfeather", "Rushmere", "Stonecroft", "Thornbury-Vale", "Wrenfield",
)  # fmt: skip
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who does not exist."""

    name: str
    born: str
    number: str


def some_people(draw: Random, count: int) -> tuple[Person, ...]:
    """Draw people who share no name, birth date or number."""
    given, family = draw.sample(GIVEN, count), draw.sample(FAMILY, count)
    days, years = draw.sample(range(1, 29), count), draw.sample(range(1932, 2002), count)
    numbers = draw.sample(range(10_000, 100_000), count)
    return tuple(
        Person(
            f"{given[i]} {family[i]}",
            f"{days[i]} {draw.choice(MONTHS)} {years[i]}",
            f"H{numbers[i]}",
        )
        for i in range(count)
    )
