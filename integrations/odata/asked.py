"""Reads how an answer is wanted: which version, in which form, in pages of what size."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from integrations.odata.tables import ODataError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

VERSION = "4.0"
#: Rows of a page where nobody asks for fewer.
PAGE = 5_000
_VERSION = re.compile(r"\d{1,3}(\.\d{1,3})?")
_PAGE_SIZE = re.compile(r"(?:odata\.)?maxpagesize\s*=\s*\"?(\d{1,9})\"?", re.IGNORECASE)


class Detail(StrEnum):
    """How much an answer says about itself beside the rows."""

    NONE = "none"
    MINIMAL = "minimal"
    FULL = "full"


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """How an answer is to be given."""

    detail: Detail = Detail.MINIMAL
    page: int = PAGE
    #: the size of page that was asked for and is kept to; none: no such wish
    page_asked: int | None = None


def read_wanted(
    headers: Mapping[str, str], options: Mapping[str, str], *, gives: str = "json"
) -> Wanted:
    """Read the headers and $format. `gives` is what can be given: json, xml or text.

    :raises ODataError: for a version or a form that we cannot give.
    """
    check_version(headers)
    asked = options.get("$format") or headers.get("Accept") or "*/*"
    detail = _detail(asked, gives)
    if detail is None:
        words = {"json": "JSON", "xml": "XML", "text": "plain text"}[gives]
        raise ODataError(406, f"This answer comes as {words}.")
    size = _page_asked(headers)
    return Wanted(detail=detail, page=min(size or PAGE, PAGE), page_asked=size)


def check_version(headers: Mapping[str, str]) -> None:
    """Refuse who can only read what is older than 4.0, or speaks what is not OData 4.

    :raises ODataError: in words.
    """
    most, spoken = headers.get("OData-MaxVersion", ""), headers.get("OData-Version", "")
    for text in (most, spoken):
        if text and not _VERSION.fullmatch(text.strip()):
            raise ODataError(400, "A version of OData is a number, such as 4.0.")
    if most and _number(most) < _number(VERSION):
        raise ODataError(400, f"This feed speaks OData {VERSION} and nothing older.")
    if spoken and not _number(VERSION) <= _number(spoken) < (5, 0):
        raise ODataError(400, f"This feed speaks OData {VERSION}.")


def only_once(options: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Give the options as a mapping.

    :raises ODataError: where one of OData's own is there twice.
    """
    found: dict[str, str] = {}
    for name, value in options:
        if name in found and name.startswith("$"):
            raise ODataError(400, f"{name[:60]} is there twice.")
        found[name] = value
    return found


def _number(version: str) -> tuple[int, int]:
    whole, _, rest = version.strip().partition(".")
    return int(whole), int(rest or 0)


def _detail(asked: str, gives: str) -> Detail | None:
    """Give the detail of the form that is wanted most; none where no form of ours is wanted."""
    kinds = {
        "json": ("json", "application/json", "application/*", "*/*"),
        "xml": ("xml", "application/xml", "application/*", "*/*"),
        "text": ("text/plain", "text/*", "*/*"),
    }[gives]
    found = []
    for place, part in enumerate(asked.split(",")):
        kind, *words = (word.strip().lower() for word in part.split(";"))
        facts = dict(word.split("=", 1) for word in words if "=" in word)
        wish = _wish(facts.pop("q", "1"))
        detail = facts.get("odata.metadata", facts.get("metadata", "minimal")).strip('"')
        if kind in kinds and wish > 0 and detail in set(Detail):
            found.append((wish, -kinds.index(kind), -place, Detail(detail)))
    return max(found)[-1] if found else None


def _wish(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0


def _page_asked(headers: Mapping[str, str]) -> int | None:
    found = _PAGE_SIZE.search(headers.get("Prefer", ""))
    return int(found[1]) or None if found else None
