"""What was tried when a connection was tested, one step after the other."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """One thing that was tried, how it went, and what to do about it if it went badly.

    The sentence is for an administrator to act on. It never holds a password, a token or the
    name of a member of staff.
    """

    name: str
    ok: bool
    sentence: str
