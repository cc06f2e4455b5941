"""A template as a trainer types it into a page: lines of plain text, read into the format of files.

Facts: Ward board            Table: Trolley            Lines: Notes
May eat = {diet}             Name | Tray made for      Tell only: {friend}
                             {one} | {here}
                             ! {two} | {there}         in red
                             + 1 to 2                  so many of the rows that follow
                             + {three} | Soup          may be there

A table stands in any order and lines as they are written, unless the first line says otherwise:
"Table (as written): Trolley", "Lines (any order): Notes". A name that other lines know by another
word says so: "Table: The trolley #trolley". A mark that is meant as itself has a backslash
before it.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from tracker.practice.people import OLDEST, YOUNGEST

PART = re.compile(
    r"^(?P<kind>facts|table|lines) *(?:\((?P<order>any order|as written)\) *)?: *"
    r"(?P<name>\S.*?)(?: +#(?P<key>[a-z][a-z0-9_]{0,39}))?$",
    re.IGNORECASE,
)
FACT = re.compile(r"((?:\\.|[^\\=])*)=(.*)")
RANGE = re.compile(r"^(-?\d+) *(?:to|-) *(-?\d+)$")
PERSON = re.compile(r"^(?P<name>\S+)(?: *\((?P<more>[^)]*)\))?$")
AGES = re.compile(r"(\d{1,3}) *(?:to|-) *(\d{1,3})")
NOT_KEY = re.compile(r"[^a-z0-9]+")
LONGEST_KEY = 40
LONGEST_NUMBER = 10
#: what stands before a line of a part: shown in red, or a row that may be there
RED, EXTRA = "!", "+"


class PlainTextError(ValueError):
    """Raised for lines that cannot be read, with a sentence that says which."""


def key_of(name: str) -> str:
    """Make a key of a name: "Tray made for" is tray_made_for."""
    key = NOT_KEY.sub("_", name.casefold()).strip("_")[:LONGEST_KEY].strip("_")
    return key if key[:1].isalpha() else f"x_{key}"[:LONGEST_KEY].strip("_")


def one_line(text: str | None) -> str:
    """Make one line of a text: a new line or a tab counts as a space."""
    return " ".join((text or "").split())


def read_parts(text: str) -> list[dict[str, Any]]:
    """Read the parts of a screen.

    :raises PlainTextError: for a line that belongs to no part or does not fit its part.
    """
    parts: list[dict[str, Any]] = []
    for number, line in _lines(text):
        if begun := PART.match(line):
            parts.append(_begin(begun, parts))
        elif not parts:
            raise PlainTextError(
                f"Line {number} of the screen: begin with Facts: Table: or Lines: and a name."
            )
        else:
            _add(parts[-1], number, line)
    for part in parts:
        if part["kind"] == "table" and not part["columns"]:
            raise PlainTextError(f"The table “{part['name']}” needs a line with its columns.")
        extra = part.get("extra")
        if extra and not extra["to"]:
            extra["to"] = len(extra["rows"])
    return parts


def key_in(parts: list[dict[str, Any]], name: str) -> str:
    """Give the key of the part of this name; of none, the key that such a name would have."""
    same = (part["key"] for part in parts if part["name"].casefold() == name.casefold())
    return str(next(same, key_of(name)))


def write_parts(parts: list[Mapping[str, Any]]) -> str:
    before: list[dict[str, Any]] = []
    written = []
    for part in parts:
        written.append("\n".join(_part_lines(part, before)))
        before.append(dict(part))
    return "\n\n".join(written)


def read_words(text: str) -> tuple[dict[str, list[str]], dict[str, dict[str, int]]]:
    """Read lines such as "food: Soup; Bread" and "bed: 1 to 24" into choices and numbers."""
    choices: dict[str, list[str]] = {}
    numbers: dict[str, dict[str, int]] = {}
    for number, line in _lines(text):
        name, colon, rest = (step.strip() for step in line.partition(":"))
        if not colon or not name or not rest:
            raise PlainTextError(
                f"Line {number} of the words: write a name, a colon, and what to choose from."
            )
        if found := RANGE.match(rest):
            if max(map(len, found.groups())) > LONGEST_NUMBER:
                raise PlainTextError(f"Line {number} of the words: use smaller numbers.")
            numbers[name] = {"from": int(found[1]), "to": int(found[2])}
        else:
            choices[name] = [one for one in _split(rest, ";") if one]
    return choices, numbers


def write_words(values: Mapping[str, Any]) -> str:
    lines = [
        f"{name}: {'; '.join(_marked(one, ';') for one in several)}"
        for name, several in values.get("choices", {}).items()
    ]
    lines += [
        f"{name}: {one['from']} to {one['to']}" for name, one in values.get("numbers", {}).items()
    ]
    return "\n".join(lines)


def read_cases(text: str) -> list[dict[str, str]]:
    """Read a small table: the names on the first line, a case on each line after it."""
    rows = [(number, _cells(line)) for number, line in _lines(text)]
    if not rows:
        return []
    (_, names), *cases = rows
    for number, cells in cases:
        if len(cells) != len(names):
            raise PlainTextError(
                f"Line {number} of the cases: give {len(names)} texts with | between them."
            )
    return [dict(zip(names, cells, strict=True)) for _, cells in cases]


def write_cases(cases: list[Mapping[str, str]]) -> str:
    if not cases:
        return ""
    rows = [list(cases[0]), *(list(case.values()) for case in cases)]
    return "\n".join(_row(row) for row in rows)


def read_people(text: str) -> list[Any]:
    """Read names with commas between them; "patient (female, 19 to 42)" asks for more."""
    people: list[Any] = []
    for one in re.split(r",(?![^(]*\))", text):
        found = PERSON.match(one.strip())
        if not one.strip():
            continue
        if found is None:
            raise PlainTextError(
                "Write people as: patient, visitor, or patient (female, 19 to 42)."
            )
        people.append(_person(found["name"], found["more"] or ""))
    return people


def write_people(people: list[Any]) -> str:
    return ", ".join(one if isinstance(one, str) else _person_text(one) for one in people)


def _person(name: str, more: str) -> Any:  # noqa: ANN401 - a name, or an object
    sex = next((one for one in ("female", "male") if re.search(rf"\b{one}\b", more)), None)
    ages = AGES.search(more)
    if sex is None and ages is None:
        return name
    between = {"youngest": int(ages[1]), "oldest": int(ages[2])} if ages else {}
    return {"name": name, **({"sex": sex} if sex else {}), **between}


def _person_text(one: Mapping[str, Any]) -> str:
    known = "youngest" in one or "oldest" in one
    ages = f"{one.get('youngest', YOUNGEST)} to {one.get('oldest', OLDEST)}" if known else ""
    more = ", ".join(text for text in (one.get("sex", ""), ages) if text)
    return f"{one['name']} ({more})" if more else str(one["name"])


def _begin(begun: re.Match[str], before: list[dict[str, Any]]) -> dict[str, Any]:
    kind, name = begun["kind"].casefold(), _unmarked(begun["name"].strip())
    key = begun["key"] or _new_key(name, before)
    own: dict[str, dict[str, Any]] = {
        "facts": {"pairs": []},
        "lines": {"lines": []},
        "table": {"columns": [], "rows": []},
    }
    usual = "any order" if kind == "table" else "as written"
    shuffled = (begun["order"] or usual).casefold() == "any order" and kind != "facts"
    return {"kind": kind, "key": key, "name": name, **own[kind]} | (
        {"shuffle": True} if shuffled else {}
    )


def _new_key(name: str, before: list[dict[str, Any]]) -> str:
    key = key_of(name)
    used = {part["key"] for part in before}
    while key in used:
        key = f"{key[: LONGEST_KEY - 2]}_2" if not key.endswith("_2") else f"{key}x"
    return key


def _add(part: dict[str, Any], number: int, line: str) -> None:
    if part["kind"] == "lines":
        part["lines"].append(_unmarked(line))
    elif part["kind"] == "facts":
        _add_fact(part, number, line)
    elif not part["columns"]:
        part["columns"] = _cells(line)
    else:
        _add_row(part, line)


def _add_fact(part: dict[str, Any], number: int, line: str) -> None:
    is_red, line = _after(line, RED)
    found = FACT.match(line)
    name, value = (_unmarked(one.strip()) for one in found.groups()) if found else ("", "")
    if not name or not value:
        raise PlainTextError(f"Line {number} of the screen: write a name = what stands there.")
    part["pairs"].append([name, value])
    if is_red:
        part.setdefault("red", []).append(name)


def _add_row(part: dict[str, Any], line: str) -> None:
    is_extra, line = _after(line, EXTRA)
    is_red, line = _after(line, RED)
    if not is_extra:
        if is_red:
            part.setdefault("red", []).append(len(part["rows"]))
        part["rows"].append(_cells(line))
        return
    extra = part.setdefault("extra", {"from": 0, "to": 0, "rows": []})
    found = RANGE.match(line)
    if found and max(map(len, found.groups())) <= LONGEST_NUMBER:
        extra |= {"from": int(found[1]), "to": int(found[2])}
    else:
        extra["rows"].append(_cells(line))


def _part_lines(part: Mapping[str, Any], before: list[dict[str, Any]]) -> Iterator[str]:
    yield _heading(part, before)
    red = part.get("red", ())
    if part["kind"] == "facts":
        for name, value in part["pairs"]:
            line = f"{_marked(name, '=')} = {_marked(value)}"
            yield f"{RED} {line}" if name in red else _first(line)
    elif part["kind"] == "lines":
        yield from (_first(_marked(line)) for line in part["lines"])
    else:
        yield _first(_row(part["columns"]))
        for place, row in enumerate(part["rows"]):
            yield f"{RED} {_row(row)}" if place in red else _first(_row(row))
        if extra := part.get("extra"):
            yield f"{EXTRA} {extra['from']} to {extra['to']}"
            yield from (f"{EXTRA} {_row(row)}" for row in extra["rows"])


def _heading(part: Mapping[str, Any], before: list[dict[str, Any]]) -> str:
    kind, order = part["kind"], ""
    if kind == "table" and not part.get("shuffle"):
        order = " (as written)"
    if kind == "lines" and part.get("shuffle"):
        order = " (any order)"
    own = "" if part["key"] == _new_key(part["name"], before) else f" #{part['key']}"
    return f"{kind.capitalize()}{order}: {_marked(part['name'], '#')}{own}"


def _row(cells: Iterable[str]) -> str:
    line = " | ".join(_marked(cell, "|") for cell in cells)
    return f"\\{line}" if RANGE.match(line) else line


def _cells(line: str) -> list[str]:
    line = line.strip().removeprefix("|")
    return _split(line[:-1] if line.endswith("|") and not line.endswith("\\|") else line, "|")


def _split(line: str, mark: str) -> list[str]:
    """Split at a mark that has no backslash before it."""
    found = re.findall(rf"((?:\\.?|[^\\{re.escape(mark)}])*)(?:{re.escape(mark)}|$)", line)
    # The pattern also finds the nothing at the end of a line that does not end with the mark.
    several = found if line.endswith(mark) and not line.endswith(f"\\{mark}") else found[:-1]
    return [_unmarked(one.strip()) for one in several or found]


def _marked(text: str, mark: str = "") -> str:
    text = text.replace("\\", "\\\\")
    return text.replace(mark, f"\\{mark}") if mark else text


def _unmarked(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text)


def _first(line: str) -> str:
    """Keep the first word of a plain line from being read as a mark or a new part."""
    return f"\\{line}" if line.startswith((RED, EXTRA)) or PART.match(line) else line


def _after(line: str, mark: str) -> tuple[bool, str]:
    return (True, line[1:].strip()) if line.startswith(mark) else (False, line)


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Give each line that says something, with its number."""
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip():
            yield number, one_line(line)
