"""Reads out of an ESR file which competences people hold (CM rows), and what they are (CD)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from integrations.hr.esr import open_file

PERSON, ELEMENT, NAME, SINCE, LEVEL, COMPETENCE = 1, 2, 5, 6, 8, 13
FEWEST = 9


@dataclass(frozen=True, kw_only=True, slots=True)
class HeldCompetenceRecord:
    """A competence that HR says somebody holds; or, with nothing but its key, one taken away."""

    key: str
    person_key: str | None = None
    name: str = ""
    since: date | None = None
    level: str = ""
    is_deleted: bool = False


def read_held(path: Path, *, organisation_vpd: str | None) -> Iterator[HeldCompetenceRecord]:
    """Read the competence rows one by one; with a VPD, after the whole file was checked.

    :raises integrations.errors.FileRefusedError: for a file that is not whole, or not ours.
    """
    if organisation_vpd is not None:
        open_file(path, organisation_vpd=organisation_vpd)
    names: dict[str, str] = {}
    with path.open(encoding="latin-1", newline="\n") as stream:
        for line in stream:
            fields = line.rstrip("\r\n").split("~")
            if fields[0] == "CDA" and len(fields) > 2:  # noqa: PLR2004 - id and name
                names[fields[1]] = fields[2]
            elif fields[0] == "CMD" and len(fields) > 1:
                yield HeldCompetenceRecord(key=fields[1], is_deleted=True)
            elif fields[0] == "CMA" and len(fields) >= FEWEST:
                yield _held(fields, names)


def _held(fields: list[str], names: dict[str, str]) -> HeldCompetenceRecord:
    of = fields[COMPETENCE] if len(fields) > COMPETENCE else ""
    return HeldCompetenceRecord(
        key=fields[ELEMENT],
        person_key=fields[PERSON],
        name=fields[NAME] or names.get(of, ""),
        since=_day(fields[SINCE]),
        level=fields[LEVEL],
    )


def _day(text: str) -> date | None:
    try:
        return datetime.strptime(text, "%Y%m%d").date()  # noqa: DTZ007 - a day has no zone
    except ValueError:
        return None
