"""Who is signed in, as a value."""

import enum
from dataclasses import dataclass


class Role(enum.StrEnum):
    """What a directory group can make of a person. Line managers come from the reporting line."""

    QUALITY_LEAD = "quality_lead"
    HR_OFFICER = "hr_officer"
    ADMINISTRATOR = "administrator"
    TRAINER = "trainer"


@dataclass(frozen=True, kw_only=True)
class Identity:
    """Who is signed in. A value, not a database row: it outlives the session."""

    staff_id: int
    organisation_id: int
    name: str = ""
    roles: frozenset[Role] = frozenset()
    session_id: int | None = None

    def has_role(self, role: Role) -> bool:
        return role in self.roles


#: The service itself: jobs and commands act as nobody in particular.
@dataclass(frozen=True, kw_only=True)
class System:
    """The service acting by itself, in one organisation."""

    organisation_id: int

    @property
    def staff_id(self) -> None:
        return None


Actor = Identity | System
