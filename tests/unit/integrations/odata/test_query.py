"""What Excel and Power BI ask of a feed, and what it answers."""

import json
from datetime import UTC, date, datetime
from urllib.parse import parse_qsl, urlsplit
from xml.etree import ElementTree as ET

import pytest

from integrations.odata.asked import Detail
from integrations.odata.documents import metadata, page
from integrations.odata.query import ask, count, find_row
from integrations.odata.tables import Edm, FeedColumn, FeedTable, ODataError

TAKEN = datetime(2026, 1, 31, 6, 0, tzinfo=UTC)
WARDS = FeedTable(
    name="Numbers",
    columns=(
        FeedColumn(name="Id"),
        FeedColumn(name="Ward"),
        FeedColumn(name="Period", kind=Edm.DAY),
        FeedColumn(name="Value", kind=Edm.NUMBER, may_be_null=True),
        FeedColumn(name="IsFinal", kind=Edm.YES_NO),
        FeedColumn(name="Taken", kind=Edm.MOMENT),
    ),
    rows=(
        ("a", "Heron Ward", date(2025, 11, 1), 1.5, True, TAKEN),
        ("b", "Heron Ward", date(2025, 12, 1), None, True, TAKEN),
        ("c", "O'Hara Ward", date(2026, 1, 1), 30.0, False, TAKEN),
        ("d", "Otter Ward", date(2026, 1, 1), 4.0, False, TAKEN),
    ),
)


def ids(**options):
    return "".join(str(row[0]) for row in ask(WARDS, {f"${k}": v for k, v in options.items()}).rows)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Ward eq 'Heron Ward'", "ab"),
        ("Ward eq 'O''Hara Ward'", "c"),
        ("Period ge 2025-12-01 and Period lt 2026-01-01", "b"),
        ("(Value gt 3 or Value eq null) and not startswith(Ward,'O')", "b"),
        ("Value ne null", "acd"),
        ("Value le 4", "ad"),
        ("Value lt 1e1", "ad"),
        ("contains(tolower(Ward),'hara')", "c"),
        ("year(Period) eq 2026 and month(Period) eq 1", "cd"),
        ("IsFinal", "ab"),
        ("IsFinal eq false", "cd"),
        ("not IsFinal", "cd"),
        ("Id in ('a','d')", "ad"),
        ("Taken gt 2026-01-30T23:59:59Z", "abcd"),
        ("date(Taken) eq 2026-01-31", "abcd"),
        ("Ward eq 'x'' or 1 eq 1 --'", ""),
        ("length(Ward) eq 10 and endswith(Ward,'Ward')", "abd"),
    ],
)
def test_a_filter_leaves_the_rows_that_it_says(text, found):
    assert ids(filter=text) == found


@pytest.mark.parametrize(
    "text",
    [
        "Nope eq 1",
        "Ward eq",
        "Ward eq 'x",
        "Ward gt 5",
        "year(Ward) eq 1",
        "contains(Ward) eq true",
        "Ward eq 'x' Ward",
        "Period eq 2025-13-01",
        "Ward eq 'x'; drop table x",
        "(" * 60 + "IsFinal" + ")" * 60,
        "not " * 900 + "IsFinal or Nope",
        "Id in ()",
        "x" * 5000,
    ],
)
def test_a_filter_that_cannot_be_read_is_refused_in_words(text):
    with pytest.raises(ODataError) as refused:
        ids(filter=text)

    assert refused.value.status == 400
    assert refused.value.message.endswith(".")


def test_rows_are_put_in_order_nothing_first():
    assert ids(orderby="Value desc") == "cdab"
    assert ids(orderby="IsFinal,Value") == "dcba"


@pytest.mark.parametrize(
    ("options", "status"),
    [
        ({"$expand": "x"}, 501),
        ({"$apply": "x"}, 501),
        ({"$top": "-1"}, 400),
        ({"$skip": "²"}, 400),
        ({"$top": "9" * 30}, 400),
        ({"$select": "Nope"}, 400),
        ({"$orderby": "Ward sideways"}, 400),
        ({"$count": "maybe"}, 400),
        ({"$orderby": "year(Period)"}, 501),
        ({"$filter": "Value add 1 gt 2"}, 501),
        ({"$filter": "geo.distance(Ward,Ward) lt 2"}, 501),
        ({"$filter": "substringof('x',Ward)"}, 501),
        ({"$filter": "Tags/any(t:t eq 'x')"}, 501),
        ({"$skiptoken": "x"}, 501),
        ({"$filter": "IsFinal eq 1"}, 400),
    ],
)
def test_what_we_do_not_do_is_said(options, status):
    with pytest.raises(ODataError) as refused:
        ask(WARDS, options)

    assert refused.value.status == status


def test_pages_lead_to_one_another_until_the_rows_are_over():
    options, found, pages = {"$filter": "Value ne null", "$top": "3", "$count": "true"}, [], 0
    while options:
        answer = json.loads(page("http://t/", WARDS, ask(WARDS, options, page=2), options))
        assert answer["@odata.count"] == 3
        found += [row["Id"] for row in answer["value"]]
        options = dict(parse_qsl(urlsplit(answer.get("@odata.nextLink", "")).query))
        pages += 1

    assert (found, pages) == (["a", "c", "d"], 2)


def test_only_chosen_columns_are_written():
    options = {"$select": "Period,Value", "$top": "1"}
    answer = json.loads(page("http://t/", WARDS, ask(WARDS, options), options))

    assert answer == {
        "@odata.context": "http://t/$metadata#Numbers(Period,Value)",
        "value": [{"Period": "2025-11-01", "Value": 1.5}],
    }


def test_an_answer_says_as_much_about_itself_as_is_wanted():
    options = {"$top": "1"}
    none, full = (
        json.loads(page("http://t/", WARDS, ask(WARDS, options), options, detail))
        for detail in (Detail.NONE, Detail.FULL)
    )

    assert list(none) == ["value"]
    (row,) = full["value"]
    assert row["@odata.type"] == "#CompetenceTracker.NumbersRow"
    assert row["@odata.id"] == "Numbers('a')"
    assert row["Period@odata.type"] == "#Date"
    assert "Ward@odata.type" not in row


def test_rows_are_counted_and_found_by_key():
    assert count(WARDS, {"$filter": "IsFinal"}) == 2
    assert find_row(WARDS, "'c'")[1] == "O'Hara Ward"
    assert find_row(WARDS, "Id='c'")[1] == "O'Hara Ward"
    numbered = FeedTable(name="N", columns=(FeedColumn(name="Id", kind=Edm.WHOLE),), rows=((7,),))
    assert find_row(numbered, "7") == (7,)
    with pytest.raises(ODataError):
        find_row(WARDS, "'nope'")


def test_the_description_names_each_column_and_the_key():
    root = ET.fromstring(metadata([WARDS]))  # noqa: S314 - written by ourselves
    edm = "{http://docs.oasis-open.org/odata/ns/edm}"

    assert root.find(f".//{edm}PropertyRef").get("Name") == "Id"
    assert {one.get("Name"): one.get("Type") for one in root.iter(f"{edm}Property")}["Period"] == (
        "Edm.Date"
    )
    assert root.find(f".//{edm}EntitySet").get("EntityType") == "CompetenceTracker.NumbersRow"
