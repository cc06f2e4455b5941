"""Writes the trust's directory: who can sign in, and which groups give a role."""

import json
import uuid
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TextIO

from tracker.demo.people import Person, Standing
from tracker.demo.personas import GROUPS, PASSWORD, PERSONAS

BASE_DN = "dc=aldwater,dc=nhs,dc=example"
PEOPLE_DN = f"ou=people,{BASE_DN}"
GROUPS_DN = f"ou=groups,{BASE_DN}"
# Entries keep their identifiers when the trust is written again.
ENTRIES = uuid.uuid5(uuid.NAMESPACE_DNS, "aldwater.nhs.example")


class DirectoryFile:
    """A directory being written entry by entry; the groups come last."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "directory.json"
        self._out: TextIO
        self._is_first = True

    def __enter__(self) -> Self:
        self._out = self.path.open("w", encoding="utf-8")
        self._out.write('{"entries": [\n')
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        why: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for group in GROUPS:
            self._add(group_dn(group), _group_attributes(group))
        self._out.write("\n]}\n")
        self._out.close()

    def add(self, person: Person) -> None:
        """Add whoever works here today; leavers are gone, and starters come on their day."""
        if person.standing is Standing.HERE:
            self._add(person_dn(person.uid), _person_attributes(person))

    def _add(self, dn: str, attributes: dict[str, list[str]]) -> None:
        entry: dict[str, Any] = {"dn": dn, "attributes": attributes}
        self._out.write("" if self._is_first else ",\n")
        self._out.write(json.dumps(entry, ensure_ascii=False))
        self._is_first = False


def person_dn(uid: str) -> str:
    return f"uid={uid},{PEOPLE_DN}"


def group_dn(group: str) -> str:
    return f"cn={group},{GROUPS_DN}"


def _person_attributes(person: Person) -> dict[str, list[str]]:
    return {
        "objectClass": ["inetOrgPerson"],
        "uid": [person.uid],
        "cn": [person.name.shown],
        "sn": [person.name.family],
        "givenName": [person.name.given],
        "mail": [person.email],
        "employeeNumber": [person.employee_number],
        "userPassword": [PASSWORD],
        "entryUUID": [str(uuid.uuid5(ENTRIES, person.uid))],
    }


def _group_attributes(group: str) -> dict[str, list[str]]:
    members = [person_dn(persona.uid) for persona in PERSONAS if persona.group == group]
    return {"objectClass": ["groupOfNames"], "cn": [group], "member": members}
