"""Writes an accessible PDF: say what a document holds, in order, and take its bytes.

Every text is plain text and printed as it was typed. ReportLab is heavy: import this module inside
the function that needs it.
"""

from __future__ import annotations

import io
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from xml.sax.saxutils import escape

from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.platypus import (
    BaseDocTemplate,
    CondPageBreak,
    Frame,
    KeepTogether,
    PageTemplate,
    Spacer,
    Table,
)

from tracker.documents.fonts import REGULAR, printable, register
from tracker.documents.pdf_styles import FOOT, GREY, HEIGHT, LINE, MARGIN, PAGE, STYLES, WIDTH
from tracker.documents.structure import DocumentFacts, Element
from tracker.documents.tagged_canvas import TaggedCanvas
from tracker.documents.tagged_flowables import (
    Figure,
    LinkLine,
    ListItem,
    Rule,
    SideBySide,
    TaggedParagraph,
    table_decoration,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from tracker.documents.primitives import Picture

_GAP = 14.0
_LONG_TITLE = 70
_ROOM_BELOW_HEADING = 80.0
_ROOM_BELOW_CAPTION = 60.0
_PAGE_NUMBER_WIDTH = 90.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Cell:
    """A cell of a table whose words differ from what a listener should hear."""

    text: str
    spoken: str = ""
    is_bold: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class TableLook:
    """How a table is set: its columns' shares of the width, which hold numbers, which are heads."""

    widths: Sequence[float] = ()
    number_columns: frozenset[int] = frozenset()
    row_heads: frozenset[int] = frozenset({0})
    is_tight: bool = False  # small type
    gap: float = 8.0  # between columns


class TaggedPDF:
    """A document in the making."""

    def __init__(self, facts: DocumentFacts, *, footer: str) -> None:
        register()
        self.facts = facts
        self.footer = printable(footer)
        self.root = Element("Document")
        self._flow: list[Any] = []
        self._width = WIDTH
        self._is_kept = False

    # --- text --------------------------------------------------------------------------

    def heading(self, level: int, text: str) -> None:
        """Add a heading, if it has words; it does not stand alone at the foot of a page."""
        if not printable(text).strip():
            return
        self._need(_ROOM_BELOW_HEADING)
        role = f"H{level}"
        style = "H1-long" if level == 1 and len(text) > _LONG_TITLE else role
        made = self._paragraph(text, style, Element(role, self.root))
        made.outline_level = level - 1
        self._flow.append(made)

    def paragraph(self, text: str, style: str = "body", *, label: str = "") -> None:
        """Add a paragraph, with a label in bold before it if there is one."""
        self._flow.append(self._paragraph(text, style, Element("P", self.root), label=label))

    def bullets(self, items: Sequence[str]) -> None:
        unordered: dict[str, Any] = {"O": "List", "ListNumbering": "Disc"}
        whole = Element("L", self.root, attributes=unordered)
        for text in items:
            item = Element("LI", whole)
            label, body = Element("Lbl", item), Element("LBody", item)
            self._flow.append(ListItem(self._paragraph(text, "item", body), label))

    def link(self, words: str, address: str) -> None:
        """Add a line that leads to a page; anything but http or https is only printed."""
        parent = Element("P", self.root)
        if urlsplit(address).scheme not in ("http", "https"):
            self._flow.append(self._paragraph(words, "body", parent))
            return
        line = LinkLine(_markup(words), STYLES["link"])
        line.element = Element("Link", parent)
        line.address = address
        self._flow.append(line)

    def rule(self) -> None:
        self._flow.append(Rule(LINE))

    def space(self, height: float) -> None:
        self._flow.append(Spacer(1, height))

    def _paragraph(
        self, text: str, style: str, element: Element, *, label: str = ""
    ) -> TaggedParagraph:
        before = f"<b>{_markup(label)}</b> " if label else ""
        made = TaggedParagraph(before + _markup(text), STYLES[style])
        made.element, made.text_typed = element, text
        return made

    # --- tables and pictures -----------------------------------------------------------

    def table(
        self,
        caption: str,
        columns: Sequence[str],
        rows: Sequence[Sequence[str | Cell]],
        look: TableLook | None = None,
    ) -> None:
        """Add a table. Without columns it has no heading row; some cells of a row are heads."""
        look = look or TableLook()
        if columns and len(columns) + len(rows) > len(rows) * (len(columns) - 1):
            look = replace(look, row_heads=frozenset())  # more heads than cells would only confuse
        whole = Element("Table", self.root)
        if caption:
            self._need(_ROOM_BELOW_CAPTION)
            self._flow.append(self._paragraph(caption, "caption", Element("Caption", whole)))
        cells: list[list[TaggedParagraph]] = []
        if columns:
            parent = Element("TR", whole)
            heads = [self._cell(Cell(text=c), parent, look, n, "Column") for n, c in _with(columns)]
            for head in heads:
                head.is_repeated = True
            cells.append(heads)
        for row in rows:
            parent = Element("TR", whole)
            scopes = ["Row" if n in look.row_heads else "" for n in range(len(row))]
            made = [c if isinstance(c, Cell) else Cell(text=c) for c in row]
            cells.append([self._cell(c, parent, look, n, scopes[n]) for n, c in enumerate(made)])
        if cells:
            self._flow.append(self._laid_out(cells, look, has_head=bool(columns)))

    def _cell(
        self, cell: Cell, row: Element, look: TableLook, column: int, scope: str
    ) -> TaggedParagraph:
        attributes: dict[str, Any] = {"O": "Table", "Scope": scope} if scope else {}
        role = "TH" if scope else "TD"
        element = Element(role, row, spoken=printable(cell.spoken), attributes=attributes)
        style = "tight" if look.is_tight else "cell"
        style += "-head" if scope or cell.is_bold else ""
        style += "-number" if column in look.number_columns else ""
        return self._paragraph(cell.text, style, element)

    def _laid_out(
        self, cells: list[list[TaggedParagraph]], look: TableLook, *, has_head: bool
    ) -> Any:
        shares = look.widths or [1.0] * len(cells[0])
        widths = [self._width * share / sum(shares) for share in shares]
        pad = 1.6 if look.is_tight else 2.2
        style: list[Any] = [
            ("FONT", (0, 0), (-1, -1), REGULAR, 9),  # or ReportLab asks for Helvetica
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("LINEBELOW", (0, 0), (-1, -1), 0.5, LINE),
            ("TOPPADDING", (0, 0), (-1, -1), pad),
            ("BOTTOMPADDING", (0, 0), (-1, -1), pad + 1),
            ("LEFTPADDING", (0, 0), (-1, -1), 0),
            ("RIGHTPADDING", (0, 0), (-1, -1), look.gap),
        ]
        if has_head:
            style.append(("LINEBELOW", (0, 0), (-1, 0), 0.9, GREY))
        return Table(
            cells,
            colWidths=widths,
            style=style,
            repeatRows=1 if has_head else 0,
            renderCB=table_decoration,
            hAlign="LEFT",
            spaceAfter=4,
            splitInRow=int(_has_long_cell(cells, widths)),
        )

    def figure(self, picture: Picture) -> None:
        """Add a chart as wide as the column, with its description as the words for it."""
        width = min(self._width, HEIGHT * picture.width / picture.height)
        element = Element(
            "Figure", self.root, alt=printable(f"{picture.title}. {picture.description}")
        )
        self._flow.append(Figure(picture, width, element))

    # --- arrangement -------------------------------------------------------------------

    def _need(self, height: float) -> None:
        """Begin a new page if less than this is left; what is kept together sees to itself."""
        if not self._is_kept:
            self._flow.append(CondPageBreak(height))

    @contextmanager
    def together(self) -> Iterator[None]:
        """Keep what is added inside on one page where it fits."""
        outer, self._flow = self._flow, []
        was_kept, self._is_kept = self._is_kept, True
        yield
        outer.append(KeepTogether(self._flow))
        self._flow, self._is_kept = outer, was_kept

    def side_by_side(self, *columns: Callable[[], None]) -> None:
        """Set what each function adds in a column of its own."""
        outer, width, was_kept = self._flow, self._width, self._is_kept
        self._is_kept = True
        self._width = (width - _GAP * (len(columns) - 1)) / len(columns)
        made = []
        for fill in columns:
            self._flow = []
            fill()
            made.append(self._flow)
        self._flow, self._width, self._is_kept = outer, width, was_kept
        self._flow.append(SideBySide(made, gap=_GAP, tallest=HEIGHT))

    def render(self) -> bytes:
        """Make the file."""
        buffer = io.BytesIO()
        frame = Frame(
            MARGIN,
            FOOT + 14,
            WIDTH,
            HEIGHT,
            leftPadding=0,
            rightPadding=0,
            topPadding=0,
            bottomPadding=0,
        )
        template = BaseDocTemplate(
            buffer,
            pagesize=PAGE,
            pageTemplates=[PageTemplate("page", [frame], onPage=self._draw_foot)],
            title=printable(self.facts.title),
            author=printable(self.facts.author),
            subject=printable(self.facts.subject),
            creator="Competence Tracker",
        )
        maker = partial(TaggedCanvas, facts=self.facts, root=self.root)
        template.build(self._flow, canvasmaker=maker)
        return buffer.getvalue()

    def _draw_foot(self, canvas: TaggedCanvas, _template: Any) -> None:
        with canvas.artifact("/Pagination"):
            canvas.saveState()
            canvas.setStrokeColor(LINE)
            canvas.setLineWidth(0.6)
            canvas.line(MARGIN, FOOT, MARGIN + WIDTH, FOOT)
            canvas.setFillColor(GREY)
            canvas.setFont(REGULAR, 8)
            canvas.drawString(
                MARGIN, FOOT - 12, _shortened(self.footer, WIDTH - _PAGE_NUMBER_WIDTH)
            )
            number = f"Page {canvas.getPageNumber()} "
            x = MARGIN + WIDTH - 52
            canvas.drawString(x, FOOT - 12, number)
            canvas.draw_total(x + stringWidth(number, REGULAR, 8), FOOT - 12)
            canvas.restoreState()


def _has_long_cell(cells: list[list[TaggedParagraph]], widths: Sequence[float]) -> bool:
    """Say whether a row may have to be split: one that can stand on a page stays whole."""
    for row in cells:
        for cell, width in zip(row, widths, strict=True):
            style = cell.style
            letters = max(1.0, width / style.fontSize)  # in a line of the widest letters
            lines = len(cell.text_typed) / letters + cell.text_typed.count("\n")
            if lines * style.leading > HEIGHT / 2:
                return True
    return False


def _markup(text: str) -> str:
    return escape(printable(text)).replace("\n", "<br/>")


def _with(columns: Sequence[str]) -> list[tuple[int, str]]:
    return list(enumerate(columns))


def _shortened(text: str, width: float) -> str:
    """Cut a line that is too long for its place; it is decoration, and said in full elsewhere."""
    if stringWidth(text, REGULAR, 8) <= width:
        return text
    while text and stringWidth(text + "\u2026", REGULAR, 8) > width:
        text = text[:-1]
    return text + "\u2026"
