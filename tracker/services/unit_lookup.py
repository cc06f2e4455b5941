"""Finds the organisation unit that another system means by a code or a name."""

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from tracker.models import Organisation, OrganisationUnit

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy.orm import Session


class UnknownUnitError(ValueError):
    """The unit is not known, or could be more than one. Never quotes what was written."""


@dataclass(frozen=True, kw_only=True)
class UnitLookup:
    """What each code, HR key and name stands for in one organisation."""

    whole: frozenset[str]
    by_code: dict[str, frozenset[int]]
    by_source_key: dict[str, frozenset[int]]
    by_name: dict[str, frozenset[int]]

    def find(self, text: str) -> int | None:
        """Give the unit's id, or none for the whole organisation.

        :raises UnknownUnitError: when no unit, or more than one, goes by that code or name.
        """
        if text in self.whole:
            return None
        for known in (self.by_code, self.by_source_key, self.by_name):
            if found := known.get(text):
                if len(found) > 1:
                    raise UnknownUnitError("More than one unit goes by this code or name.")
                return next(iter(found))
        raise UnknownUnitError("This unit is not known here. Import the HR file that has it first.")


def load_units(db: "Session", organisation: Organisation, *, today: "date") -> UnitLookup:
    """Read the organisation's units once; one that is open wins over one that has closed."""
    units = db.execute(
        select(
            OrganisationUnit.id,
            OrganisationUnit.code,
            OrganisationUnit.source_key,
            OrganisationUnit.name,
            OrganisationUnit.effective_to,
        ).where(OrganisationUnit.organisation_id == organisation.id)
    ).all()
    is_open = {unit.id: unit.effective_to is None or unit.effective_to >= today for unit in units}

    def by(column: str) -> dict[str, frozenset[int]]:
        found: dict[str, set[int]] = defaultdict(set)
        for unit in units:
            if text := getattr(unit, column):
                found[text].add(unit.id)
        return {
            text: frozenset(unit for unit in ids if is_open[unit]) or frozenset(ids)
            for text, ids in found.items()
        }

    return UnitLookup(
        whole=frozenset({"", organisation.code}),
        by_code=by("code"),
        by_source_key=by("source_key"),
        by_name=by("name"),
    )
