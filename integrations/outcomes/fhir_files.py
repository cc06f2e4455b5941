"""Hands out the resources of a FHIR file one at a time: of a bundle of any sort, or of lines."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Any

from integrations.errors import FileRefusedError

BOM = b"\xef\xbb\xbf"
URN = "urn:uuid:"
#: a whole resource on one line is no longer than this
LONGEST_LINE = 1 << 20
NOT_WHOLE = "The file is not whole: it is no JSON, or it ends too early. Send it again."
#: Where a resource has no id of its own, the address by which its bundle names it.
ADDRESS = "fullUrl"
Resource = dict[str, Any]


def is_fhir(path: Path) -> bool:
    """Tell by its first sign whether a file is JSON."""
    with path.open("rb") as raw:
        start = raw.read(256).removeprefix(BOM).lstrip()
    return start.startswith((b"{", b"["))


def read_resources(path: Path) -> Iterator[Resource | None]:
    """Yield each resource, with its address in the bundle; none for a line that is not whole.

    :raises FileRefusedError: where the file breaks off.
    """
    import ijson

    try:
        with path.open("rb") as stream:
            if _has_lines(path):
                yield from _of_lines(stream)
                return
            _skip_mark(stream)
            found = False
            for entry in ijson.items(stream, "entry.item"):
                found = True
                yield from _of_entry(entry)
            if not found:
                stream.seek(0)
                yield from _alone(stream)
    except (ijson.JSONError, ValueError) as why:
        raise FileRefusedError(NOT_WHOLE) from why


def _of_entry(entry: Any) -> Iterator[Resource]:  # noqa: ANN401 - whatever stands there
    resource = entry.get("resource") if isinstance(entry, dict) else None
    if not isinstance(resource, dict):
        return  # of a history: something was deleted
    if resource.get("resourceType") == "Bundle":
        yield from _of_entries(resource.get("entry", []))
        return
    if isinstance(address := entry.get(ADDRESS), str):
        resource[ADDRESS] = address
    yield resource


def _of_entries(entries: Iterable[Any]) -> Iterator[Resource]:
    for entry in entries:
        yield from _of_entry(entry)


def _of_lines(stream: IO[bytes]) -> Iterator[Resource | None]:
    _skip_mark(stream)
    for line in stream:
        if line.strip():
            try:
                yield from _of_entry({"resource": json.loads(line)})
            except (ValueError, RecursionError):
                yield None


def _alone(stream: IO[bytes]) -> Iterator[Resource]:
    """Read one resource that stands by itself, or a list of them."""
    import ijson

    start = stream.read(LONGEST_LINE).removeprefix(BOM)
    if start.lstrip()[:1] == b"[":
        stream.seek(0)
        _skip_mark(stream)
        yield from (one for one in ijson.items(stream, "item") if isinstance(one, dict))
    else:
        yield from _of_entry({"resource": json.loads(start + stream.read())})


def _skip_mark(stream: IO[bytes]) -> None:
    if stream.read(len(BOM)) != BOM:
        stream.seek(0)


def _has_lines(path: Path) -> bool:
    """Tell whether each line is a resource of its own, or a bundle."""
    with path.open("rb") as stream:
        first = stream.readline(LONGEST_LINE).strip().removeprefix(BOM)
        has_more = bool(stream.readline(LONGEST_LINE).strip())
    if not (first.endswith(b"}") and has_more):
        return False
    try:
        return isinstance(json.loads(first), dict)
    except (ValueError, RecursionError):
        return False
