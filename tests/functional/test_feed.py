"""The feed that Excel and Power BI read, asked as they ask."""

import base64
from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.conftest import NOW
from tests.support.outcomes import observe, shares
from tests.support.queries import count_queries
from tracker.models import AccessToken, AuditEvent, AuditKind, SignInSession
from tracker.security.identity import Role

pytestmark = pytest.mark.usefixtures("data")


@pytest.fixture
def data(db, organisation):
    observe(db, organisation, "alert_recognition", shares(0.4, 0.55, of=600, staff=90))
    observe(db, organisation, "training_completion", shares(0.8, 0.95, of=100))
    observe(db, organisation, "harm_share", shares(0.4, 0.4, of=100))


@pytest.fixture
def lead(factories, sign_in):
    return sign_in(factories.StaffMember(), Role.QUALITY_LEAD)


@pytest.fixture
def key(browser, lead):
    assert lead
    page = browser.get("/outcomes").click("your own spreadsheet")
    form = page.forms[1]
    form["name"] = "Board report"
    secret = form.submit().html.find(id="new-key").text
    browser.reset()
    return secret


def ask(browser, path, key, headers=None, **more):
    basic = base64.b64encode(f"quinn:{key}".encode()).decode()
    headers = {"Authorization": f"Basic {basic}", **(headers or {})}
    return browser.get(f"/odata/v1/{path}", headers=headers, **more)


def test_a_spreadsheet_finds_the_tables_and_reads_them(browser, key):
    tables = ask(browser, "", key).json
    described = ask(browser, "$metadata", key)
    answer = ask(browser, "Numbers?$filter=MeasureKey eq 'alert_recognition'&$top=1", key)

    assert [one["url"] for one in tables["value"]] == ["Numbers", "Measures", "Units", "Sentences"]
    assert described.content_type == "application/xml"
    assert answer.headers["OData-Version"] == "4.0"
    (row,) = answer.json["value"]
    assert row["Period"] == "2023-11-01"
    assert row["Value"] == pytest.approx(100 * row["Numerator"] / row["Denominator"])
    assert ask(browser, "Numbers/$count?$filter=Months eq 1", key).text.isdigit()


def test_what_must_be_read_together_is_never_alone(browser, key):
    rows = ask(browser, "Numbers", key).json["value"]

    done = [row for row in rows if row["MeasureKey"] == "training_completion"]
    assert done
    assert all(row["ReadWith"] == "Alerts recognised" for row in done)
    assert all(row["ReadWithValue"] for row in done)
    assert not [row for row in rows if row["MeasureKey"] == "harm_share"], "no reports beside it"


def test_the_sentences_are_those_of_the_published_report(browser, key):
    rows = ask(browser, "Sentences", key).json["value"]

    assert rows[0]["Sentence"] == "One got better: Alerts recognised."
    assert not [row for row in rows if row["Measure"] == "Training completed"]


@pytest.mark.parametrize(
    "path", ["Nope", "Numbers/rows", "Numbers('nope')", "Measures(x)", "a/b/c"]
)
def test_what_is_not_there_is_not_found(browser, key, path):
    assert ask(browser, path, key, status=404).json["error"]["code"] == "404"


def test_pages_are_as_small_as_is_preferred_and_lead_to_one_another(browser, key):
    headers = {"Prefer": "odata.maxpagesize=20", "OData-MaxVersion": "4.0"}
    found, path = [], "Numbers?$select=Id&$filter=Months eq 1"
    while path:
        answer = ask(browser, path, key, headers)
        assert answer.headers["Preference-Applied"] == "odata.maxpagesize=20"
        assert len(answer.json["value"]) <= 20
        found += [row["Id"] for row in answer.json["value"]]
        path = answer.json.get("@odata.nextLink", "").partition("/odata/v1/")[2]

    assert len(found) == len(set(found)) == int(ask(browser, "Numbers/$count", key).text)


def test_one_row_and_one_value_have_addresses_of_their_own(browser, key):
    row = ask(browser, "Numbers?$top=1", key).json["value"][0]
    place = f"Numbers('{row['Id']}')"

    short = ask(browser, f"{place}?$select=Value,Unit", key).json
    assert short.pop("@odata.context").endswith("$metadata#Numbers(Value,Unit)/$entity")
    assert short == {"Value": row["Value"], "Unit": row["Unit"]}
    assert ask(browser, f"{place}/Value", key).json["value"] == row["Value"]
    assert ask(browser, f"{place}/Unit/$value", key).text == row["Unit"]
    assert ask(browser, f"{place}/UnitId", key, status=204).body == b""
    assert ask(browser, "Sentences(1)", key).json["Id"] == 1


