import re
from datetime import UTC, datetime

import pytest

from tests.support.charts import a_chart
from tests.support.pdfs import check_marks, poppler, reader, spoken, tree
from tracker.documents.charts import REGULAR, WIDE, draw
from tracker.documents.fonts import printable
from tracker.documents.structure import DocumentFacts
from tracker.documents.tagged_pdf import Cell, TableLook, TaggedPDF
from tracker.documents.values import ChartAnnotation, PointKind

MADE = datetime(2026, 10, 12, 13, 30, tzinfo=UTC)


def a_pdf(*fill, title="A report", footer="Aldwater", made_at=MADE):
    facts = DocumentFacts(title=title, author="Aldwater Trust", made_at=made_at)
    pdf = TaggedPDF(facts, footer=footer)
    pdf.heading(1, title)
    for add in fill:
        add(pdf)
    return pdf.render()


@pytest.fixture(scope="module")
def whole():
    """One of everything."""

    def fill(pdf):
        chart = draw(a_chart(kinds={4: PointKind.CONCERN}), WIDE)
        pdf.paragraph("Some words.", label="Label:")
        pdf.heading(2, "Things")
        pdf.bullets(["One", "Two " * 60])
        pdf.figure(chart)
        pdf.rule()
        rows = [[str(n), Cell(text="9 \u25b2", spoken="9, concern"), ""] for n in range(80)]
        pdf.table("Table 1", ("A", "B", "C"), rows, TableLook(number_columns=frozenset({1})))
        half = draw(a_chart(), REGULAR)
        pdf.side_by_side(
            lambda: (pdf.heading(3, "Left"), pdf.figure(half)),
            lambda: (pdf.heading(3, "Right"), pdf.figure(half)),
        )
        pdf.link("Read the page", "https://tracker.example/r/1")

    return a_pdf(fill)


def test_the_file_says_that_it_is_tagged_and_in_which_language(whole):
    catalogue = reader(whole).trailer["/Root"]

    assert catalogue["/MarkInfo"]["/Marked"]
    assert catalogue["/Lang"] == "en-GB"
    assert catalogue["/ViewerPreferences"]["/DisplayDocTitle"]
    assert "Tagged:          yes" in poppler("pdfinfo", whole)


def test_the_metadata_name_the_title_and_the_standard(whole):
    pdf = reader(whole)
    xmp = pdf.trailer["/Root"]["/Metadata"].get_data().decode()

    assert "<pdfuaid:part>1</pdfuaid:part>" in xmp
    assert ">A report</rdf:li>" in xmp
    assert pdf.metadata.title == "A report"
    assert pdf.metadata.author == "Aldwater Trust"
    assert pdf.metadata.creation_date == MADE


def test_every_face_is_embedded(whole):
    fonts = [line.split() for line in poppler("pdffonts", whole).splitlines()[2:]]

    assert len(fonts) == 2
    assert all(line[-5] == "yes" for line in fonts)  # emb
    assert all("LiberationSans" in line[0] for line in fonts)


def test_marks_and_tree_point_at_each_other_and_nothing_is_left_unmarked(whole):
    check_marks(whole)


def test_headings_lists_tables_and_figures_are_what_they_are(whole):
    roles = [node.role for node in tree(whole).kids]

    assert roles == [
        "H1",
        "P",
        "H2",
        "L",
        "Figure",
        "Table",
        "H3",
        "Figure",
        "H3",
        "Figure",
        "P",
    ]


def test_a_list_item_has_its_bullet_apart(whole):
    (items,) = tree(whole).every("L")

    assert [kid.outline() for kid in items.kids] == [("LI", "Lbl", "LBody")] * 2


def test_a_table_names_the_reach_of_its_heads(whole):
    (table,) = tree(whole).every("Table")
    head, *rows = table.every("TR")

    assert table.kids[0].role == "Caption"
    assert [cell.entry["/A"]["/Scope"] for cell in head.kids] == ["/Column"] * 3
    assert all([c.role for c in row.kids] == ["TH", "TD", "TD"] for row in rows)
    assert {row.kids[0].entry["/A"]["/Scope"] for row in rows} == {"/Row"}


def test_a_heading_row_is_printed_on_every_page_and_heard_once(whole):
    pages = reader(whole).pages
    (table,) = tree(whole).every("Table")

    assert len(table.every("TR")) == 81
    assert (
        sum(bool(re.search(r"^A\s+B\s+C", page.extract_text(), re.MULTILINE)) for page in pages)
        >= 2
    )


def test_a_cell_can_be_heard_in_other_words_than_it_is_printed(whole):
    (table,) = tree(whole).every("Table")

    assert table.every("TD")[0].entry["/ActualText"] == "9, concern"


def test_a_figure_has_words_and_a_place_on_its_page(whole):
    for figure in tree(whole).every("Figure"):
        left, bottom, right, top = figure.entry["/A"]["/BBox"]
        assert figure.entry["/Alt"].startswith("Incidents from use. Control chart")
        assert 0 < left < right < 596
        assert 0 < bottom < top < 842


def test_a_link_is_an_annotation_with_words(whole):
    notes = [n.get_object() for page in reader(whole).pages for n in page.get("/Annots", ())]

    assert [note["/A"]["/URI"] for note in notes] == ["https://tracker.example/r/1"]
    assert notes[0]["/Contents"] == "Read the page"


@pytest.mark.parametrize("address", ["javascript:alert(1)", "file:///etc/passwd", "", "//x"])
def test_an_address_that_is_no_page_is_not_made_a_link(address):
    data = a_pdf(lambda pdf: pdf.link("Read the page", address))

    assert not any(page.get("/Annots") for page in reader(data).pages)
    assert "Read the page" in spoken(data)


