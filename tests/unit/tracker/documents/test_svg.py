import xml.etree.ElementTree as ET

import jinja2
import pytest
from markupsafe import Markup

from tests.support.charts import a_chart
from tracker.documents.charts import SMALL
from tracker.documents.page import page_chart
from tracker.documents.svg import chart_svg
from tracker.documents.values import ChartAnnotation, PointKind

SVG = "{http://www.w3.org/2000/svg}"
NASTY = "\"><script>alert('x')</script>&amp;\x00\x0b\ud800"


def parsed(chart):
    return ET.fromstring(chart_svg(chart))  # noqa: S314 - our own markup


def test_the_picture_has_a_title_and_a_description_that_it_is_labelled_by():
    root = parsed(a_chart())
    ids = {element.get("id"): element.text for element in root if element.get("id")}

    assert root.get("role") == "img"
    assert [ids[name] for name in root.get("aria-labelledby").split()] == [
        "Incidents from use",
        "Control chart, January to December 2023. The mean is 8.9.",
    ]


def test_the_picture_takes_the_width_it_is_given():
    root = parsed(a_chart())

    assert root.get("width") == "100%"
    assert root.get("height") is None
    assert root.get("viewBox").startswith("0 0 400 ")


def test_two_charts_on_a_page_share_no_id():
    def ids(key):
        return {e.get("id") for e in parsed(a_chart(key=key)).iter() if e.get("id")}

    assert not ids("one") & ids("two")


def test_there_is_no_style_and_no_script_in_it():
    notes = (ChartAnnotation(at=2, label="Goals"),)
    chart = a_chart(kinds={4: PointKind.CONCERN}, annotations=notes, target=9.0)
    for element in parsed(chart).iter():
        assert element.tag.removeprefix(SVG) not in {"style", "script", "foreignObject", "a"}
        assert not {name for name in element.attrib if name == "style" or name.startswith("on")}


def test_what_people_wrote_is_printed_and_never_obeyed():
    notes = (ChartAnnotation(at=2, label=NASTY),)
    kinds = {4: PointKind.CONCERN}
    text = {"title": NASTY, "description": NASTY, "unit_words": NASTY}
    drawn = chart_svg(a_chart(annotations=notes, kinds=kinds, **text))

    assert "<script" not in drawn
    assert "\x00" not in drawn
    assert ET.fromstring(drawn).find(f"{SVG}title").text.startswith('"><script>')  # noqa: S314


def test_a_point_of_concern_says_why_on_hovering():
    root = parsed(a_chart(kinds={4: PointKind.CONCERN}))
    hints = [e.text for e in root.iter(f"{SVG}title")][1:]

    assert hints == ["May 2023: 12.4, concern (above the upper limit)"]


@pytest.fixture
def macros():
    env = jinja2.Environment(loader=jinja2.FileSystemLoader("templates"), autoescape=True)
    return env.get_template("macros/charts.jinja2").module


def test_the_page_shows_the_picture_with_its_numbers(macros):
    html = macros.figure(page_chart(a_chart([8.0, None], phases=()), SMALL))
    root = ET.fromstring(html)  # noqa: S314

    assert isinstance(html, Markup)
    assert root.find("figcaption").text == "Incidents from use"
    assert root.find(f"{SVG}svg") is not None
    cells = [[cell.text for cell in row] for row in root.iter("tr")]
    assert cells == [
        ["Period", "Per 1,000 bed days", "What the chart shows"],
        ["Jan 2023", "8.0", "As usual"],
        ["Feb 2023", "no data", "No data"],
    ]


def test_a_table_is_named_by_its_caption_and_scrolls_by_keyboard(macros):
    root = ET.fromstring(macros.pair(page_chart(a_chart(key="a")), page_chart(a_chart(key="b"))))  # noqa: S314
    captions = {c.get("id") for c in root.iter("caption")}
    groups = [d for d in root.iter("div") if d.get("role") == "group"]

    assert captions == {"a-table", "b-table"}
    assert {g.get("aria-labelledby") for g in groups} == captions
    assert all(g.get("tabindex") == "0" for g in groups)


def test_a_title_with_markup_stays_text_on_the_page(macros):
    html = macros.figure(page_chart(a_chart(title="<script>alert(1)</script>")))

    assert "<script" not in html
