"""A ReportLab canvas that writes the structure tree of an accessible PDF (PDF/UA-1).

ReportLab has no tags of its own. Whatever is drawn between `begin` and `end` belongs to an element
of the tree; whatever is decoration is drawn inside `artifact`. The tree itself, the way back from
marks to elements, and the metadata are written when the canvas is saved.
"""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from reportlab import rl_config
from reportlab.pdfbase.pdfdoc import (
    PDFArray,
    PDFDictionary,
    PDFName,
    PDFObjectReference,
    PDFStream,
    PDFString,
)
from reportlab.pdfgen.canvas import Canvas

from tracker.documents.fonts import REGULAR, register
from tracker.documents.structure import DocumentFacts, Element, Link, Mark, marked_kids

if TYPE_CHECKING:
    from collections.abc import Iterator

_TOTAL = "tracker-pages"  # the form that says how many pages there are
# Pages as bytes, not as letters: quicker to write, and a fifth smaller.
rl_config.useA85 = 0
_PRINTED = 4  # annotation flag: shown on paper too

_XMP = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<dc:creator><rdf:Seq><rdf:li>{author}</rdf:li></rdf:Seq></dc:creator>
<dc:language><rdf:Bag><rdf:li>{language}</rdf:li></rdf:Bag></dc:language>
<xmp:CreateDate>{made_at}</xmp:CreateDate>
<xmp:ModifyDate>{made_at}</xmp:ModifyDate>
<pdfuaid:part>1</pdfuaid:part>
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>
"""


class TaggedCanvas(Canvas):
    """Draws pages, and keeps account of what belongs to which element."""

    def __init__(self, *args: Any, facts: DocumentFacts, root: Element, **options: Any) -> None:
        register()
        options |= {
            "lang": facts.language,
            "initialFontName": REGULAR,
            "pdfVersion": (1, 7),
            "invariant": True,  # the same words at the same time make the same file
        }
        super().__init__(*args, **options)
        self.root = root
        self.facts = facts
        self._marks: list[Element] = []  # of this page, by their number
        self._is_marking = False
        self._parents: dict[int, list[Element] | Element] = {}
        self._page_names: list[str] = []
        self._outlined = 0
        self._outline_level = -1
        self.setTitle(facts.title)
        self.setAuthor(facts.author)
        self.setCreator("Competence Tracker")
        self.setSubject(facts.subject)
        self.setViewerPreference("DisplayDocTitle", "true")
        self._set_time()

    def _set_time(self) -> None:
        """Date the file by what it records, not by the clock: ReportLab takes no date."""
        stamp = self._doc._timeStamp  # noqa: SLF001
        stamp.lt = self.facts.made_at.astimezone(UTC).timetuple()
        stamp.YMDhms = tuple(stamp.lt)[:6]

    # --- marks -------------------------------------------------------------------------

    @property
    def is_marking(self) -> bool:
        """Say whether something is being drawn already: marks do not nest."""
        return self._is_marking

    @contextmanager
    def element(self, element: Element) -> Iterator[None]:
        """Draw what belongs to an element."""
        number = len(self._marks)
        self._marks.append(element)
        element.kids.append(Mark(page=self._pageNumber, number=number))
        self._begin(f"/{element.role} <</MCID {number}>> BDC")
        yield
        self.end()

    @contextmanager
    def artifact(self, kind: str = "/Layout") -> Iterator[None]:
        """Draw what nobody needs to hear: lines, grounds, page numbers, repeated headings."""
        self.begin_artifact(kind)
        yield
        self.end()

    def begin_artifact(self, kind: str = "/Layout") -> None:
        """Begin an artifact where a `with` cannot be used; `end` ends it."""
        self._begin(f"/Artifact <</Type {kind}>> BDC")

    def _begin(self, operator: str) -> None:
        if self._is_marking:
            raise RuntimeError("Marked content does not nest.")
        self._is_marking = True
        self._code.append(operator)

    def end(self) -> None:
        """End what was begun last."""
        self._is_marking = False
        self._code.append("EMC")

    def link(self, element: Element, address: str, words: str, rect: tuple[float, ...]) -> None:
        """Make a rectangle of the page a link, and tell its element so."""
        number = self._next_parent()
        contents = PDFString(words)
        self.linkURL(address, rect, relative=1, Contents=contents, StructParent=number, F=_PRINTED)
        name = f"NUMBER{self._annotationCount}"
        self._parents[number] = element
        element.kids.append(Link(page=self._pageNumber, name=name))

    def _next_parent(self) -> int:
        """Pages and links share one row of numbers."""
        return len(self._parents)

    def outline(self, text: str, level: int, x: float, y: float) -> None:
        """Add a bookmark for a heading that is about to be drawn below y."""
        level = min(level, self._outline_level + 1)
        self._outline_level = level
        self._outlined += 1
        key = f"heading-{self._outlined}"
        self.bookmarkHorizontal(key, x, y)
        self.addOutlineEntry(text, key, level, 0)

    # --- pages -------------------------------------------------------------------------

    def showPage(self) -> None:  # noqa: N802 - ReportLab's name
        """Close a page, and give it what a tagged page has."""
        name, marks = self._doc.thisPageName(), self._marks
        super().showPage()
        page = self._doc.idToObject[name]
        number = self._next_parent()
        self._parents[number] = marks
        self._page_names.append(name)
        # ReportLab writes only the entries it knows.
        page.__NoDefault__ = [*page.__NoDefault__, "StructParents", "Tabs"]
        page.StructParents = number
        page.Tabs = PDFName("S")
        self._marks = []

    def draw_total(self, x: float, y: float) -> None:
        """Write how many pages there are, which is known only at the end."""
        self.saveState()
        self.translate(x, y)
        self.doForm(_TOTAL)
        self.restoreState()

    def save(self) -> None:
        """Write the tree and the metadata, then the file."""
        if self._code:
            self.showPage()
        self.beginForm(_TOTAL, 0, -3, 60, 12)
        self.setFont(REGULAR, 8)
        self.setFillColor("#425563")
        self.drawString(0, 0, f"of {len(self._page_names)}")
        self.endForm()
        self._write_tree()
        self._write_metadata()
        super().save()

    # --- the tree ----------------------------------------------------------------------

    def _write_tree(self) -> None:
        document = self._doc
        objects: dict[int, Any] = {}
        tree = PDFDictionary({"Type": PDFName("StructTreeRoot")})
        tree["K"] = PDFArray([self._written(self.root, document.Reference(tree), objects)])
        numbers: list[Any] = []
        for number, owner in sorted(self._parents.items(), key=lambda item: item[0]):
            if isinstance(owner, Element):
                numbers += [number, objects[id(owner)]]
            else:
                parents = PDFArray([objects[id(element)] for element in owner])
                numbers += [number, document.Reference(parents)]
        tree["ParentTree"] = document.Reference(PDFDictionary({"Nums": PDFArray(numbers)}))
        tree["ParentTreeNextKey"] = len(self._parents)
        document.Catalog.StructTreeRoot = tree
        document.Catalog.MarkInfo = PDFDictionary({"Marked": "true"})

    def _written(self, element: Element, parent: Any, objects: dict[int, Any]) -> Any:
        """Write an element with all below it, and return the reference to it."""
        entry = PDFDictionary({"Type": PDFName("StructElem"), "S": PDFName(element.role)})
        entry["P"] = parent
        reference = self._doc.Reference(entry)
        objects[id(element)] = reference
        for key, text in (("Alt", element.alt), ("ActualText", element.spoken)):
            if text:
                entry[key] = PDFString(text)
        if element.attributes:
            entry["A"] = PDFDictionary(
                {key: _attribute(value) for key, value in element.attributes.items()}
            )
        kids: list[Any] = []
        for kid in marked_kids(element):
            if isinstance(kid, Element):
                kids.append(self._written(kid, reference, objects))
            else:
                kids.append(self._kid(kid))
        entry["K"] = PDFArray(kids)
        return reference

    def _kid(self, kid: Mark | Link) -> Any:
        page = PDFObjectReference(self._page_names[kid.page - 1])
        if isinstance(kid, Link):
            target = self._doc.refAnnotation(kid.name)
            return PDFDictionary({"Type": PDFName("OBJR"), "Pg": page, "Obj": target})
        return PDFDictionary({"Type": PDFName("MCR"), "Pg": page, "MCID": kid.number})

    def _write_metadata(self) -> None:
        facts = self.facts
        text = _XMP.format(
            title=escape(facts.title),
            author=escape(facts.author),
            language=escape(facts.language),
            made_at=facts.made_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        )
        stream = PDFStream(content=text.encode(), filters=[])
        stream.dictionary["Type"] = PDFName("Metadata")
        stream.dictionary["Subtype"] = PDFName("XML")
        self._doc.Catalog.Metadata = stream


def _attribute(value: str | tuple[float, ...]) -> Any:
    return PDFName(value) if isinstance(value, str) else PDFArray([round(n, 2) for n in value])
