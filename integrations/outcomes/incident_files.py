"""Reads a file of incidents, whichever system wrote it."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from integrations.outcomes import lfpse, nrls
from integrations.outcomes.csv_file import CsvFile
from integrations.outcomes.incidents_csv import read_incidents
from integrations.outcomes.records import IncidentRow, RejectedRow


def read_incident_file(path: Path, *, today: date) -> Iterator[IncidentRow | RejectedRow]:
    """Tell by the header whose export it is, and yield its incidents, good or rejected."""
    file = CsvFile(path)
    if (of_nrls := nrls.find_columns(file.columns)) is not None:
        return nrls.read_nrls(of_nrls, file.rows(), today=today)
    if (of_lfpse := lfpse.find_columns(file.columns)) is not None:
        return lfpse.LfpseReader(of_lfpse, today=today).read(file.rows())
    return read_incidents(path, today=today)
