"""Identifiers, stories and reporters are planted in every feed, and then sought everywhere."""

import json
import os
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy.orm import Session

from tests.support import databases
from tests.support.personal import stored_text
from tracker.cli import main
from tracker.db import open_engine
from tracker.services.passing_files import PREFIX, remove_leftovers

PLANTED = (
    "9434765919",
    "943 476 5919",
    "943-476-5919",
    "Zebedee",
    "Quill",
    "fell from the",
    "Plimsoll",
    "REP-77",
)
WHO = "9434765919,Zebedee Quill,fell from the bed by the computer,Orla Plimsoll REP-77"
MEASURE = (
    "period,unit,numerator,source,patient,name,story,reporter\n"
    f"2026-09,,31000,Beds of 943-476-5919,{WHO}\n"
)
OWN = (
    "reference,unit,occurred_on,reported_on,harm,cause,nhs_number,patient,description,reporter\n"
    f"I1,,2026-09-03,2026-09-04,low,technical,{WHO}\n"
    f"I2,,2026-09-03,2026-09-04,Zebedee,technical,{WHO}\n"
    f"943 476 5919,,2026-09-03,2026-09-04,low,technical,{WHO}\n"
)
LFPSE = (
    "Reference,Revision,T005 - Event date,A001 - Involved Agents,OT001 - Physical harm,"
    "NHS number,Patient,F001 - Describe what happened,Reporter\n"
    f"L1,1,2026-09-03,9,4,{WHO}\nL2,1,2026-09-03,4,4,{WHO}\nL3,1,Zebedee,9,4,{WHO}\n"
)
NRLS = (
    "RP01 Unique Incident ID,Date of Incident,IN05 Incident Category - Lvl1,"
    "PD09 Degree of harm (severity),NHS number,Patient,IN07 Description,Reporter\n"
    f"N1,03/09/2023,Other,Low,{WHO}\n"
)
ALERTS = (
    "alert_id,unit,fired_at,staff,alert_type,response,responded_at,true_alert,override_reason,"
    "nhs_number,patient,comment,reporter\n"
    f"A1,,2026-09-03T09:00,20001,dose 9434765919,overridden,,,Zebedee Quill is allergic,{WHO}\n"
    f"A2,,Zebedee,20001,dose,overridden,,,,{WHO}\n"
)
EPIC = (
    "ALT_CSN_ID,ALT_ACTION_INST,ALT_STATUS_C,SPEC_OVR_RSN_C,USER_ID,BPA_LOCATOR_ID,DEPARTMENT,"
    "PAT_CSN,PAT_NAME,SPEC_OVR_CMNT,REPORTER\n"
    f"E1,2026-09-03 09:00:00,1,4,U1,BPA 7,,{WHO}\n"
)
ISSUE = {
    "resourceType": "DetectedIssue",
    "id": "d1",
    "status": "final",
    "code": {"coding": [{"code": "DRG", "display": "Dose for 943 476 5919"}]},
    "patient": {"reference": "Patient/9434765919", "display": "Zebedee Quill"},
    "identifiedDateTime": "2026-09-03T09:00:00+01:00",
    "author": {"reference": "Practitioner/77", "display": "Orla Plimsoll REP-77"},
    "detail": "Zebedee Quill fell from the bed",
}
FHIR = json.dumps({"resourceType": "Bundle", "entry": [{"resource": ISSUE}]})
FILES = {
    "measure.csv": (MEASURE, "measure", "--measure", "bed_days"),
    "own.csv": (OWN, "incidents"),
    "lfpse of 943 476 5919.csv": (LFPSE, "incidents"),
    "nrls.csv": (NRLS, "incidents"),
    "alerts.csv": (ALERTS, "alerts"),
    "epic.csv": (EPIC, "alerts"),
    "bundle.json": (FHIR, "alerts"),
}


@pytest.mark.parametrize("kind", databases.KINDS)
def test_what_is_planted_in_any_feed_is_nowhere_afterwards(kind, tmp_path, monkeypatch, capfd):
    kept, passing = tmp_path / "kept", tmp_path / "passing"
    kept.mkdir()
    passing.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(passing))
    # as if the process were killed: nothing that passes through is tidied away
    monkeypatch.setattr(tempfile.TemporaryDirectory, "cleanup", _leave)
    said = []
    with databases.fresh_database(kind, kept) as url:
        ini = tmp_path / "test.ini"
        ini.write_text(
            "[app:main]\nuse = egg:competence-tracker\n"
            f"sqlalchemy.url = {url}\ntracker.secret = {'x' * 40}\n"
        )

        def tracker(*words):
            done = CliRunner().invoke(main, [*map(str, words), "--config", str(ini)])
            assert done.exit_code == 0, (done.output, done.exception)
            said.append(done.output)

        tracker("organisation", "add", "RF4", "A Trust")
        for name, (text, what, *more) in FILES.items():
            file = tmp_path / name
            file.write_text(text)
            tracker("import", what, file, *more)
        engine = open_engine(url)
        with Session(engine) as db:
            said.append(stored_text(db))
        files = {path: path.read_bytes() for path in (*_in(kept), *_in(passing))}
        engine.dispose()
    said += capfd.readouterr()

    for secret in PLANTED:
        assert not [where for where in said if secret in where]
        assert not [path.name for path, what in files.items() if secret.encode() in what]
    # and the feeds did come in
    assert all(reference in said[-3] for reference in ("I1", "L1", "N1", "A1", "E1", "d1"))


def _leave(folder):
    folder._finalizer.detach()  # noqa: SLF001 - what a kill does


def _in(folder):
    return [path for path in folder.rglob("*") if path.is_file()]


def test_what_a_killed_process_left_is_removed(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    old, new, other = (tmp_path / name for name in (f"{PREFIX}a", f"{PREFIX}b", "else"))
    for folder in (old, new, other):
        folder.mkdir()
        (folder / "file.csv").write_text("a story")
    long_ago = (datetime.now(UTC) - timedelta(days=1)).timestamp()
    for folder in (old, other):
        os.utime(folder, (long_ago, long_ago))

    assert remove_leftovers() == 1
    assert [path.name for path in sorted(Path(tmp_path).iterdir())] == ["else", f"{PREFIX}b"]
