"""Reads alerts out of FHIR R4: bundles or lines of AuditEvent, DetectedIssue and Communication.

A resource is read, reduced to what we need, and let go: a bundle may be larger than memory.
Patients, words and reasons have no place to go.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from integrations.outcomes import cells as read
from integrations.outcomes.alert_line import AlertLine, Block
from integrations.outcomes.cds_feedback import CardAnswer
from integrations.outcomes.errors import BadValueError
from integrations.outcomes.fhir_files import ADDRESS, URN, Resource, read_resources
from integrations.outcomes.records import Response
from integrations.tables.guard import is_nhs_number, without_nhs_numbers
from integrations.tables.rows import RejectedRow

BLOCK = 2_000
LONGEST_KEY = 80
KINDS = ("AuditEvent", "DetectedIssue", "Communication")
#: statuses under which nobody was shown anything
NOT_SHOWN = frozenset({"entered-in-error", "preparation", "not-done", "cancelled"})
#: of a detected issue: the therapy goes on as it was, or something was done about it
WENT_ON = frozenset({"1", "2", "3", "4", "5", "6", "7", "14", "19", "22", "23", "EMAUTH"})
ACTED = frozenset({"8", "9", "10", "11", "12", "13", "15"})
ACCEPT_WORDS = ("accept", "acknowledg", "acted", "complied", "followed")
OVERRIDE_WORDS = ("overrid", "dismiss", "reject", "declin", "cancel")
#: what an audit event may speak of beside an alert
NOT_ALERTS = frozenset({
    *("Patient", "Practitioner", "PractitionerRole", "Person", "RelatedPerson", "Encounter"),
    *("EpisodeOfCare", "Location", "Organization", "Device", "Group", "List"),
})  # fmt: skip
NOT_STAFF = frozenset({"Patient", "RelatedPerson", "Device", "Group", "Organization"})
#: in the national and international code list of what a thing is in an event
PATIENT_ROLE = "1"
#: a longer text, or one with a number in it, is no name of a kind of alert
LONGEST_TEXT = 40
MOST_PASSING = 50_000
NEUTRAL_WORDS = ("neutral", "suppress", "filtered", "not shown")


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """What one resource tells: that an alert was shown, what became of it, or both."""

    shown: AlertLine | None = None
    answer: CardAnswer | None = None
    is_left_out: bool = False


class FhirAlerts:
    """The alerts of one file, and the answers that came with them or before them."""

    def __init__(
        self,
        path: Path,
        *,
        today: date,
        unit_of: Callable[[str], int | None],
        staff_of: Callable[[str], str],
    ) -> None:
        self._path, self._today = path, today
        self._unit_of, self._staff_of = unit_of, staff_of
        self.unknown_units = 0
        self.others: Counter[str] = Counter()
        #: kind and own name of what its bundle knows by a passing name
        self._passing: dict[str, tuple[str, str]] = {}

    def blocks(self) -> Iterator[tuple[Block, list[CardAnswer]]]:
        """Yield what is told, a few thousand resources at a time."""
        lines: list[AlertLine] = []
        answers: list[CardAnswer] = []
        block = Block()
        for number, resource in enumerate(read_resources(self._path), start=1):
            block.read += 1
            block.last_line = number
            try:
                told = self._told(resource, number)
            except (BadValueError, ValueError, TypeError, AttributeError, KeyError) as why:
                reason = str(why) if isinstance(why, BadValueError) else "It cannot be understood."
                block.rejected.append(RejectedRow(line=number, reason=reason))
                continue
            if told.is_left_out:
                block.left_out["not_shown"] += 1
            if told.shown is not None:
                lines.append(told.shown)
            if told.answer is not None:
                answers.append(told.answer)
            if block.read >= BLOCK:
                yield closed_block(block, lines), answers
                block, lines, answers = Block(), [], []
        if block.read:
            yield closed_block(block, lines), answers

    def _told(self, resource: Resource | None, number: int) -> Told:
        if resource is None:
            raise BadValueError("This line is not whole.")
        kind = resource.get("resourceType")
        self._note(resource)
        readers = {
            "AuditEvent": self._audit_event,
            "DetectedIssue": self._detected_issue,
            "Communication": self._communication,
        }
        if kind not in readers:
            self.others[str(kind)[:40]] += 1
            return Told()
        if resource.get("status") in NOT_SHOWN:
            return Told(is_left_out=True)
        return readers[kind](resource, number)

    def _audit_event(self, one: Resource, number: int) -> Told:
        """Read a showing, or a click on what was shown: the words of its codes say which."""
        details = {
            str(detail.get("type", "")).casefold(): str(detail.get("valueString", ""))
            for entity in one.get("entity", [])
            for detail in entity.get("detail", [])
        }
        words = " ".join(
            [
                *(_words(code) for code in one.get("subtype", [])),
                *(details.get(name, "") for name in ("response", "outcome", "action")),
            ]
        ).casefold()
        key = _first(details, "alert-id", "alertid", "alert_id", "card") or self._entity(one)
        at = self._moment(one.get("recorded") or one.get("period", {}).get("start"))
        if any(word in words for word in NEUTRAL_WORDS):
            return Told(is_left_out=True)
        response = _response(words)
        if response is not None:
            has_reason = bool(_first(details, "override-reason", "reason"))
            return Told(answer=_answer(key, response, at, has_reason=has_reason))
        agents = one.get("agent", [])
        person: Resource = next((a for a in agents if a.get("requestor")), {}) or (
            agents[0] if agents else {}
        )
        site = str(one.get("source", {}).get("site", ""))
        unit = self._name(person.get("location"), one) or site
        staff = self._person(person.get("who"), one) or str(person.get("altId", ""))
        type_ = _first(details, "alert-type", "alerttype", "alert_type") or _words(
            next(iter(one.get("subtype", [])), {})
        )
        return Told(shown=self._shown(number, key, unit, staff, type_, at))

    def _detected_issue(self, one: Resource, number: int) -> Told:
        key = _own_key(one)
        at = self._moment(
            one.get("identifiedDateTime") or one.get("identifiedPeriod", {}).get("start")
        )
        author = self._person(one.get("author"), one)
        shown = self._shown(number, key, "", author, _words(one.get("code")), at)
        for mitigation in one.get("mitigation", []):
            codes = {str(c.get("code")) for c in mitigation.get("action", {}).get("coding", [])}
            when = self._moment(mitigation.get("date")) if mitigation.get("date") else at
            response = _response(_words(mitigation.get("action")).casefold())
            if codes & ACTED:
                response = Response.ACCEPTED
            elif codes & WENT_ON:
                response = Response.OVERRIDDEN
            if response is None:
                self.others["unknown mitigation"] += 1
                continue
            return Told(shown=shown, answer=_answer(key, response, when, has_reason=bool(codes)))
        return Told(shown=shown)

    def _communication(self, one: Resource, number: int) -> Told:
        """Read a message, when it was sent and received; a reply answers the one before."""
        if not one.get("sent") and not one.get("received"):
            return Told(is_left_out=True)
        sent = self._moment(one.get("sent") or one.get("received"))
        before = one.get("inResponseTo", [])
        if before:
            key = _short(self._name(before[0], one))
            return Told(answer=_answer(key, Response.ACCEPTED, sent, has_reason=False))
        key = _own_key(one)
        people = (self._person(who, one) for who in one.get("recipient", []))
        staff = next(filter(None, people), "")
        category: Any = one.get("topic") or next(
            iter(one.get("reasonCode", []) or one.get("category", [])), {}
        )
        shown = self._shown(number, key, "", staff, _words(category), sent)
        answer = None
        if one.get("received"):
            received = self._moment(one["received"])
            answer = _answer(key, Response.ACCEPTED, received, has_reason=False)
        return Told(shown=shown, answer=answer)

    def _shown(  # noqa: PLR0913, PLR0917 - what there is to know of a showing
        self, number: int, key: str, unit: str, staff: str, kind: str, at: datetime
    ) -> AlertLine:
        try:
            unit_id = self._unit_of(unit)
        except ValueError:
            self.unknown_units += 1
            unit_id = None
        return AlertLine(
            number,
            key,
            unit_id,
            self._staff_of(_short(staff)) if staff else None,
            without_nhs_numbers(_printable(kind))[:LONGEST_KEY],
            at,
            Response.IGNORED.value,
            None,
            None,
            False,
            None,
        )

    def _note(self, one: Resource) -> None:
        """Remember what stands in a bundle under a passing name, which others may speak of."""
        if (address := one.get(ADDRESS, "")).startswith(URN):
            if len(self._passing) >= MOST_PASSING:
                self._passing.clear()
            self._passing[address] = (str(one.get("resourceType")), _own_name(one))

    def _pointed(self, reference: Any, within: Resource) -> tuple[str, str]:  # noqa: ANN401
        """Give the kind and the name of what a reference points at, as far as it says so.

        What stands inside the resource itself, or in the bundle under a passing name, goes by
        its own identifier: its passing name tells nothing.
        """
        if not isinstance(reference, dict):
            return "", ""
        address = str(reference.get("reference", "")).split("/_history/")[0]
        kind = str(reference.get("type") or (address.split("/")[-2] if "/" in address else ""))
        name = str(reference.get("identifier", {}).get("value") or "")
        if address.startswith("#"):
            inside = (one for one in within.get("contained", []) if f"#{one.get('id')}" == address)
            found: Resource = next(inside, {})
            return kind or str(found.get("resourceType", "")), name or _identifier(found)
        if address.startswith(URN):
            passing_kind, own = self._passing.get(address, ("", ""))
            return kind or passing_kind, name or own or address.removeprefix(URN)
        return kind, name or address.rsplit("/", 1)[-1]

    def _name(self, reference: Any, within: Resource) -> str:  # noqa: ANN401
        return self._pointed(reference, within)[1]

    def _person(self, reference: Any, within: Resource) -> str:  # noqa: ANN401
        """Name a member of staff; nobody, where a bundle knows them by a passing name alone."""
        kind, name = self._pointed(reference, within)
        is_passing = bool(name) and reference.get("reference") == URN + name
        return "" if kind in NOT_STAFF or is_passing else name

    def _entity(self, one: Resource) -> str:
        """Give the alert that an audit event is about: never a patient, who may stand there too."""
        for entity in one.get("entity", []):
            kind, name = self._pointed(entity.get("what", {}), one)
            is_patient = str(entity.get("role", {}).get("code", "")) == PATIENT_ROLE
            if name and kind not in NOT_ALERTS and not is_patient and not is_nhs_number(name):
                return _short(name)
        return _own_key(one)

    def _moment(self, text: object) -> datetime:
        if not isinstance(text, str):
            raise BadValueError("It does not say when.")
        return read.read_time(text, "time", self._today)


def closed_block(block: Block, lines: list[AlertLine]) -> Block:
    from integrations.outcomes.alert_columns import from_lines

    if lines:
        block.alerts.append(from_lines(lines))
    return block


def _answer(key: str, response: Response, at: datetime, *, has_reason: bool) -> CardAnswer:
    return CardAnswer(card=key, response=response, has_reason=has_reason, answered_at=at)


def _response(words: str) -> Response | None:
    if any(word in words for word in OVERRIDE_WORDS):
        return Response.OVERRIDDEN
    if any(word in words for word in ACCEPT_WORDS):
        return Response.ACCEPTED
    return None


def _words(concept: Any) -> str:  # noqa: ANN401 - a Coding or a CodeableConcept
    """Give the words or codes of a concept, from our own kind of systems: never of a person."""
    if not isinstance(concept, dict):
        return ""
    codings = concept.get("coding", [concept] if "code" in concept else [])
    said = [str(coding.get("display") or coding.get("code") or "") for coding in codings]
    text = str(concept.get("text", ""))
    is_name = len(text) <= LONGEST_TEXT and not any(sign.isdigit() for sign in text)
    return " ".join(filter(None, said)) or (text if is_name else "")


def _own_key(one: Resource) -> str:
    return _short(_own_name(one) or str(one.get(ADDRESS, "")).rsplit("/", 1)[-1].removeprefix(URN))


def _own_name(one: Resource) -> str:
    return _identifier(one) or str(one.get("id") or "")


def _identifier(one: Resource) -> str:
    identifiers = one.get("identifier", [])
    if isinstance(identifiers, dict):
        identifiers = [identifiers]
    return str(next((i.get("value") for i in identifiers if i.get("value")), None) or "")


def _first(details: dict[str, str], *names: str) -> str:
    found = next((details[name] for name in names if details.get(name)), "")
    return _short(found) if found else ""


def _short(text: str) -> str:
    text = _printable(text)
    if not text:
        raise BadValueError("It has no id of its own.")
    if len(text) > LONGEST_KEY:
        raise BadValueError(f"An id is longer than {LONGEST_KEY} characters.")
    return text


def _printable(text: str) -> str:
    return "".join(sign for sign in text if sign.isprintable()).strip()
