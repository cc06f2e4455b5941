"""What a register of digital systems tells us, as plain values."""

from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, kw_only=True, slots=True)
class UseRecord:
    """Who uses a system. What is filled in must all fit; with nothing filled in: everybody."""

    staff_group: str = ""
    job_role: str = ""
    #: the unit's code, its key in HR, or its exact name
    unit: str = ""
    #: the post's key in HR
    post: str = ""
    #: the role profile's key
    profile: str = ""
    starts_on: date | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class AlertRecord:
    name: str
    looks_like: str = ""
    what_to_do: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class SystemRecord:
    """One system of a register."""

    key: str
    name: str
    purpose: str = ""
    family: str = ""
    supplier: str = ""
    owner_email: str = ""
    owner_team: str = ""
    #: yes, no, not_known
    governance: str = "not_known"
    starts_on: date | None = None
    ends_on: date | None = None
    help_link: str = ""
    help_contact: str = ""
    uses: tuple[UseRecord, ...] = ()
    alerts: tuple[AlertRecord, ...] = ()
    #: where in its file it begins; 0 when it comes from elsewhere
    line: int = field(default=0, compare=False)
