"""Alerts in FHIR R4, from the file to the counts."""

import json
import tracemalloc
from contextlib import contextmanager
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from integrations.errors import FileRefusedError
from integrations.outcomes.fhir_alerts import FhirAlerts
from tracker.models import AlertEvent, AlertResponse, ImportRun
from tracker.services.alert_files import import_alert_file
from tracker.services.outcome_files import FileImport

NOW = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)
PATIENT = {"reference": "Patient/9434765919", "display": "Mrs Jones"}
ISSUE = {
    "resourceType": "DetectedIssue",
    "id": "d1",
    "status": "final",
    "code": {"coding": [{"code": "DRG", "display": "Drug interaction"}]},
    "patient": PATIENT,
    "identifiedDateTime": "2026-09-03T09:00:00+01:00",
    "author": {"reference": "Practitioner/77"},
    "detail": "Mrs Jones must not have both",
    "mitigation": [{"action": {"coding": [{"code": "22"}]}, "date": "2026-09-03T09:04:00+01:00"}],
}
CLICK = {
    "resourceType": "AuditEvent",
    "recorded": "2026-09-04T09:02:00Z",
    "subtype": [{"code": "alert-accepted"}],
    "agent": [{"who": {"identifier": {"value": "20001"}}, "requestor": True}],
    "entity": [
        {"what": PATIENT},
        {"detail": [{"type": "alert-id", "valueString": "a1"}]},
    ],
}
SHOWN = CLICK | {"recorded": "2026-09-04T09:00:00Z", "subtype": [{"code": "alert-shown"}]}
MESSAGE = {
    "resourceType": "Communication",
    "id": "c1",
    "status": "completed",
    "subject": PATIENT,
    "sent": "2026-09-05T10:00:00Z",
    "received": "2026-09-05T10:30:00Z",
    "recipient": [{"reference": "Practitioner/78"}],
    "payload": [{"contentString": "Mrs Jones has a score of 7"}],
}
FILTERED = ISSUE | {"id": "d2", "status": "entered-in-error"}
OTHERS = {"resourceType": "Patient", "id": "9434765919"}


def bundle(*resources):
    return json.dumps({"resourceType": "Bundle", "entry": [{"resource": one} for one in resources]})


def reader(path):
    return FhirAlerts(
        path, today=NOW.date(), unit_of=lambda _text: None, staff_of=lambda text: f"hash {text}"
    )


@pytest.fixture
def load(db, tmp_path):

    def load_text(text):
        path = tmp_path / "bundle.json"
        path.write_text(text)
        asked = FileImport(path=path, organisation_code=None, now=NOW, today=NOW.date())
        return import_alert_file(_shared(db), asked, secret="s" * 32)

    return load_text


def _shared(db):
    @contextmanager
    def sessions():
        yield db
        db.flush()

    return sessions


def test_each_kind_says_what_was_shown_and_what_became_of_it(db, organisation, load):
    assert organisation
    load(bundle(CLICK, ISSUE, SHOWN, MESSAGE, FILTERED, OTHERS))  # the click before its alert

    events = {one.source_key: one for one in db.scalars(select(AlertEvent))}
    said = {key: (one.response, one.minutes_to_respond) for key, one in events.items()}
    assert said == {
        "d1": (AlertResponse.OVERRIDDEN, 4),
        "a1": (AlertResponse.ACCEPTED, 2),
        "c1": (AlertResponse.ACCEPTED, 30),
    }
    assert events["d1"].has_reason
    assert events["d1"].fired_on == date(2026, 9, 3)
    for one in events.values():
        assert "Jones" not in str(vars(one))
        assert "9434765919" not in str(vars(one))


def test_twice_changes_nothing_and_lines_are_read_like_a_bundle(db, organisation, load):
    assert organisation
    load(bundle(ISSUE, SHOWN, CLICK, MESSAGE))

    tally = load("\n".join(json.dumps(one) for one in (ISSUE, SHOWN, CLICK, MESSAGE)))

    assert not tally.changed_anything
    run = db.scalars(select(ImportRun).order_by(ImportRun.id.desc())).first()
    assert run.state == "unchanged"


def test_a_bundle_that_is_cut_off_is_refused_with_words(tmp_path):
    path = tmp_path / "cut.json"
    path.write_text(bundle(ISSUE, SHOWN)[:-200])

    with pytest.raises(FileRefusedError, match="ends too early"):
        list(reader(path).blocks())


def test_a_bad_resource_is_named_by_its_place(tmp_path):
    path = tmp_path / "bad.json"
    path.write_text(bundle(ISSUE, ISSUE | {"identifiedDateTime": "soon"}, {"resourceType": 7}))

    ((block, answers),) = reader(path).blocks()

    assert [row.line for row in block.rejected] == [2]
    assert (len(block.lines), len(answers)) == (1, 1)


def test_memory_does_not_grow_with_the_bundle(tmp_path):
    path = tmp_path / "large.json"
    with path.open("w") as out:
        out.write('{"resourceType": "Bundle", "entry": [')
        out.write(
            ",".join(json.dumps({"resource": ISSUE | {"id": f"d{n}"}}) for n in range(12_000))
        )
        out.write("]}")

    tracemalloc.start()
    count = sum(block.size for block, _ in reader(path).blocks())
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert count == 12_000
    assert peak < path.stat().st_size / 1.5
