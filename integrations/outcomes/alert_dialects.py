"""Where each kind of alert log keeps what we need, and what its words and codes mean."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from integrations.errors import FileRefusedError
from integrations.outcomes.alert_headings import OTHER_NAMES, guess
from integrations.outcomes.errors import BadValueError
from integrations.outcomes.records import Response

#: Left out by rule: it asked nobody for an answer, or nobody was shown it.
NEUTRAL = "neutral"
NOT_SHOWN = "not_shown"
YES = frozenset({"1", "y", "yes", "true", "t"})
NO = frozenset({"0", "n", "no", "false", "f"})
OWN_COLUMNS = frozenset(
    {"alert_id", "unit", "fired_at", "staff", "alert_type", "response", "true_alert"}
)
#: What was done: a response, or why the row is left out; and whether a reason was given.
Answer = tuple[str, bool]
OWN_WORDS = {
    "": Response.IGNORED,
    "accept": Response.ACCEPTED,
    "override": Response.OVERRIDDEN,
    "dismissed": Response.OVERRIDDEN,
    "rejected": Response.OVERRIDDEN,
    "ignore": Response.IGNORED,
    "none": Response.IGNORED,
    NEUTRAL: NEUTRAL,
    "not_applicable": NEUTRAL,
    "filtered": NOT_SHOWN,
    "suppressed": NOT_SHOWN,
}
#: How other systems begin what they say was done. Acknowledged and cancelled may mean either.
BEGINNINGS = {
    **dict.fromkeys(("accept", "acted", "actioned", "single_order"), "accepted"),
    **dict.fromkeys(("overrid", "overrode", "dismiss", "reject", "declin"), "overridden"),
    **dict.fromkeys(("ignor", "no_action", "no_response", "timed_out"), "ignored"),
    **dict.fromkeys(("filter", "suppress"), NOT_SHOWN),
}
EPIC_OVERRIDDEN, EPIC_FILTERED = "1", "3"
#: Single Order; Accept BPA no action
EPIC_ACCEPTED = frozenset({"18", "31"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Dialect:
    """The columns of one kind of log. An empty name: the log has no such column."""

    key: str
    fired: str
    unit: str = ""
    staff: str = ""
    kind: str = ""
    responded: str = ""
    true_alert: str = ""
    override_right: str = ""
    #: the columns that together say what was done
    answers: tuple[str, ...] = ()
    #: those of them of which only whether they say something is ever looked at
    reasons: tuple[str, ...] = ()
    read_answer: Callable[[tuple[str, ...]], Answer] = lambda _cells: (Response.IGNORED, False)
    #: only what an audit found: there is nothing else in the file
    is_audit: bool = False
    #: a unit that nobody knows counts for the whole organisation
    is_lenient: bool = False
    #: our columns and theirs, where names of another system were taken for ours
    guessed: Mapping[str, str] = field(default_factory=dict)

    def columns(self) -> tuple[str, ...]:
        """Name the columns that are needed; what stands in any other is never looked at."""
        one_each = (self.key, self.fired, self.unit, self.staff, self.kind, self.responded)
        found = (*one_each, self.true_alert, self.override_right, *self.answers)
        return tuple(dict.fromkeys(filter(None, found)))


def recognise(columns: tuple[str, ...]) -> Dialect:
    """Tell by the header which kind of log it is."""
    names = set(columns)
    if "alt_action_inst" in names and names & {"alt_csn_id", "alt_id"}:
        return _epic(columns)
    if {"alert_id", "true_alert"} <= names and "fired_at" not in names:
        right = "override_appropriate" if "override_appropriate" in names else ""
        return Dialect(
            key="alert_id", fired="", true_alert="true_alert", override_right=right, is_audit=True
        )
    if names >= OWN_COLUMNS:
        found = {column: column for column in OTHER_NAMES if column in names}
        for ours, other in (("override_reason", "reason"), ("interruptive", "interrupts")):
            if ours not in found and other in names:
                found[ours] = other
        return _plain(found)
    if not (found := guess(columns)):
        _require(names, *OWN_COLUMNS)
    return _plain(found, is_guessed=True)


def _plain(found: Mapping[str, str], *, is_guessed: bool = False) -> Dialect:
    """Describe a log that says in words what was done: ours, and others' that are alike."""
    reason, interrupts = found.get("override_reason", ""), found.get("interruptive", "")
    answers = (found["response"], *filter(None, (reason, interrupts)))
    return Dialect(
        key=found["alert_id"],
        fired=found["fired_at"],
        unit=found.get("unit", ""),
        staff=found.get("staff", ""),
        kind=found.get("alert_type", ""),
        responded=found.get("responded_at", ""),
        true_alert=found.get("true_alert", ""),
        override_right=found.get("override_appropriate", ""),
        answers=answers,
        reasons=tuple(filter(None, (reason,))),
        read_answer=_own_answer(answers, reason, interrupts),
        is_lenient=is_guessed,
        guessed=found if is_guessed else {},
    )


