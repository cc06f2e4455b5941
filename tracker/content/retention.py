"""How long each kind of record is kept, unless a trust says otherwise.

A starting point, to be checked against the trust's own schedule: six years after somebody left is
what the NHS records management code asks for a staff record's summary at the least.
"""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class KeptFor:
    key: str
    what: str
    #: from when the days are counted
    since: str
    days: int
    least: int = 1


KEPT = (
    KeptFor(
        key="leavers",
        what="Signed appraisals, goals, first months, self-assessments and all else about a person",
        since="the day they left",
        days=2_192,
        least=365,
    ),
    KeptFor(
        key="drafts",
        what="Notes before an appraisal, and notes for oneself",
        since="the day of the talk",
        days=365,
        least=30,
    ),
    KeptFor(
        key="kept_texts",
        what="Text kept for somebody whose session had ended",
        since="the moment it was kept",
        days=30,
    ),
    KeptFor(
        key="put_away",
        what="Evidence that was put away or ran out, and stands in no signed record",
        since="that day",
        days=90,
    ),
    KeptFor(
        key="practice",
        what="Answers in practice; what groups did stays, as numbers",
        since="the day of the practice",
        days=730,
        least=90,
    ),
    KeptFor(
        key="live_alerts",
        what="The hidden name on alerts that somebody saw at work",
        since="the day of the alert",
        days=90,
    ),
    KeptFor(
        key="mail", what="What mail was sent to whom", since="the day it was asked for", days=90
    ),
    KeptFor(key="sessions", what="When people signed in", since="the last use", days=90),
    KeptFor(
        key="audit",
        what="Who looked at and changed which record",
        since="that moment",
        days=2_192,
        least=365,
    ),
    KeptFor(
        key="uploads", what="Files that were sent to look at first", since="that moment", days=7
    ),
    KeptFor(
        key="rejected",
        what="Numbers of staff in lines of a file that were refused",
        since="the day of the import",
        days=365,
        least=30,
    ),
)