def test_nothing_is_written_and_that_is_said_as_odata_does(browser):
    for ask_so, path, status in (
        (browser.post, "Numbers", 405),
        (browser.delete, "Numbers('x')", 405),
        (browser.post, "$batch", 501),
    ):
        answer = ask_so(f"/odata/v1/{path}", status=status)
        assert answer.json["error"]["code"] == str(status)
        assert answer.headers["OData-Version"] == "4.0"
        assert answer.headers["Allow"] == "GET, HEAD"


def test_what_cannot_be_read_is_refused_as_odata_does(browser, key):
    assert ask(browser, "Numbers?$filter=Nope eq 1", key, status=400).json["error"]["message"]
    ask(browser, "Numbers?$expand=x", key, status=501)
    ask(browser, "Numbers?$top=1&$top=2", key, status=400)
    ask(browser, "Numbers('x')?$filter=Months eq 1", key, status=404)
    ask(browser, "", key, {"Accept": "application/atom+xml"}, status=406)
    ask(browser, "", key, {"OData-MaxVersion": "3.0"}, status=400)
    ask(browser, "$metadata", key, {"Accept": "application/xml"})


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Basic",
        "Basic x",
        "Basic !!!",
        "Basic 4pyTOg==",
        "Bearer x",
        "Digest a",
        "Basic OnRyYWNrZXI=",
    ],
)
def test_without_a_key_a_spreadsheet_is_asked_for_one(browser, header):
    headers = {"Authorization": header} if header else {}
    for path in ("", "Numbers", "Nope"):
        answer = browser.get(f"/odata/v1/{path}", headers=headers, status=401)
        assert answer.headers["WWW-Authenticate"].startswith("Basic ")


def test_being_signed_in_opens_nothing(browser, lead):
    assert lead
    browser.get("/odata/v1/Numbers", status=401)


class TestKeysThatEnd:
    def test_when_it_is_taken_back(self, browser, key, sign_in, lead):
        sign_in(lead, Role.QUALITY_LEAD)
        page = browser.get("/outcomes/feed")
        page = page.forms[2].submit().follow()
        browser.reset()

        assert "Taken back on" in page
        ask(browser, "", key, status=401)

    def test_after_a_year(self, browser, key, db):
        db.scalars(select(AccessToken)).one().expires_at = NOW - timedelta(seconds=1)

        ask(browser, "", key, status=401)

    def test_when_its_holder_has_left(self, browser, key, lead):
        lead.left_on = NOW.date() - timedelta(days=1)

        ask(browser, "", key, status=401)

    def test_when_its_holder_is_no_quality_lead_any_more(self, browser, key, db, lead):
        db.add(
            SignInSession(
                organisation_id=lead.organisation_id,
                staff_member_id=lead.id,
                token_hash="x",
                roles="trainer",
                started_at=NOW,
                last_seen_at=NOW,
            )
        )
        db.flush()

        ask(browser, "", key, status=401)


def test_a_key_of_somebody_else_cannot_be_taken_back(browser, key, db, sign_in, factories):
    token = db.scalars(select(AccessToken)).one()
    sign_in(factories.StaffMember(), Role.QUALITY_LEAD)
    page = browser.get("/outcomes/feed")
    token_field = page.forms[1]["csrf_token"].value

    browser.post(
        f"/outcomes/feed/keys/{token.public_id}/take-back", {"csrf_token": token_field}, status=404
    )
    browser.reset()
    ask(browser, "", key)


def test_a_name_is_asked_for(browser, lead):
    assert lead
    page = browser.get("/outcomes/feed").forms[1].submit()

    assert "Give the key a name" in page


def test_each_look_is_on_record_with_who_it_was(browser, key, db, lead):
    ask(browser, "Numbers", key)

    (event,) = db.scalars(select(AuditEvent).where(AuditEvent.kind == AuditKind.FEED_READ))
    assert (event.actor_id, event.details["table"]) == (lead.id, "Numbers")
    assert event.details["rows"] > 0


def test_others_do_not_see_the_page(browser, sign_in, factories):
    sign_in(factories.StaffMember(), Role.ADMINISTRATOR)

    browser.get("/outcomes/feed", status=404)


def test_a_page_of_rows_takes_few_queries(browser, key, db):
    ask(browser, "Numbers", key)
    with count_queries(db) as queries:
        ask(browser, "Numbers", key)

    assert queries.number <= 8
