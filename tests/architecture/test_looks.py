"""Whatever somebody does with another's record, its owner reads it in words, with the reason."""

import ast
from pathlib import Path

from tracker.models import AuditKind
from tracker.services.looks import ONLY_ONES_OWN, REASONS_BY_SUBJECT, WORDS

#: in services that write about people too, but not about anybody
ABOUT_NOBODY = {AuditKind.SYSTEM_REPORTED, AuditKind.SYSTEM_CHANGED}
SERVICES = Path(__file__).parents[2] / "tracker" / "services"


def kinds_about_people():
    """Give every kind of event in a service that says whose record it is about."""
    for file in sorted(SERVICES.glob("*.py")):
        source = file.read_text(encoding="utf-8")
        if "subject_id=" not in source or file.name in {"audit.py", "looks.py"}:
            continue
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "AuditKind":
                yield file.name, AuditKind[node.attr]


def test_every_look_and_change_has_words_for_the_person():
    found = set(kinds_about_people())

    assert len(found) > 50
    told = {*WORDS, *ONLY_ONES_OWN, *ABOUT_NOBODY}
    assert {(file, kind) for file, kind in found if kind not in told} == set()
    assert not ONLY_ONES_OWN & set(WORDS)


def test_every_kind_of_event_that_stands_for_a_reason_is_there():
    """A reason that nobody can reach any more goes."""
    abouts = {kind.value.partition(".")[0] for kind in AuditKind}

    assert set(REASONS_BY_SUBJECT) <= abouts
