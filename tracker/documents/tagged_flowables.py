"""Paragraphs, list items, links and figures that know which element of the tree they are."""

from __future__ import annotations

from copy import copy
from typing import TYPE_CHECKING, Any

from reportlab.lib.enums import TA_LEFT
from reportlab.platypus import Flowable, Paragraph

from tracker.documents.pdf_charts import paint
from tracker.documents.tagged_canvas import TaggedCanvas

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tracker.documents.primitives import Picture
    from tracker.documents.structure import Element

_BULLET = "\u2022"
_BULLET_INDENT = 12.0


class TaggedParagraph(Paragraph):
    """A paragraph, heading or table cell. In a heading row it is heard once, not on every page."""

    element: Element | None = None
    is_repeated = False
    text_typed = ""
    goes_on = False  # on another page
    outline_level: int | None = None
    _broken: tuple[float, tuple[float, float]] | None = None

    def wrap(self, aW: float, aH: float) -> tuple[float, float]:  # noqa: N803
        """Break the lines once for each width: a table asks for every cell's height three times."""
        if self._broken is None or self._broken[0] != aW:
            self._broken = (aW, super().wrap(aW, aH))
        return self._broken[1]

    def drawOn(self, canvas: Any, x: float, y: float, _sW: float = 0) -> None:  # noqa: N802, N803
        if not isinstance(canvas, TaggedCanvas) or self.element is None or canvas.is_marking:
            super().drawOn(canvas, x, y, _sW=_sW)
            return
        if self.outline_level is not None and not self.element.kids:
            canvas.outline(self.getPlainText(), self.outline_level, x, y + self.height)
        if self.is_repeated and self.element.kids:
            with canvas.artifact("/Pagination"):
                super().drawOn(canvas, x, y, _sW=_sW)
        else:
            with canvas.element(self.element):
                super().drawOn(canvas, x, y, _sW=_sW)

    def draw(self) -> None:
        """Draw, with the space between words that ReportLab leaves out at the end of a line.

        Without it whoever reads the file by machine runs two words into one.
        """
        if self.style.alignment == TA_LEFT:
            self._space_line_ends(self.blPara.lines)
            self._broken = None  # a heading row is drawn once more on the next page
        super().draw()

    def _space_line_ends(self, lines: list[Any]) -> None:
        place, plain = 0, self.getPlainText()
        for n, line in enumerate(lines):
            is_simple = isinstance(line, tuple)
            words = line[1] if is_simple else [part.text for part in line.words]
            place = _after(plain, place, "".join(words))
            if n == len(lines) - 1 and not self.goes_on:
                return
            if not (plain[place : place + 1].strip() == "" or getattr(line, "lineBreak", False)):
                continue  # a word that is longer than its line
            if is_simple:
                lines[n] = (line[0], [*words, ""], *line[2:])
            elif line.words:
                last = copy(line.words[-1])
                last.text = last.text.rstrip() + " "
                line.words = [*line.words[:-1], last]

    def split(self, aW: float, aH: float) -> list[Any]:  # noqa: N803 - ReportLab's names
        parts: list[Any] = super().split(aW, aH)
        self._broken = None  # ReportLab may forget its lines here
        for part in parts:
            part.element, part.is_repeated = self.element, self.is_repeated
            part.goes_on = self.goes_on or part is not parts[-1]
        return parts


def _after(plain: str, place: int, line: str) -> int:
    """Find where a line ends in the text that it was broken from, spaces aside."""
    for _ in "".join(line.split()):
        while plain[place : place + 1].isspace():
            place += 1
        place += 1
    return place


class ListItem(Flowable):
    """A bullet and its text, each with its own tag."""

    def __init__(self, text: TaggedParagraph, label: Element | None) -> None:
        super().__init__()
        self.text, self.label = text, label
        self.spaceBefore, self.spaceAfter = text.getSpaceBefore(), text.getSpaceAfter()

    def wrap(self, aW: float, aH: float) -> tuple[float, float]:  # noqa: N803
        _, self.height = self.text.wrap(aW - _BULLET_INDENT, aH)
        self.width = aW
        return self.width, self.height

    def split(self, aW: float, aH: float) -> list[Any]:  # noqa: N803
        parts = self.text.split(aW - _BULLET_INDENT, aH)
        if len(parts) < 2:  # noqa: PLR2004 - it does not split
            return parts and [self]
        first, *rest = parts
        top = ListItem(first, self.label)
        return [top, *(ListItem(part, None) for part in rest)]

    def draw(self) -> None:
        canvas, style = self.canv, self.text.style
        if self.label is not None:
            with canvas.element(self.label):
                canvas.setFont(style.fontName, style.fontSize)
                canvas.setFillColor(style.textColor)
                canvas.drawString(0, self.height - style.leading + _rise(style), _BULLET)
        self.text.drawOn(canvas, _BULLET_INDENT, 0)


