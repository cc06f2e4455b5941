"""CDS Hooks feedback, as a decision-support service of somebody else's making sends it."""

import gzip
import json
from datetime import UTC, datetime, timedelta

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey, RSAKey
from sqlalchemy import select

from tests.conftest import NOW
from tracker.models import AlertEvent, AlertFeedback, AlertResponse, AlertStaleDay
from tracker.security.identity import Identity
from tracker.services.feedback_sources import SourceDraft, add_source, remove_source

PATH = "/cds-services/sepsis-watch/feedback"
CARD = "4e0a3a1e-3283-4575-ab82-028d55fe2719"
#: the example of the specification, with a comment that must go nowhere
OVERRIDDEN = {
    "card": CARD,
    "outcome": "overridden",
    "overrideReason": {
        "reason": {"code": "contraindicated", "system": "http://terminology.cds-hooks.org/x"},
        "userComment": "Mrs Jones already has it",
    },
    "outcomeTimestamp": "2026-11-20T08:01:00Z",
}


@pytest.fixture
def by(organisation, factories):
    person = factories.StaffMember()
    return Identity(staff_id=person.id, organisation_id=organisation.id)


@pytest.fixture
def send(browser):
    def send_feedback(secret, *entries, status=200, body=None):
        content = json.dumps({"feedback": list(entries)}) if body is None else body
        headers = {"Authorization": f"Bearer {secret}", "Content-Type": "application/json"}
        return browser.post(PATH, content, headers=headers, status=status)

    return send_feedback


@pytest.fixture
def secret(db, by):
    _, secret = add_source(db, SourceDraft(name="Sepsis", service="sepsis-watch"), by=by, now=NOW)
    return secret


def shown(organisation, **values):
    return AlertEvent(
        organisation_id=organisation.id,
        source_key=CARD,
        alert_type="sepsis",
        fired_on=datetime(2026, 11, 20, tzinfo=UTC).date(),
        fired_at=datetime(2026, 11, 20, 8, 0, tzinfo=UTC),
        response=AlertResponse.IGNORED,
        **values,
    )


def test_an_answer_reaches_its_alert_once_and_the_last_one_counts(db, organisation, send, secret):
    db.add(shown(organisation))
    db.flush()
    accepted = {
        "card": CARD,
        "outcome": "accepted",
        "acceptedSuggestions": [{"id": "x"}],
        "outcomeTimestamp": "2026-11-20T09:30:00+01:00",
    }

    send(secret, accepted)
    send(secret, OVERRIDDEN, accepted)  # again, and an earlier one late
    send(secret, OVERRIDDEN)

    alert = db.scalars(select(AlertEvent)).one()
    db.refresh(alert)
    assert (alert.response, alert.minutes_to_respond) == (AlertResponse.ACCEPTED, 30)
    assert len(db.scalars(select(AlertFeedback)).all()) == 2
    assert db.scalars(select(AlertStaleDay.day)).all() == [alert.fired_on]


def test_an_answer_may_come_before_its_card_and_no_comment_is_kept(db, send, secret):
    send(secret, OVERRIDDEN | {"card": "another", "moreToCome": {"a": 1}})

    kept = db.scalars(select(AlertFeedback)).one()
    assert (kept.source_key, kept.has_reason) == ("another", True)
    assert "Jones" not in str(vars(kept))


def test_a_clock_that_is_ahead_is_not_believed(db, send, secret):
    send(secret, OVERRIDDEN | {"outcomeTimestamp": "2031-01-01T00:00:00Z"})

    assert db.scalars(select(AlertFeedback.answered_at)).one() == NOW


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ({"outcome": "ignored"}, "must be accepted or overridden"),
        ({"card": ""}, "uuid of the card"),
        ({"card": 7}, "uuid of the card"),
        ({"outcomeTimestamp": "yesterday"}, "outcomeTimestamp must be a time"),
        ({"outcomeTimestamp": None}, "outcomeTimestamp must be a time"),
        ({"outcomeTimestamp": "9999-12-31T23:59:59-14:00"}, "outcomeTimestamp must be a time"),
        ({"outcomeTimestamp": "0001-01-01T00:00:00+14:00"}, "outcomeTimestamp must be a time"),
    ],
)
def test_a_bad_entry_is_named_and_nothing_is_kept(db, send, secret, entry, words):
    answer = send(secret, OVERRIDDEN, OVERRIDDEN | entry, status=400)

    assert words in answer.json["message"]
    assert answer.json["message"].startswith("feedback[1]")
    assert db.scalars(select(AlertFeedback)).all() == []


