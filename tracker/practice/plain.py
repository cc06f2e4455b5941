"""A template as a trainer types it into a page: lines of plain text, read into the format of files.

Facts: Ward board            Table: Trolley            Lines: Notes
May eat = {diet}             Name | Tray made for      Tell only: {friend}
                             {one} | {here}
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

PART = re.compile(r"^(facts|table|lines) *: *(\S.*)$", re.IGNORECASE)
RANGE = re.compile(r"^(-?\d+) *(?:to|-) *(-?\d+)$")
PERSON = re.compile(r"^(?P<name>\S+)(?: *\((?P<more>[^)]*)\))?$")
AGES = re.compile(r"(\d{1,3}) *(?:to|-) *(\d{1,3})")
NOT_KEY = re.compile(r"[^a-z0-9]+")
LONGEST_KEY = 40
LONGEST_NUMBER = 10


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
            parts.append(_begin(begun[1].casefold(), begun[2].strip(), parts))
        elif not parts:
            raise PlainTextError(
                f"Line {number} of the screen: begin with Facts: Table: or Lines: and a name."
            )
        else:
            _add(parts[-1], number, line)
    for part in parts:
        if part["kind"] == "table" and not part["columns"]:
            raise PlainTextError(f"The table “{part['name']}” needs a line with its columns.")
    return parts


def write_parts(parts: list[Mapping[str, Any]]) -> str:
    return "\n\n".join("\n".join(_part_lines(part)) for part in parts)


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
            choices[name] = [one.strip() for one in rest.split(";") if one.strip()]
    return choices, numbers


def write_words(values: Mapping[str, Any]) -> str:
    lines = [f"{name}: {'; '.join(several)}" for name, several in values.get("choices", {}).items()]
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
    return "\n".join(" | ".join(row) for row in rows)


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
    ages = f"{one['youngest']} to {one['oldest']}" if "youngest" in one and "oldest" in one else ""
    more = ", ".join(text for text in (one.get("sex", ""), ages) if text)
    return f"{one['name']} ({more})" if more else str(one["name"])


def _begin(kind: str, name: str, before: list[dict[str, Any]]) -> dict[str, Any]:
    key = key_of(name)
    used = {part["key"] for part in before}
    while key in used:
        key = f"{key[: LONGEST_KEY - 2]}_2" if not key.endswith("_2") else f"{key}x"
    own: dict[str, dict[str, Any]] = {
        "facts": {"pairs": []},
        "lines": {"lines": []},
        "table": {"columns": [], "rows": []},
    }
    shuffled = {"shuffle": True} if kind == "table" else {}
    return {"kind": kind, "key": key, "name": name, **own[kind], **shuffled}


def _add(part: dict[str, Any], number: int, line: str) -> None:
    if part["kind"] == "lines":
        part["lines"].append(line)
    elif part["kind"] == "facts":
        name, equals, value = (step.strip() for step in line.partition("="))
        if not equals or not name or not value:
            raise PlainTextError(f"Line {number} of the screen: write a name = what stands there.")
        part["pairs"].append([name, value])
    elif not part["columns"]:
        part["columns"] = _cells(line)
    else:
        part["rows"].append(_cells(line))


def _part_lines(part: Mapping[str, Any]) -> Iterator[str]:
    yield f"{part['kind'].capitalize()}: {part['name']}"
    if part["kind"] == "facts":
        yield from (f"{name} = {value}" for name, value in part["pairs"])
    elif part["kind"] == "lines":
        yield from part["lines"]
    else:
        yield " | ".join(part["columns"])
        yield from (" | ".join(row) for row in part["rows"])


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Give each line that says something, with its number."""
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip():
            yield number, one_line(line)
