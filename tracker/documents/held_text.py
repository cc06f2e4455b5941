"""Everything that is held about a person, as plain text that can be read aloud, and as JSON."""

from __future__ import annotations

import io
import json
import zipfile
from typing import TYPE_CHECKING, Any

from tracker.documents.words import date_and_time

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tracker.services.subject_access import Held

READ_ME = """This is everything that the Competence Tracker of {organisation} holds about you.

your-data.txt   the same, to read
your-data.json  the same, for a program
files/          files that you brought

Not in here: notes that somebody else wrote for themselves and did not share, and answers that
you gave in a survey without names, as nobody can tell which are yours.
If something is wrong, you can add to a signed record yourself. For all else, ask HR.
"""


def held_text(held: Held) -> str:
    return "\n".join(_lines(held)) + "\n"


def _lines(held: Held) -> Iterator[str]:
    yield f"What {held.organisation} holds about {held.person}"
    yield f"Made on {date_and_time(held.made_at)}"
    for section in held.sections:
        yield f"\n{section.heading.upper()}"
        for row in section.rows:
            yield "- " + "; ".join(f"{_word(name)}: {_value(value)}" for name, value in row.items())


def _word(name: str) -> str:
    return name.replace("_", " ")


def _value(value: Any) -> str:
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    return str(value)


def held_json(held: Held) -> str:
    return json.dumps(
        {
            "person": held.person,
            "organisation": held.organisation,
            "made_at": held.made_at.isoformat(),
            "held": {section.name: section.rows for section in held.sections},
        },
        ensure_ascii=False,
        indent=1,
    )


def held_zip(held: Held, files: dict[str, bytes]) -> bytes:
    """Pack it all with the files that the person brought, by name."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as out:
        out.writestr("read-me.txt", READ_ME.format(organisation=held.organisation))
        out.writestr("your-data.txt", held_text(held))
        out.writestr("your-data.json", held_json(held))
        for name, content in files.items():
            out.writestr(f"files/{name}", content)
    return packed.getvalue()