def test_a_large_message_may_be_packed_and_times_have_the_forms_of_the_standard(
    db, secret, browser
):
    times = ("2016-12-31t23:59:60z", "2026-11-20T080100.123456789+0100", "2026-11-20 08:01Z")
    entries = [
        OVERRIDDEN | {"card": f"c{at}", "outcomeTimestamp": times[at % 3]} for at in range(1_203)
    ]
    headers = {"Authorization": f"Bearer {secret}", "Content-Encoding": "gzip"}
    body = gzip.compress(json.dumps({"feedback": entries}).encode())

    browser.post(PATH, body, headers=headers)
    browser.post(PATH, body[:-9], headers=headers, status=400)
    browser.post(PATH, "{}", headers=headers | {"Content-Encoding": "br"}, status=400)

    kept = db.scalars(select(AlertFeedback.answered_at).order_by(AlertFeedback.id)).all()
    assert (len(kept), kept[1].hour, kept[2].minute) == (1_203, 7, 1)


def test_what_is_no_feedback_is_refused(send, secret):
    for body in ("", "[]", "{", '{"feedback": 1}', '{"feedback": [1]}'):
        send(secret, body=body, status=400)


def test_nobody_comes_in_without_a_live_key_of_that_service(db, by, send, secret, browser):
    other, elsewhere = add_source(
        db, SourceDraft(name="Doses", service="dose-check"), by=by, now=NOW
    )
    for wrong in ("", "nonsense", "a.b.c", elsewhere, "x" * 9_000):
        send(wrong, OVERRIDDEN, status=401)
    browser.post(PATH, "{}", status=401)
    remove_source(db, other.public_id, by=by, now=NOW)

    send(secret, OVERRIDDEN)


class TestSigned:
    KEY = ECKey.generate_key("P-384", {"kid": "k1"})
    OTHER = ECKey.generate_key("P-384", {"kid": "k1"})

    @pytest.fixture
    def source(self, db, by):
        keys = json.dumps({"keys": [self.KEY.as_dict(private=False)]})
        draft = SourceDraft(
            name="S", service="sepsis-watch", issuer="https://ehr.example", keys=keys
        )
        return add_source(db, draft, by=by, now=NOW)[0]

    def token(self, *, key=None, header=None, algorithms=("ES384", "HS384", "none"), **claims):
        usual = {
            "iss": "https://ehr.example",
            "aud": f"http://localhost:80{PATH}",
            "iat": int(NOW.timestamp()),
            "exp": int((NOW + timedelta(minutes=5)).timestamp()),
            "jti": "1",
        }
        usual["aud"] = f"http://localhost{PATH}"
        return jwt.encode(
            header or {"alg": "ES384", "kid": "k1", "typ": "JWT"},
            usual | claims,
            key or self.KEY,
            algorithms=list(algorithms),
        )

    @pytest.mark.usefixtures("source")
    def test_a_signed_token_opens(self, db, send):
        send(self.token(), OVERRIDDEN)
        send(self.token(aud=["https://else", "http://localhost/cds-services"]), OVERRIDDEN)

        assert len(db.scalars(select(AlertFeedback)).all()) == 1

    def test_a_token_opens_by_whichever_of_the_registered_keys_signed_it(self, db, by, send):
        rsa, curve = RSAKey.generate_key(2048, {"kid": "r1"}), ECKey.generate_key("P-256")
        keys = json.dumps({"keys": [key.as_dict(private=False) for key in (self.KEY, rsa, curve)]})
        draft = SourceDraft(
            name="R", service="sepsis-watch", issuer="https://ehr.example", keys=keys
        )
        add_source(db, draft, by=by, now=NOW)
        algorithms = ["RS384", "RS256", "PS384", "ES256", "ES384", "HS384"]

        for key, header, status in (
            (rsa, {"alg": "RS384", "kid": "r1"}, 200),
            (rsa, {"alg": "RS256"}, 200),  # it does not say which key
            (curve, {"alg": "ES256", "kid": "thumbprint"}, 200),
            (rsa, {"alg": "PS384", "kid": "k1"}, 401),
            (self.OTHER, {"alg": "ES384"}, 401),
            (OctKey.import_key(json.dumps(rsa.as_dict(private=False))), {"alg": "HS384"}, 401),
        ):
            token = self.token(key=key, header=header, algorithms=algorithms)
            send(token, OVERRIDDEN, status=status)

        assert len(db.scalars(select(AlertFeedback)).all()) == 1

    @pytest.mark.usefixtures("source")
    def test_no_other_token_does(self, send):
        past = int((NOW - timedelta(hours=1)).timestamp())
        later = int((NOW + timedelta(hours=9)).timestamp())
        for token in (
            self.token(key=self.OTHER),
            self.token(exp=past),
            self.token(exp=later),
            self.token(iat=later),
            self.token(nbf=later),
            self.token(aud="https://else.example"),
            self.token(iss="https://else.example"),
            self.token(jti=""),
            self.token(exp=None),
        ):
            send(token, OVERRIDDEN, status=401)

    def test_no_token_opens_once_the_service_is_removed(self, db, by, source, send):
        remove_source(db, source.public_id, by=by, now=NOW)

        send(self.token(), OVERRIDDEN, status=401)
