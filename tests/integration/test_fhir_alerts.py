"""Alerts in FHIR R4, from the file to the counts."""

import json
import tracemalloc
from contextlib import contextmanager
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from integrations.errors import FileRefusedError
from integrations.outcomes import alert_columns
from integrations.outcomes.fhir_alerts import FhirAlerts
from integrations.outcomes.kept_alerts import KeptBundle, write_bundle
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


def test_what_is_written_down_of_a_bundle_says_the_same_again(tmp_path):
    path, kept = tmp_path / "bundle.json", tmp_path / "kept.jsonl"
    path.write_text(bundle(ISSUE, SHOWN, CLICK, MESSAGE, FILTERED, ISSUE | {"id": 7}))
    with kept.open("w") as out:
        write_bundle(reader(path), out)

    ((told, answers),) = reader(path).blocks()
    ((again, same_answers),) = KeptBundle(kept).blocks()

    assert "Jones" not in kept.read_text()
    assert again.lines == told.lines
    assert {line.fired_at for line in again.lines} > {datetime(2026, 9, 3, 8, tzinfo=UTC)}
    assert (again.rejected, again.left_out, again.read) == (told.rejected, told.left_out, told.read)
    assert same_answers == answers


def test_memory_does_not_grow_with_the_bundle(tmp_path):
    path = tmp_path / "large.json"
    with path.open("w") as out:
        out.write('{"resourceType": "Bundle", "entry": [')
        out.write(
            ",".join(json.dumps({"resource": ISSUE | {"id": f"d{n}"}}) for n in range(12_000))
        )
        out.write("]}")

    assert alert_columns  # loaded before, as it is not of the bundle
    tracemalloc.start()
    count = sum(block.size for block, _ in reader(path).blocks())
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert count == 12_000
    assert peak < path.stat().st_size / 1.5


URN = "urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0"
NURSE = {"resourceType": "Practitioner", "identifier": [{"value": "20001"}]}
AGENT = {"who": {"reference": "#n"}, "requestor": True}


def entries(*pairs):
    """Write a transaction: each resource under its passing name."""
    some = [{"fullUrl": url, "resource": one, "request": {"method": "POST"}} for url, one in pairs]
    return json.dumps({"resourceType": "Bundle", "type": "transaction", "entry": some})


def one_without(resource, *names, **more):
    return {name: value for name, value in resource.items() if name not in names} | more


def told_by(load, db, text):
    tally = load(text)
    return tally, db.scalars(select(AlertEvent).order_by(AlertEvent.source_key)).all()


@pytest.mark.usefixtures("organisation")
def test_a_transaction_names_its_resources_by_passing_names(db, load):
    ward = "urn:uuid:w"
    reply = one_without(MESSAGE, "id", "received", inResponseTo=[{"reference": URN}])
    _, (message, issue) = told_by(
        load,
        db,
        entries(
            ("urn:uuid:n", NURSE),
            ("urn:uuid:x", ISSUE | {"author": {"reference": "urn:uuid:n"}}),
            (URN, one_without(MESSAGE, "id", "received", recipient=[{"reference": ward}])),
            ("urn:uuid:z", reply | {"sent": "2026-09-05T10:20:00Z"}),
        ),
    )

    assert (message.source_key, issue.source_key) == (URN.removeprefix("urn:uuid:"), "d1")
    assert issue.staff_pseudonym is not None
    assert (message.staff_pseudonym, message.minutes_to_respond) == (None, 20)


@pytest.mark.usefixtures("organisation")
def test_people_inside_a_resource_go_by_their_own_number(db, load):
    known = NURSE | {"id": "n"}
    nameless = one_without(known, "identifier")
    events = [
        SHOWN | {"id": str(n), "entity": [], "agent": [AGENT], "contained": [one]}
        for n, one in enumerate((known, known, nameless))
    ]
    by_number = SHOWN | {"id": "3", "entity": []}
    _, told = told_by(load, db, bundle(*events, by_number))

    staff = [one.staff_pseudonym for one in told]
    assert staff[0] == staff[1] == staff[3]
    assert staff[2] is None


@pytest.mark.usefixtures("organisation")
def test_no_patient_is_ever_taken_for_an_alert(db, load):
    issue = {"reference": "https://ehr.example/fhir/DetectedIssue/i1/_history/2"}
    patients = [
        {"what": {"reference": "https://ehr.example/fhir/Patient/MRN-7"}},
        {"what": {"reference": "urn:uuid:p"}, "role": {"code": "1"}},
        {"what": {"identifier": {"value": "9434765919"}}},
        {"what": {"reference": "Encounter/55"}},
    ]
    tally, told = told_by(load, db, bundle(SHOWN | {"entity": [*patients, {"what": issue}]}))
    assert [one.source_key for one in told] == ["i1"]
    assert tally.read == 1

    alone, _ = told_by(load, db, bundle(SHOWN | {"entity": patients}))

    assert alone.rejected[0].reason == "It has no id of its own."


@pytest.mark.parametrize(
    "text",
    [
        "\ufeff" + bundle(OTHERS, ISSUE),
        json.dumps(OTHERS) + "\n" + json.dumps(ISSUE) + "\n",
        bundle(OTHERS) + "\n" + bundle(ISSUE) + "\n",
        bundle(json.loads(bundle(ISSUE))),
        json.dumps(ISSUE),
        json.dumps([OTHERS, ISSUE]),
        json.dumps({"resourceType": "Bundle", "entry": [{"fullUrl": "x"}, {"resource": ISSUE}]}),
    ],
)
def test_a_resource_is_found_however_it_is_wrapped(tmp_path, text):
    path = tmp_path / "x.json"
    path.write_text(text)

    ((block, answers),) = reader(path).blocks()

    assert [line.source_key for line in block.lines] == ["d1"]
    assert len(answers) == 1


def test_a_line_that_is_not_whole_is_named_and_the_others_count(tmp_path):
    path = tmp_path / "x.ndjson"
    path.write_text(f'{json.dumps(ISSUE)}\n{{"resourceType": \n{json.dumps(MESSAGE)}\n')

    ((block, _),) = reader(path).blocks()

    assert [line.source_key for line in block.lines] == ["d1", "c1"]
    assert [row.line for row in block.rejected] == [2]
