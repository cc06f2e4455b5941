"""What a mock screen is made of. A page draws it; a test reads it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from tracker.practice.people import Person
    from tracker.practice.rules import Rule


@dataclass(frozen=True, kw_only=True, slots=True)
class Facts:
    """Names and values, such as the banner with a patient's name."""

    kind: ClassVar[str] = "facts"
    key: str
    name: str
    pairs: tuple[tuple[str, str], ...]
    #: names of the values in red; what that means also stands in words
    red: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True, slots=True)
class Lines:
    """A list of notes."""

    kind: ClassVar[str] = "lines"
    key: str
    name: str
    lines: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Table:
    """A table with a head. The first cell of a row names the row."""

    kind: ClassVar[str] = "table"
    key: str
    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    #: rows in bold and red; what that means also stands in words in the row
    strong: frozenset[int] = frozenset()


Part = Facts | Lines | Table


@dataclass(frozen=True, kw_only=True, slots=True)
class Feedback:
    """What was there, why it matters, and where to look next time."""

    what: str
    why: str
    next_time: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Screen:
    """One mock screen, and what there is to be seen in it."""

    system: str
    setting: str
    parts: tuple[Part, ...]
    has_signal: bool
    #: the key of the part to look at
    where: str
    feedback: Feedback
    #: what is wrong where something is: see slips
    slip: str = "other"
    #: what decides, for screens that are written as data
    rule: "Rule | None" = None
    people: "tuple[Person, ...]" = ()

    @property
    def where_name(self) -> str:
        return next(part.name for part in self.parts if part.key == self.where)
