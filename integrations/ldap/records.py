"""What the directory tells us of somebody who has just proved who they are."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class DirectoryPerson:
    """One entry of the directory. The key stays the same when a name or a place changes."""

    key: str
    dn: str
    username: str
    employee_number: str | None
    mail: str | None
    display_name: str | None
    groups: tuple[str, ...]
    #: facts of the HR record that this account holds, in the order in which they are tried
    joins: tuple[tuple[str, str], ...] = ()
