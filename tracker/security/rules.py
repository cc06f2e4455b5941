"""The rules that the table of permissions is made of. Each asks one question of one record.

A rule that looks at a record refuses another organisation's before it looks further.
"""

from tracker.security.identity import Identity


def is_anybody(_who: Identity, _subject: object) -> bool:
    return True


def is_signed_in(_who: Identity, _subject: object) -> bool:
    return True
