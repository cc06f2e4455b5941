"""Says by which fact an account is somebody's, or why it is nobody's: one rule for all sources.

The directory, identity providers and single sign-on each know a few facts of a person. The first
that fits one person on the list of staff says who it is, unless another says that it is somebody
else. Then it is nobody's: whoever signs in with it could read what is not theirs.
"""

import enum
from collections.abc import Iterable, Sequence
from datetime import date
from typing import TypeAlias

from sqlalchemy import ColumnElement, func, or_

from tracker.models import StaffMember

#: which fact, and what it is: an address in lower case
Fact: TypeAlias = tuple[str, str]
#: id, employee number, address in lower case, NHS Unique ID, last day
Row: TypeAlias = tuple[int, str | None, str | None, str | None, date | None]

NAMES = ("employee_number", "email", "nhs_unique_id")
#: A person has one of each, and nobody else has it. People share addresses, and change them.
IDENTIFIERS = frozenset({"employee_number", "nhs_unique_id"})
COLUMNS = (
    StaffMember.id,
    StaffMember.employee_number,
    func.lower(StaffMember.email),
    StaffMember.nhs_unique_id,
    StaffMember.left_on,
)
_BY_NAME = dict(zip(NAMES, COLUMNS[1:4], strict=True))


class Match(enum.StrEnum):
    """Why no record can be taken for theirs."""

    NOBODY = "nobody"
    HAS_LEFT = "has_left"
    UNCLEAR = "unclear"
    CONTRADICTS = "contradicts"


def as_compared(facts: Iterable[Fact]) -> tuple[Fact, ...]:
    return tuple((name, value.lower() if name == "email" else value) for name, value in facts)


def has_any(facts: Iterable[Fact]) -> ColumnElement[bool]:
    """Select the staff that any of these facts fits."""
    values: dict[str, list[str]] = {}
    for name, value in facts:
        values.setdefault(name, []).append(value)
    return or_(
        *(
            _BY_NAME[name] == those[0] if len(those) == 1 else _BY_NAME[name].in_(those)
            for name, those in values.items()
        )
    )


class FactIndex:
    """Who in one organisation has which fact. A fact that two have says nothing."""

    def __init__(self, rows: Iterable[Row], *, today: date) -> None:
        self._working: dict[Fact, int | None] = {}
        self._left: dict[Fact, int | None] = {}
        self._rows: dict[int, Row] = {}
        for row in rows:
            self._rows[row[0]] = row
            has_left = row[4] is not None and row[4] < today
            owners = self._left if has_left else self._working
            for name, value in zip(NAMES, row[1:4], strict=True):
                if value:
                    owners[name, value] = None if (name, value) in owners else row[0]

    def __contains__(self, fact: Fact) -> bool:
        return fact in self._working or fact in self._left

    def whose(
        self, facts: Sequence[Fact], *, against: Sequence[Fact] | None = None
    ) -> tuple[int, str] | Match:
        """Give whose it is, and by which fact; who works here goes before who has left.

        `against` are the facts that may speak against it, where those are not the same.
        """
        if against is None:
            against, said = facts, [self._working.get(fact) for fact in facts]
            if said and said[0] is not None and said.count(said[0]) == len(said):
                return said[0], facts[0][0]  # all say the same, as nearly always
        is_shared = has_left = False
        for fact in facts:
            owners = self._working if fact in self._working else self._left
            staff_id = owners.get(fact)
            if staff_id is None:
                is_shared = is_shared or fact in self._working
                has_left = has_left or fact in self._left
                continue
            if owners is self._left and self.has_other_identifier(staff_id, against):
                continue  # somebody new, with the address of somebody who left
            if self.speaks_against(staff_id, against):
                return Match.CONTRADICTS
            return staff_id, fact[0]
        if is_shared:
            return Match.UNCLEAR
        return Match.HAS_LEFT if has_left else Match.NOBODY

    def speaks_against(self, staff_id: int, facts: Iterable[Fact]) -> bool:
        """Tell whether any of these facts says that it is not this person."""
        facts = tuple(facts)
        others = (self._working.get(fact) for fact in facts)
        return any(
            other is not None and other != staff_id for other in others
        ) or self.has_other_identifier(staff_id, facts)

    def has_other_identifier(self, staff_id: int, facts: Iterable[Fact]) -> bool:
        held = dict(zip(NAMES, self._rows[staff_id][1:4], strict=True))
        return any(held[name] not in {None, value} for name, value in facts if name in IDENTIFIERS)

    def owner(self, fact: Fact) -> int | None:
        """Give who has a fact alone: somebody who works here, else somebody who left."""
        return self._working.get(fact) or self._left.get(fact)

    def is_shared(self, fact: Fact) -> bool:
        return fact in self._working and self._working[fact] is None
