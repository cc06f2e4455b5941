"""The structure tree of an accessible PDF, as values: what is a heading, a list, a table."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class DocumentFacts:
    """What a file says about itself."""

    title: str
    author: str
    made_at: datetime
    subject: str = ""
    language: str = "en-GB"


@dataclass(frozen=True, kw_only=True, slots=True)
class Mark:
    """A piece of a page, by the number that it has there."""

    page: int
    number: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Link:
    """A link on a page, by ReportLab's name for it."""

    page: int
    name: str


@dataclass(eq=False, slots=True)
class Element:
    """A node of the tree; `role` is one of PDF's own: H1, P, L, LI, Table, TR, TD, Figure ..."""

    role: str
    parent: Element | None = None
    alt: str = ""
    spoken: str = ""  # read aloud instead of what is printed
    attributes: dict[str, str | tuple[float, ...]] = field(default_factory=dict)
    kids: list[Element | Mark | Link] = field(default_factory=list)

    def __post_init__(self) -> None:
        if self.parent is not None:
            self.parent.kids.append(self)


def marked_kids(element: Element) -> list[Element | Mark | Link]:
    """Leave out whatever was never drawn."""
    return [kid for kid in element.kids if not isinstance(kid, Element) or _is_drawn(kid)]


def _is_drawn(element: Element) -> bool:
    return any(not isinstance(kid, Element) or _is_drawn(kid) for kid in element.kids)
