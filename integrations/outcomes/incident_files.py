"""Reads a file of incidents, whichever system wrote it."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from integrations.outcomes import lfpse, nrls
from integrations.outcomes.incidents_csv import read_incidents
from integrations.outcomes.records import IncidentRow
from integrations.tables.file import open_table
from integrations.tables.rows import RejectedRow

#: headings by which the right row of an export is found, under whatever title it has
KNOWN = (
    "Reference",
    "Revision",
    "Taxonomy Version",
    "EntityId",
    "Patient no.",
    "T005",
    "T005 - Event date",
    "T005 - Event Date",
    "A001",
    "A001 - Involved Agents",
    "CL001",
    "CL001 - Event Type",
    "OT001 - Physical harm",
    "OT002 - Psychological harm",
    "RP01 Unique Incident ID",
    "Date of Incident",
    "IN05 Incident Category - Lvl1",
    "PD09 Degree of harm (severity)",
)


def read_incident_file(path: Path, *, today: date) -> Iterator[IncidentRow | RejectedRow]:
    """Tell by the header whose export it is, and yield its incidents, good or rejected."""
    file = open_table(path, known=KNOWN)
    if (of_nrls := nrls.find_columns(file.columns)) is not None:
        return nrls.read_nrls(of_nrls, file.rows(), today=today)
    if (of_lfpse := lfpse.find_columns(file.columns)) is not None:
        return lfpse.LfpseReader(of_lfpse, today=today).read(file.rows())
    return read_incidents(path, today=today)
