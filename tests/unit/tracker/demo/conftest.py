import csv
from datetime import date

import pytest

from tracker.demo.trust import write_trust

UNTIL = date(2026, 11, 22)


@pytest.fixture(scope="session")
def trust(tmp_path_factory):
    """The trust as a session of tests shares it: 2,000 staff."""
    return write_trust(tmp_path_factory.mktemp("trust"), seed=7, staff=2_000, until=UNTIL)


@pytest.fixture(scope="session")
def hr_rows(trust):
    text = trust.hr_file.read_text(encoding="iso-8859-1")
    return [line.split("~") for line in text.splitlines()]


@pytest.fixture(scope="session")
def read_csv():
    def read(path):
        with path.open(encoding="utf-8", newline="") as lines:
            return list(csv.DictReader(lines))

    return read
