"""In which version and form an answer is wanted, as Excel, Power BI and others ask for it."""

import pytest

from integrations.odata.asked import Detail, only_once, read_wanted
from integrations.odata.query import PAGE
from integrations.odata.tables import ODataError

EXCEL = (
    "application/json;odata.metadata=minimal;q=1.0,application/json;odata=minimalmetadata;q=0.9,"
    "application/atomsvc+xml;q=0.8,application/atom+xml;q=0.8,application/xml;q=0.7,"
    "text/plain;q=0.7"
)


@pytest.mark.parametrize(
    ("accept", "detail"),
    [
        ("", Detail.MINIMAL),
        ("*/*", Detail.MINIMAL),
        (EXCEL, Detail.MINIMAL),
        ("application/json", Detail.MINIMAL),
        ("application/json;odata.metadata=none", Detail.NONE),
        ("text/html, application/json;odata.metadata=full;q=0.9, */*;q=0.1", Detail.FULL),
        ("application/json; odata.metadata=minimal; IEEE754Compatible=true", Detail.MINIMAL),
        ("*/*;q=0.1, application/json;odata.metadata=none;q=0.5", Detail.NONE),
    ],
)
def test_the_form_that_is_wanted_most_is_given(accept, detail):
    assert read_wanted({"Accept": accept}, {}).detail is detail


@pytest.mark.parametrize(
    ("accept", "gives"),
    [
        ("application/xml", "json"),
        ("application/atom+xml", "json"),
        ("application/json;q=0", "json"),
        ("application/json;odata.metadata=verbose", "json"),
        ("application/json", "xml"),
    ],
)
def test_a_form_that_we_do_not_have_is_refused(accept, gives):
    with pytest.raises(ODataError) as refused:
        read_wanted({"Accept": accept}, {}, gives=gives)

    assert refused.value.status == 406


def test_format_counts_for_more_than_the_header():
    headers = {"Accept": "application/xml"}

    assert read_wanted(headers, {"$format": "json"}).detail is Detail.MINIMAL
    assert read_wanted({"Accept": "application/json"}, {"$format": "xml"}, gives="xml")
    with pytest.raises(ODataError):
        read_wanted({}, {"$format": "xml"})


@pytest.mark.parametrize(
    ("name", "version", "is_fine"),
    [
        ("OData-MaxVersion", "4.0", True),
        ("OData-MaxVersion", "4.01", True),
        ("OData-MaxVersion", "3.0", False),
        ("OData-MaxVersion", "x", False),
        ("OData-Version", "4.0", True),
        ("OData-Version", "3.0", False),
        ("OData-Version", "5.0", False),
    ],
)
def test_a_version_that_we_do_not_speak_is_refused(name, version, is_fine):
    if is_fine:
        assert read_wanted({name: version}, {})
        return
    with pytest.raises(ODataError) as refused:
        read_wanted({name: version}, {})
    assert refused.value.status == 400


@pytest.mark.parametrize(
    ("prefer", "page", "asked"),
    [
        ("odata.maxpagesize=10", 10, 10),
        ("return=minimal, maxpagesize=7", 7, 7),
        ("odata.maxpagesize=999999", PAGE, 999_999),
        ("odata.maxpagesize=0", PAGE, None),
        ("odata.maxpagesize=-3", PAGE, None),
        ("respond-async", PAGE, None),
    ],
)
def test_pages_are_as_small_as_is_preferred(prefer, page, asked):
    wanted = read_wanted({"Prefer": prefer}, {})

    assert (wanted.page, wanted.page_asked) == (page, asked)


def test_an_option_of_odata_may_be_there_once():
    assert only_once([("x", "1"), ("x", "2"), ("$top", "3")]) == {"x": "2", "$top": "3"}
    with pytest.raises(ODataError):
        only_once([("$top", "1"), ("$top", "2")])
