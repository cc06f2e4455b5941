"""Takes apart a cell in which several answers were ticked."""

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass

#: between answers in the national tables
RAW = "{~@~}"
CODES = re.compile(r"\d{1,4}(\.0)?([\s;,|^~]+\d{1,4}(\.0)?)*[\s;,|^~]*", re.ASCII)
#: a code with its words behind it: 9: IT Systems or Software
LABELLED = re.compile(r"\(?(?P<code>\d{1,3})\s*[-:.)=\u2013]\s*(?P<words>[^\d;|^~\n][^;|^~\n]*)")


@dataclass(frozen=True, slots=True)
class Choices:
    """The codes that were ticked, and how many answers we do not know."""

    codes: frozenset[str]
    unknown: int = 0


NONE = Choices(frozenset())
SIGNS = " ;,|^~\n"
LISTS = frozenset(("[]", "{}"))


def read_choices(text: str, known: Mapping[str, str]) -> Choices:
    """Read codes or their words, divided the raw way, by semicolons, commas, bars or new lines.

    An answer may itself have a semicolon or a comma in it: the longest words that we know win.
    """
    text = text.strip()
    if text[:1] + text[-1:] in LISTS:  # as a database writes a list
        text = text[1:-1].replace('"', "").replace("'", "").strip()
    if not text or text.casefold() in {"na", "null", "none", "n/a"}:
        return NONE
    if code := _code(text, known):
        return Choices(frozenset((code,)))
    parts = [part.strip() for part in text.split(RAW)]
    if len(parts) == 1 and CODES.fullmatch(text):
        parts = re.split(r"[\s;,|^~]+", text)
    by_words = {_plain(words): code for code, words in known.items()}
    codes: set[str] = set()
    unknown = 0
    for part in filter(None, parts):
        found, strange = _one(part, known, by_words)
        codes |= found
        unknown += strange
    return Choices(frozenset(codes), unknown)


def _one(part: str, known: Mapping[str, str], by_words: Mapping[str, str]) -> tuple[set[str], int]:
    """Read what stands between two separators, or is a whole cell of words."""
    if code := _code(part, known):
        return {code}, 0
    if (words := _plain(part)) in by_words:
        return {by_words[words]}, 0
    pieces = _pieces(part)
    found: set[str] = set()
    unknown, at = 0, 0
    while at < len(pieces):
        for end in range(len(pieces), at, -1):
            piece = " ".join(pieces[at:end])
            if code := _code(piece, known) or by_words.get(_plain(piece), ""):
                found.add(code)
                at = end
                break
        else:
            unknown += 1
            at += 1
    return found, unknown


def _pieces(text: str) -> list[str]:
    """Cut at each separator and keep it, so that neighbours can be put together again."""
    if '"' in text:
        (cells,) = list(csv.reader([text], delimiter=";", skipinitialspace=True)) or [[]]
        return [cell.strip() for cell in cells if cell.strip()]
    ends = r"(?<=[;|^~\n])" if re.search(r"[;|^~\n]", text) else r"(?<=,)"
    return [piece.strip() for piece in re.split(ends, text) if piece.strip(SIGNS)]


def _code(text: str, known: Mapping[str, str]) -> str:
    """Give the code that a piece is, with noughts before it or its words behind it; else none."""
    text = text.strip(SIGNS)
    code = text.removesuffix(".0")
    if found := LABELLED.fullmatch(text):
        code = found["code"]
    code = code.lstrip("0") if code.isascii() and code.isdigit() else ""
    return code if code in known else ""


def _plain(words: str) -> str:
    """Compare words without case, space, or what ends them."""
    return " ".join(words.casefold().replace("\u2019", "'").strip(SIGNS).split())