def _own_answer(
    answers: tuple[str, ...], reason: str, interrupts: str
) -> Callable[[tuple[str, ...]], Answer]:
    def read(cells: tuple[str, ...]) -> Answer:
        said = dict(zip(answers, cells, strict=True))
        answer = _meaning(said[answers[0]])
        if answer not in {*Response, NEUTRAL, NOT_SHOWN}:
            raise BadValueError(
                "The response must be one of: accepted, overridden, ignored. Where a system has "
                "words of its own, draw a map and say there what they mean."
            )
        if interrupts and said[interrupts].strip().casefold() in NO:
            answer = NEUTRAL
        return str(answer), bool(reason and said[reason].strip())

    return read


def _meaning(word: str) -> str:
    """Give our word for what was done, as far as we know it."""
    word = word.strip().casefold().replace("-", "_").replace(" ", "_")
    if known := OWN_WORDS.get(word):
        return known
    if "overrid" in word:  # Acknowledge/Override
        return Response.OVERRIDDEN
    return next((ours for way, ours in BEGINNINGS.items() if word.startswith(way)), word)


def _epic(columns: tuple[str, ...]) -> Dialect:
    def first(*names: str) -> str:
        return next((name for name in names if name in columns), "")

    places = {
        name: first(name)
        for name in (
            "alt_status_c",
            "action_taken_c",
            "spec_ovr_rsn_c",
            "interruptflg",
            "acceptedflg",
            "exceptionflg",
            "ignoredflg",
            "rejectedflg",
        )
    }
    answers = tuple(filter(None, places.values()))
    return Dialect(
        # each showing has its own contact number; the alert's own number comes again and again
        key=first("alt_csn_id", "alt_id"),
        fired="alt_action_inst",
        unit=first("unit", "department_id", "department", "department_name", "dep_name"),
        staff=first("user_id", "staff"),
        kind=first("bpa_locator_id", "medicationalerttype", "alert_type"),
        responded=first("responded_at", "action_inst", "alt_response_inst"),
        true_alert=first("true_alert"),
        override_right=first("override_appropriate"),
        answers=answers,
        reasons=tuple(filter(None, (places["spec_ovr_rsn_c"],))),
        read_answer=_epic_answer(answers),
        is_lenient=True,
    )


def _epic_answer(answers: tuple[str, ...]) -> Callable[[tuple[str, ...]], Answer]:
    def read(cells: tuple[str, ...]) -> Answer:
        said = {
            name: cell.strip().removesuffix(".0").casefold()
            for name, cell in zip(answers, cells, strict=True)
        }
        has_reason = bool(said.get("spec_ovr_rsn_c")) or said.get("exceptionflg") in YES
        return _epic_words(said, has_reason=has_reason), has_reason

    return read


def _epic_words(said: Mapping[str, str], *, has_reason: bool) -> str:
    status = said.get("alt_status_c", "")
    if status in {EPIC_FILTERED, "filtered"}:
        return NOT_SHOWN
    if said.get("interruptflg") in NO:
        return NEUTRAL
    action = said.get("action_taken_c", "")
    is_taken = action in EPIC_ACCEPTED or _meaning(action) == Response.ACCEPTED
    if said.get("acceptedflg") in YES or is_taken:
        return Response.ACCEPTED
    overridden = status in {EPIC_OVERRIDDEN, "overridden"} or said.get("rejectedflg") in YES
    if said.get("ignoredflg") in YES and not has_reason:
        return Response.IGNORED
    return Response.OVERRIDDEN if overridden or has_reason else Response.IGNORED


def _require(names: set[str], *needed: str) -> None:
    missing = sorted(name for name in needed if name not in names)
    if missing:
        raise FileRefusedError(
            f"The first line of the file must name these columns: {', '.join(missing)}. "
            "It does not. Check that this is the right file, or draw a map of its columns."
        )
