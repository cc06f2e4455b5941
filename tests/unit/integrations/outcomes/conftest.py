"""What the tests of national exports share."""

import csv
from datetime import date

import pytest

from integrations.outcomes.incident_files import read_incident_file

TODAY = date(2026, 11, 22)


@pytest.fixture
def read_export(tmp_path):
    def read_rows(*rows):
        path = tmp_path / "export.csv"
        names = list(dict.fromkeys(name for row in rows for name in row))
        with path.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, names, restval="")
            writer.writeheader()
            writer.writerows(rows)
        return list(read_incident_file(path, today=TODAY))

    return read_rows