def test_headings_are_bookmarks(whole):
    def titles(items):
        return [titles(item) if isinstance(item, list) else item.title for item in items]

    assert titles(reader(whole).outline) == ["A report", ["Things", ["Left", "Right"]]]


def test_pages_are_numbered_up_to_the_last(whole):
    pages = reader(whole).pages

    assert [f"Page {n + 1}" in page.extract_text() for n, page in enumerate(pages)]
    assert f"Page 1 of {len(pages)}" in poppler("pdftotext", whole, "-layout")


def test_the_foot_of_the_page_is_not_read_aloud(whole):
    assert not any("Page 1" in text for text in spoken(whole))


def test_the_same_words_at_the_same_time_make_the_same_file():
    def fill(pdf):
        pdf.paragraph("Words")

    assert a_pdf(fill) == a_pdf(fill)
    assert a_pdf(fill) != a_pdf(fill, made_at=MADE.replace(hour=1))


TYPED = (
    "<script>alert('x')</script>",
    "<b>bold</b> & <para>",
    "O\u2019Brien & S\u00f6n, \u0175yau a th\u0177",
    "&amp; &lt;",
    "100% \\ (brackets) ]]>",
)


@pytest.mark.parametrize("text", TYPED)
def test_what_people_wrote_is_printed_as_they_typed_it(text):
    data = a_pdf(
        lambda pdf: pdf.paragraph(text, label=text),
        lambda pdf: pdf.heading(2, text),
        lambda pdf: pdf.bullets([text]),
        lambda pdf: pdf.table(text, (text, "b"), [(text, text)] * 3),
        title=text,
        footer=text,
    )
    heard = spoken(data)

    assert heard == [text, f"{text} {text}", text, "\u2022", text, text, text, "b", *[text] * 6]
    assert reader(data).metadata.title == text
    check_marks(data)


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("Well done \U0001f389", "Well done [party popper]"),
        ("e\u0301t\u00e9", "\u00e9t\u00e9"),
        ("a\u202eb\u200bc\x00\x07d\ufe0f", "abcd"),
        ("one\ttwo\u2028three", "one two\nthree"),
        ("\ud800x", "x"),
    ],
)
def test_what_cannot_be_printed_is_named_or_left_out(typed, printed):
    assert printable(typed) == printed


def test_words_do_not_run_together_at_the_end_of_a_line():
    text = " ".join(f"word{n}" for n in range(200))
    data = a_pdf(
        lambda pdf: pdf.paragraph(text),
        lambda pdf: pdf.paragraph(text, label="Label:"),
    )

    assert spoken(data)[1:] == [text, f"Label: {text}"]


def words_beyond_the_paper(data):
    boxes = re.findall(r'xMin="([\d.-]+)".*?xMax="([\d.-]+)"', poppler("pdftotext", data, "-bbox"))
    return [box for box in boxes if float(box[0]) < 0 or float(box[1]) > 595.3]


def test_words_without_end_are_wrapped():
    long = "x" * 200
    data = a_pdf(
        lambda pdf: pdf.paragraph(long, label=long),
        lambda pdf: pdf.bullets([long]),
        lambda pdf: pdf.table(long, (long, long, long), [(long, long, long)] * 3),
        title=long,
        footer=long,
    )

    assert words_beyond_the_paper(data) == []
    check_marks(data)


def test_a_cell_longer_than_a_page_goes_on_over_pages():
    text = " ".join(f"word{n}" for n in range(3000))
    data = a_pdf(
        lambda pdf: pdf.table("t", ("a", "b"), [(text, "x")] * 3),
        lambda pdf: pdf.bullets([text]),
    )

    assert len(reader(data).pages) > 3
    assert "".join(spoken(data)).count(text) == 4
    check_marks(data)


def test_what_is_kept_together_but_too_long_for_a_page_is_still_printed():
    def fill(pdf):
        with pdf.together():
            pdf.heading(2, "Long")
            for n in range(120):
                pdf.paragraph(f"Paragraph {n}")

    assert spoken(a_pdf(fill))[-1] == "Paragraph 119"


def test_a_table_without_rows_says_nothing():
    data = a_pdf(lambda pdf: pdf.table("", (), []))

    assert tree(data).every("Table") == []


def test_a_heading_without_words_is_left_out():
    data = a_pdf(lambda pdf: pdf.heading(2, " \u200b"), title="")

    assert tree(data).kids == []


def test_a_bookmark_never_skips_a_level():
    data = a_pdf(lambda pdf: pdf.heading(3, "Deep"), title="")

    assert [item.title for item in reader(data).outline] == ["Deep"]


def test_two_charts_too_tall_for_a_page_stand_below_one_another():
    notes = tuple(ChartAnnotation(at=n % 12, label=f"Event {n} " + "x" * 200) for n in range(20))
    tall = draw(a_chart(annotations=notes))

    def column(pdf):
        pdf.heading(3, "Tall " * 60)
        pdf.figure(tall)

    def fill(pdf):
        pdf.paragraph("Words " * 300)
        pdf.side_by_side(lambda: column(pdf), lambda: column(pdf))

    data = a_pdf(fill)

    assert len(tree(data).every("Figure")) == 2
    check_marks(data)


def test_a_long_cell_in_a_narrow_column_goes_on_over_pages():
    row = ("w " * 700, *["x"] * 11)
    data = a_pdf(lambda pdf: pdf.table("t", ["a"] * 12, [row] * 3))

    assert len(reader(data).pages) > 1
    check_marks(data)