def _rise(style: Any) -> float:
    """Say how far a line of this style stands above the foot of its space."""
    return float(style.leading - style.fontSize)


class LinkLine(TaggedParagraph):
    """A line that is a link as a whole."""

    address = ""

    def drawOn(self, canvas: Any, x: float, y: float, _sW: float = 0) -> None:  # noqa: N802, N803
        super().drawOn(canvas, x, y, _sW=_sW)
        if isinstance(canvas, TaggedCanvas) and self.element is not None:
            rect = (x, y, x + self.width, y + self.height)
            canvas.link(self.element, self.address, self.getPlainText(), rect)


class Figure(Flowable):
    """A chart, with words for those who cannot see it."""

    def __init__(self, picture: Picture, width: float, element: Element) -> None:
        super().__init__()
        self.picture, self.element = picture, element
        self.width, self.height = width, picture.height * width / picture.width
        self.spaceBefore = self.spaceAfter = 4

    def wrap(self, aW: float, aH: float) -> tuple[float, float]:  # noqa: ARG002, N803
        return self.width, self.height

    def draw(self) -> None:
        left, bottom = self.canv.absolutePosition(0, 0)
        box = (left, bottom, left + self.width, bottom + self.height)
        self.element.attributes |= {"O": "Layout", "Placement": "Block", "BBox": box}
        with self.canv.element(self.element):
            paint(self.picture, self.canv, self.width)


class SideBySide(Flowable):
    """Columns of equal width that stay together: two charts that must be read together."""

    def __init__(self, columns: Sequence[Sequence[Any]], *, gap: float, tallest: float) -> None:
        super().__init__()
        self.columns, self.gap, self.tallest = columns, gap, tallest
        self.spaceBefore, self.spaceAfter = 2, 4

    def wrap(self, aW: float, aH: float) -> tuple[float, float]:  # noqa: N803
        share = (aW - self.gap * (len(self.columns) - 1)) / len(self.columns)
        self._heights = [
            [item.wrap(share, aH)[1] + item.getSpaceAfter() for item in column]
            for column in self.columns
        ]
        self.width, self._share = aW, share
        self.height = max((sum(heights) for heights in self._heights), default=0.0)
        return self.width, self.height

    def split(self, aW: float, aH: float) -> list[Any]:  # noqa: N803
        """Stand below one another only where no page is tall enough."""
        items = [item for column in self.columns for item in column]
        if self.height <= self.tallest or items[0].wrap(aW, aH)[1] > aH:
            return []  # the next page will do
        return items

    def draw(self) -> None:
        for n, (column, heights) in enumerate(zip(self.columns, self._heights, strict=True)):
            y = self.height
            for item, height in zip(column, heights, strict=True):
                y -= height
                item.drawOn(self.canv, n * (self._share + self.gap), y + item.getSpaceAfter())


class Rule(Flowable):
    """A thin line across, which nobody needs to hear."""

    def __init__(self, colour: Any, *, thickness: float = 0.6) -> None:
        super().__init__()
        self.colour, self.thickness = colour, thickness
        self.spaceBefore = self.spaceAfter = 4

    def wrap(self, aW: float, aH: float) -> tuple[float, float]:  # noqa: ARG002, N803
        self.width, self.height = aW, self.thickness
        return self.width, self.height

    def draw(self) -> None:
        with self.canv.artifact():
            self.canv.setStrokeColor(self.colour)
            self.canv.setLineWidth(self.thickness)
            self.canv.line(0, 0, self.width, 0)


def table_decoration(table: Any, what: str, *_where: Any) -> None:
    """Keep a table's grounds and lines out of what is read aloud; ReportLab calls this."""
    canvas = table.canv
    if what in ("startBG", "startLines"):
        canvas.begin_artifact()
    elif what in ("endBG", "endLines"):
        canvas.end()
