"""How one cell of a register holds several things: who uses a system, and the alerts in it.

One use or alert a line. A use is `everybody`, or parts such as
`staff group: Nursing and Midwifery Registered + unit: 2020`; an alert is
`name | what it looks like | what to do`.
"""

import re
from datetime import date

from integrations.systems.records import AlertRecord, UseRecord

EVERYBODY = "everybody"
#: the word in the file, and the name of the value
PARTS = {
    "staff group": "staff_group",
    "job role": "job_role",
    "unit": "unit",
    "post": "post",
    "profile": "profile",
    "from": "starts_on",
}
_BETWEEN = re.compile(rf" *\+ *(?=(?:{'|'.join(PARTS)}) *:)", re.IGNORECASE)
ALERT_PARTS = 3
MOST_IN_A_CELL = 200
LONGEST_PART = 300
LONGEST_ALERT_TEXT = 600


def date_of(text: str) -> date | None:
    """Read a day as 2027-01-31 or 31/01/2027.

    :raises ValueError: for anything else, without quoting it.
    """
    if not text:
        return None
    british = re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4})", text, re.ASCII)
    try:
        if british:
            return date(int(british[3]), int(british[2]), int(british[1]))
        if re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.ASCII):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise ValueError("is not a day. Write it as 2027-01-31.")


def read_uses(cell: str) -> tuple[UseRecord, ...]:
    """Give who uses a system.

    :raises ValueError: saying what is wrong, without quoting it.
    """
    return tuple(dict.fromkeys(_read_use(line) for line in _lines(cell)))


def _read_use(line: str) -> UseRecord:
    if line.casefold() == EVERYBODY:
        return UseRecord()
    values: dict[str, str] = {}
    for part in _BETWEEN.split(line):
        word, colon, value = part.partition(":")
        name = PARTS.get(" ".join(word.split()).casefold(), "")
        value = " ".join(value.split())
        if not (name and colon and value):
            words = ", ".join(f"'{one}: ...'" for one in PARTS)
            raise ValueError(f"has a line that is not '{EVERYBODY}' and not made of {words}.")
        if name in values:
            raise ValueError("names the same thing twice on one line. Use a line for each.")
        if len(value) > LONGEST_PART:
            raise ValueError(f"has a part longer than {LONGEST_PART} characters.")
        values[name] = value
    starts_on = date_of(values.pop("starts_on", ""))
    return UseRecord(**values, starts_on=starts_on)


def write_uses(uses: tuple[UseRecord, ...]) -> str:
    return "\n".join(_write_use(use) for use in uses)


def _write_use(use: UseRecord) -> str:
    given = {word: getattr(use, name) for word, name in PARTS.items()}
    if not any(given.values()):
        return EVERYBODY
    return " + ".join(f"{word}: {value}" for word, value in given.items() if value)


def read_alerts(cell: str) -> tuple[AlertRecord, ...]:
    """Give the alerts in a system.

    :raises ValueError: saying what is wrong, without quoting it.
    """
    alerts = tuple(_read_alert(line) for line in _lines(cell))
    if len({one.name.casefold() for one in alerts}) != len(alerts):
        raise ValueError("names the same alert twice. Give each its own name.")
    return alerts


def _read_alert(line: str) -> AlertRecord:
    parts = [" ".join(part.split()) for part in line.split("|")]
    if len(parts) > ALERT_PARTS or not parts[0]:
        raise ValueError("has a line that is not 'name | what it looks like | what to do'.")
    if len(parts[0]) > LONGEST_PART or any(len(part) > LONGEST_ALERT_TEXT for part in parts):
        raise ValueError("has an alert with a text that is too long.")
    name, looks_like, what_to_do = (*parts, "", "")[:ALERT_PARTS]
    return AlertRecord(name=name, looks_like=looks_like, what_to_do=what_to_do)


def write_alerts(alerts: tuple[AlertRecord, ...]) -> str:
    return "\n".join(
        f"{one.name} | {one.looks_like} | {one.what_to_do}".rstrip("| ") for one in alerts
    )


def _lines(cell: str) -> list[str]:
    lines = [line.strip() for line in cell.splitlines() if line.strip()]
    if len(lines) > MOST_IN_A_CELL:
        raise ValueError(f"has more than {MOST_IN_A_CELL} lines.")
    return lines
