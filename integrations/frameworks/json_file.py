"""A framework as JSON: the format that organisations share."""

import json
from collections.abc import Mapping
from typing import Any

from integrations.frameworks.document import read_document, write_document
from integrations.frameworks.errors import FrameworkRefusedError
from integrations.frameworks.records import FrameworkRecord
from integrations.frameworks.schema import Place

#: one in the list of the first is "domain 1"
ONE_OF = {"domains": "domain", "competences": "competence", "levels": "level"}


def read_json(content: bytes, schema: Mapping[str, Any]) -> FrameworkRecord:
    """Give the framework in a JSON file.

    :raises FrameworkRefusedError: with everything that is wrong.
    """
    return read_document(_parsed(content), schema, say_where=say_where)


def write_json(framework: FrameworkRecord, *, version: int, state: str) -> str:
    """Write a framework, with what it was at the organisation that writes it."""
    values = write_document(framework)
    document = {"format": values.pop("format"), "version": version, "state": state} | values
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def say_where(place: Place) -> str:
    """Name a place in the file: "Domain 2, competence 1, level 3:"."""
    words: list[str] = []
    for step in place:
        if isinstance(step, int):
            words[-1] = f"{ONE_OF[words[-1]]} {step + 1}"
        else:
            words.append(step)
    said = ", ".join(words) or "the file"
    return f"{said[0].upper()}{said[1:]}:"


def _parsed(content: bytes) -> object:
    try:
        return json.loads(
            content.decode("utf-8-sig"), object_pairs_hook=_once_each, parse_constant=_no_constant
        )
    except UnicodeDecodeError:
        why = "The file is not stored as UTF-8. Save it as UTF-8 and try again."
    except json.JSONDecodeError as error:
        why = (
            f"Line {error.lineno}, column {error.colno}: this is not JSON. Look for a comma, "
            "quote mark or bracket that is missing or too many."
        )
    except RecursionError:
        why = "The file has too many brackets inside each other. Check that it is the right file."
    except ValueError as error:
        why = str(error) if isinstance(error, _OddJSONError) else "A number in it is far too long."
    raise FrameworkRefusedError([why])


class _OddJSONError(ValueError):
    pass


def _once_each(pairs: list[tuple[str, object]]) -> dict[str, object]:
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise _OddJSONError("A field is there twice in one group. Take one of them out.")
    return fields


def _no_constant(_name: str) -> object:
    raise _OddJSONError("NaN or Infinity is in the file, and is not JSON. Take it out.")
