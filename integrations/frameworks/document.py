"""From a file's plain values to a framework and back: the same checks for JSON and for CSV."""

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

from integrations.frameworks.errors import FrameworkRefusedError
from integrations.frameworks.records import (
    FORMAT,
    CompetenceRecord,
    DomainRecord,
    FrameworkRecord,
)
from integrations.frameworks.schema import Place, Problem, Schema

Document = dict[str, Any]
#: enough to mend, and a wholly wrong file does not fill the memory with complaints
MOST_PROBLEMS = 1000
#: a text lies five deep; what lies deeper does not fit the schema, and need not be looked at
DEEPEST = 8


def read_document(
    document: object, schema: Mapping[str, Any], *, say_where: Callable[[Place], str]
) -> FrameworkRecord:
    """Check the values of a file and give its framework.

    :raises FrameworkRefusedError: with everything that is wrong.
    """
    document = _tidy(document)
    found: list[Problem] = []
    for problem in Schema(schema).problems(document):
        found.append(problem)
        if len(found) == MOST_PROBLEMS:
            break
    if not found and isinstance(document, dict):
        found = _used_twice(document)
    if found or not isinstance(document, dict):
        raise FrameworkRefusedError([f"{say_where(one.place)} {one.why}" for one in found])
    return _framework(document)


def write_document(framework: FrameworkRecord) -> Document:
    """Give the values that a file holds."""
    return {
        "format": FORMAT,
        "key": framework.key,
        "name": framework.name,
        "domains": [
            {
                "key": domain.key,
                "name": domain.name,
                "competences": [
                    {
                        "key": one.key,
                        "name": one.name,
                        "description": one.description,
                        "levels": list(one.levels),
                    }
                    for one in domain.competences
                ],
            }
            for domain in framework.domains
        ],
    }


def tidy(text: str) -> str:
    """Take the space off both ends of a text, and make one space of every other gap."""
    return " ".join(text.split())


def _tidy(value: Any, depth: int = 0) -> Any:  # noqa: ANN401 - JSON
    if isinstance(value, str):
        return tidy(value)
    if depth == DEEPEST:
        return value
    if isinstance(value, list):
        return [_tidy(one, depth + 1) for one in value]
    if isinstance(value, dict):
        return {name: _tidy(one, depth + 1) for name, one in value.items()}
    return value


def _used_twice(document: Document) -> list[Problem]:
    """Find keys that name two things: changes could not be told from one file to the next."""
    domains = Counter(domain["key"] for domain in document["domains"])
    competences = Counter(
        one["key"] for domain in document["domains"] for one in domain["competences"]
    )
    found = []
    for at, domain in enumerate(document["domains"]):
        if domains[domain["key"]] > 1:
            found.append(Problem(("domains", at, "key"), "is used twice. Choose another."))
        found += [
            Problem(("domains", at, "competences", place, "key"), "is used twice. Choose another.")
            for place, one in enumerate(domain["competences"])
            if competences[one["key"]] > 1
        ]
    return found


def _framework(document: Document) -> FrameworkRecord:
    return FrameworkRecord(
        key=document["key"],
        name=document["name"],
        domains=tuple(
            DomainRecord(
                key=domain["key"],
                name=domain["name"],
                competences=tuple(
                    CompetenceRecord(
                        key=one["key"],
                        name=one["name"],
                        description=one["description"],
                        levels=tuple(one["levels"]),
                    )
                    for one in domain["competences"]
                ),
            )
            for domain in document["domains"]
        ),
    )
