"""Writes HR files as a trust's systems would, for tests."""

from collections.abc import Iterable, Mapping
from pathlib import Path

VPD = "900"

UNIT = ("ORA", 16)
POST = ("POA", 24)
PERSON = ("PRA", 44)
ASSIGNMENT = ("ASA", 51)


def row(kind: tuple[str, int], values: Mapping[int, str]) -> str:
    name, width = kind
    fields = [name, *[""] * (width - 1)]
    for place, value in values.items():
        fields[place] = value
    return "~".join(fields)


def unit_row(key="10", name="Ward 1", *, parent="", cost_centre="CC10", **changed) -> str:
    values = {1: key, 2: name, 3: "Ward", 4: "20000101", 5: "", 9: cost_centre, 10: parent}
    return row(UNIT, values | _places(changed))


def post_row(key="50", title="Staff Nurse", *, unit="10", **changed) -> str:
    values = {
        1: key,
        2: "20000101",
        4: "0001",
        5: f"0001|{title}|N6A|Medical|",
        8: "Nursing and Midwifery Registered",
        9: "Staff Nurse",
        14: unit,
    }
    return row(POST, values | _places(changed))


def person_row(key="1", number="20000001", *, family="Hughes", given="Ann", **changed) -> str:
    """Write a person with every sensitive column filled, so that a leak would show."""
    values = {
        1: key,
        2: "20200106",
        3: "47121231",
        4: number,
        5: "Ms",
        6: family,
        7: given,
        8: "SENSITIVE",
        9: "SENSITIVE",
        11: "SENSITIVE",
        12: "SENSITIVE",
        13: "19800229",
        14: "QQ123456C",
        16: "20200106",
        18: "SENSITIVE",
        22: "SENSITIVE",
        23: "SENSITIVE",
        24: "SENSITIVE",
        33: "EMP",
        35: f"p{key}@aldwater.example",
        39: "SENSITIVE",
        41: "SENSITIVE",
    }
    return row(PERSON, values | _places(changed))


def assignment_row(key="100", person="1", *, unit="10", post="50", supervisor="", **changed) -> str:
    values = {
        1: person,
        2: key,
        3: "20200106",
        4: "47121231",
        5: "20200106",
        6: "E",
        7: f"2000000{person}",
        8: "ACTIVE_ASSIGN",
        9: "Active Assignment",
        10: "SENSITIVE",
        15: supervisor,
        20: "Permanent",
        21: "Yes",
        25: ".8",
        27: unit,
        28: post,
        33: "31415.92",
        34: "Nursing and Midwifery Registered|Staff Nurse",
    }
    return row(ASSIGNMENT, values | _places(changed))


def go_text(
    rows: Iterable[str],
    *,
    vpd: str = VPD,
    kind: str = "GOF",
    count: int | None = None,
    made: str = "20261101",
    since: str = "20261031",
    sequence: int = 1,
):
    """Put a header and a trailer round the rows."""
    rows = list(rows)
    name = f"GO_{vpd}_TRK_{kind}_{made}_{sequence:08}.DAT"
    previous = "00000000 000000" if kind == "GOF" else f"{since} 000000"
    count = len(rows) + 2 if count is None else count
    header = f"HDR~{name}~{made} 020304~{vpd}~{previous}~{made} 000000~01"
    return "".join(f"{line}\r\n" for line in [header, *rows, f"TRL~{count}"])


def write_go(folder: Path, rows: Iterable[str], *, encoding="iso-8859-1", **ends) -> Path:
    kind, made = ends.get("kind", "GOF"), ends.get("made", "20261101")
    path = folder / f"GO_900_TRK_{kind}_{made}_{ends.get('sequence', 1):08}.DAT"
    path.write_bytes(go_text(rows, **ends).encode(encoding))
    return path


def _places(changed: Mapping[str, str]) -> dict[int, str]:
    """Read `c16="20200106"` as: column 16 holds 20200106."""
    return {int(name.removeprefix("c")): value for name, value in changed.items()}


def staff_rows(number, *, supervisor="", unit="10", **person):
    """Write one person with one assignment; the key is the number."""
    key = str(number)
    return [
        person_row(key, f"{20000000 + number}", **person),
        assignment_row(f"{key}00", key, supervisor=str(supervisor), unit=unit),
    ]


#: A trust with two wards and a post, for staff to work in.
PLACES = [
    unit_row("1", "Aldwater", cost_centre="T"),
    unit_row("10", "Ward 1", parent="1", cost_centre="W1"),
    unit_row("11", "Ward 2", parent="1", cost_centre="W2"),
    post_row(),
]
