"""The faces we print with, and what of a person's text they can print.

Liberation Sans is embedded, as an accessible PDF asks: it has the letters of every language of
Europe, the Welsh circumflexes among them, which the faces built into PDF have not.
"""

from __future__ import annotations

import unicodedata
from functools import cache
from pathlib import Path

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

REGULAR = "TrackerSans"
BOLD = "TrackerSans-Bold"
_FILES = {REGULAR: "LiberationSans-Regular.ttf", BOLD: "LiberationSans-Bold.ttf"}
_FOLDER = Path(__file__).with_name("fonts")
_UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


@cache
def register() -> frozenset[int]:
    """Make both faces known to ReportLab, once, and return the characters that they have."""
    for name, file in _FILES.items():
        pdfmetrics.registerFont(TTFont(name, str(_FOLDER / file)))
    pdfmetrics.registerFontFamily(
        REGULAR, normal=REGULAR, bold=BOLD, italic=REGULAR, boldItalic=BOLD
    )
    faces = [pdfmetrics.getFont(name).face.charToGlyph for name in _FILES]
    return frozenset(set(faces[0]) & set(faces[1]))


def printable(text: str) -> str:
    """Return text as it can be printed: nothing unseen in it, nothing that has no glyph.

    Line breaks stay. A sign that the face lacks, an emoji for one, is printed as its name in
    brackets, so that a signed record loses no meaning and can be read aloud.
    """
    if text.isascii() and text.isprintable():
        return text  # both faces have all of these
    has_glyph = register()
    parts: list[str] = []
    for character in unicodedata.normalize("NFC", text):
        kind = unicodedata.category(character)
        if character in "\n\t" or kind in {"Zl", "Zp"}:
            parts.append(" " if character == "\t" else "\n")
        elif kind in _UNSEEN or (kind == "Mn" and ord(character) not in has_glyph):
            continue
        elif ord(character) in has_glyph:
            parts.append(character)
        else:
            parts.append(f"[{unicodedata.name(character, 'unknown sign').lower()}]")
    return "".join(parts)
