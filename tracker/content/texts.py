"""The shapes of the texts that we ship: frameworks, role profiles and readiness questions."""

import enum
from dataclasses import dataclass


@dataclass(frozen=True)
class CompetenceText:
    key: str
    name: str
    description: str
    #: the person's own words at levels 1 to 4: not yet, getting there, confident, helps others
    levels: tuple[str, str, str, str]


@dataclass(frozen=True)
class DomainText:
    key: str
    name: str
    competences: tuple[CompetenceText, ...]


@dataclass(frozen=True)
class FrameworkText:
    key: str
    version: int
    name: str
    #: a draft is not used before somebody at the trust has looked at it
    is_draft: bool
    domains: tuple[DomainText, ...]


@dataclass(frozen=True)
class Need:
    """One competence that a role needs."""

    competence: str
    level: int
    is_essential: bool = True


@dataclass(frozen=True)
class ProfileText:
    """What a kind of work needs, on top of what its staff group and everybody needs."""

    key: str
    name: str
    staff_group: str | None
    needs: tuple[Need, ...]
    job_role: str | None = None


class ReadinessPart(enum.StrEnum):
    """What makes a person ready: willing (attitudes, drivers) and able (skills, technology)."""

    ATTITUDES = "attitudes"
    DRIVERS = "drivers"
    SKILLS = "skills"
    TECHNOLOGY = "technology"


@dataclass(frozen=True)
class ReadinessQuestionText:
    """A statement that a person agrees with, or not."""

    key: str
    part: ReadinessPart
    statement: str
