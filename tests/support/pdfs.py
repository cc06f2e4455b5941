"""Reads PDFs back: with pypdf, and with the tools of poppler as a second opinion."""

import io
import subprocess
from dataclasses import dataclass, field

import pypdf
from pypdf.generic import ContentStream

SHOWS_TEXT = {b"Tj", b"TJ", b"'", b'"'}


@dataclass
class Node:
    """An element of the structure tree."""

    role: str
    entry: object
    kids: list["Node"] = field(default_factory=list)

    def every(self, role):
        found = [self] if self.role == role else []
        return found + [node for kid in self.kids for node in kid.every(role)]

    def outline(self):
        return (self.role, *(kid.outline() for kid in self.kids)) if self.kids else self.role


def reader(data):
    return pypdf.PdfReader(io.BytesIO(data))


def poppler(tool, data, *options):
    """Run one of poppler's tools on a PDF."""
    command = [tool, *options, "-"]
    if tool == "pdftotext":
        command.append("-")
    done = subprocess.run(command, input=data, capture_output=True, check=True)
    assert b"Error" not in done.stderr, done.stderr
    return done.stdout.decode()


def spoken(data):
    """Give the text of the structure tree, in the order in which it is read aloud."""
    lines = poppler("pdfinfo", data, "-struct-text").splitlines()
    return [line.strip().strip('"') for line in lines if line.strip().startswith('"')]


def tree(data):
    root = reader(data).trailer["/Root"]["/StructTreeRoot"]
    return _node(root["/K"][0].get_object())


def _node(entry):
    node = Node(entry["/S"].lstrip("/"), entry)
    for kid in (each.get_object() for each in entry["/K"]):
        if "/S" in kid:
            node.kids.append(_node(kid))
    return node


def check_marks(data):
    """Everything that is drawn is marked, and marks and tree point at each other."""
    pdf = reader(data)
    root = pdf.trailer["/Root"]["/StructTreeRoot"]
    numbers = root["/ParentTree"]["/Nums"]
    parents = {int(numbers[n]): numbers[n + 1].get_object() for n in range(0, len(numbers), 2)}
    assert list(parents) == sorted(parents)
    for page in pdf.pages:
        assert page["/Tabs"] == "/S"
        marks = _marks_of(page, pdf)
        owners = parents[page["/StructParents"]]
        assert marks == list(range(len(owners)))
        for number, owner in enumerate(owners):
            kids = [kid for kid in owner.get_object()["/K"] if "/MCID" in kid.get_object()]
            assert any(kid["/MCID"] == number and kid["/Pg"].get_object() == page for kid in kids)
        for note in page.get("/Annots", ()):
            owner = parents[note.get_object()["/StructParent"]]
            assert owner["/S"] == "/Link"
            assert any("/Obj" in kid and kid["/Obj"] == note.get_object() for kid in owner["/K"])


def _marks_of(page, pdf):
    depth, marks = 0, []
    for operands, operator in ContentStream(page.get_contents(), pdf).operations:
        if operator in (b"BDC", b"BMC"):
            depth += 1
            assert depth == 1, "marked content does not nest"
            if "/MCID" in operands[1]:
                marks.append(operands[1]["/MCID"])
        elif operator == b"EMC":
            depth -= 1
        elif operator in SHOWS_TEXT or operator in (b"S", b"f", b"B", b"f*", b"B*", b"Do"):
            assert depth == 1, f"{operator} draws outside every mark"
    assert depth == 0
    return marks
