"""How wide words are in the sans serif faces we print with (Liberation Sans, Arial, Helvetica)."""

from __future__ import annotations

# Thousandths of the type size, for the characters from space to tilde.
_WIDTHS = (
    "278 278 355 556 556 889 667 191 333 333 389 584 278 333 278 278 556 556 556 556 556 556 556 "
    "556 556 556 278 278 584 584 584 556 1015 667 667 722 722 667 611 778 722 278 500 667 556 833 "
    "722 778 667 778 722 667 611 722 667 944 667 667 611 278 278 278 469 556 333 556 556 500 556 "
    "556 278 556 556 222 222 500 222 833 556 556 556 556 333 500 278 556 500 722 500 500 500 334 "
    "260 334 584"
)
_WIDTH_OF = {chr(32 + place): int(width) for place, width in enumerate(_WIDTHS.split())}
_UNKNOWN = 600
_BOLDER = 1.07


def text_width(text: str, size: float, *, is_bold: bool = False) -> float:
    """Estimate the width of a line of text, a little on the wide side."""
    thousandths = sum(_WIDTH_OF.get(character, _UNKNOWN) for character in text)
    return thousandths * size / 1000 * (_BOLDER if is_bold else 1)


def wrapped(text: str, size: float, width: float) -> list[str]:
    """Break text into lines no wider than `width`; a longer word is cut where it must be."""
    lines: list[str] = []
    line = ""
    for word in text.split():
        longer = f"{line} {word}".strip()
        if text_width(longer, size) <= width:
            line = longer
            continue
        if line:
            lines.append(line)
        line = word
        while text_width(line, size) > width and len(line) > 1:
            fits = _how_many_fit(line, size, width)
            lines.append(line[:fits])
            line = line[fits:]
    return [*lines, line] if line else lines


def _how_many_fit(word: str, size: float, width: float) -> int:
    count = len(word)
    while count > 1 and text_width(word[:count], size) > width:
        count -= 1
    return count
