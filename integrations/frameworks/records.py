"""A framework as a file has it: plain values, nothing of any organisation's own."""

from collections.abc import Iterator
from dataclasses import dataclass

FORMAT = "competence-tracker/framework/1"
LEVELS = 4


@dataclass(frozen=True, kw_only=True, slots=True)
class CompetenceRecord:
    key: str
    name: str
    description: str
    #: not yet, getting there, confident, helps others
    levels: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class DomainRecord:
    key: str
    name: str
    competences: tuple[CompetenceRecord, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class FrameworkRecord:
    key: str
    name: str
    domains: tuple[DomainRecord, ...]

    def competences(self) -> Iterator[tuple[DomainRecord, CompetenceRecord]]:
        for domain in self.domains:
            for competence in domain.competences:
                yield domain, competence
