"""Takes apart a cell in which several answers were ticked."""

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass

#: between answers in the national tables
RAW = "{~@~}"
CODES = re.compile(r"\d{1,4}(\.0)?([\s;,|]+\d{1,4}(\.0)?)*[\s;,|]*", re.ASCII)
NUMBER = re.compile(r"\d+", re.ASCII)


@dataclass(frozen=True, slots=True)
class Choices:
    """The codes that were ticked, and how many answers we do not know."""

    codes: frozenset[str]
    unknown: int = 0


NONE = Choices(frozenset())


def read_choices(text: str, known: Mapping[str, str]) -> Choices:
    """Read codes or their words, divided the raw way, by semicolons, commas or new lines.

    An answer may itself have a semicolon or a comma in it: the longest words that we know win.
    """
    text = text.strip().strip("[]").strip()
    if not text or text.casefold() in {"na", "null", "none", "n/a"}:
        return NONE
    if (one := text.removesuffix(".0")) in known:
        return Choices(frozenset((one,)))
    parts = [part.strip() for part in text.split(RAW)]
    if len(parts) == 1 and CODES.fullmatch(text):
        parts = [part.removesuffix(".0") for part in re.split(r"[\s;,|]+", text)]
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
    if (code := part.removesuffix(".0")) in known:
        return {code}, 0
    if (words := _plain(part)) in by_words:
        return {by_words[words]}, 0
    pieces = _pieces(part)
    found: set[str] = set()
    unknown, at = 0, 0
    while at < len(pieces):
        for end in range(len(pieces), at, -1):
            piece = " ".join(pieces[at:end])
            code = piece.rstrip(";,").removesuffix(".0")
            code = code if code in known else by_words.get(_plain(piece), "")
            if code:
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
    ends = r"(?<=[;|\n])" if re.search(r"[;|\n]", text) else r"(?<=,)"
    return [piece.strip() for piece in re.split(ends, text) if piece.strip(" ;,|\n")]


def _plain(words: str) -> str:
    """Compare words without case, space, or what ends them."""
    return " ".join(words.casefold().replace("\u2019", "'").strip(" ;,|\n").split())
