"""Reads the feedback that CDS Hooks 2.0 sends about cards. Comments are left where they came."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from integrations.errors import FileRefusedError
from integrations.outcomes.cells import EARLIEST
from integrations.outcomes.records import Response

MOST_CARDS = 20_000
LONGEST_CARD = 80
LEAP_SECOND = re.compile(r"(T\d\d:\d\d:)60")


@dataclass(frozen=True, kw_only=True, slots=True)
class CardAnswer:
    """What became of one card, at one moment."""

    card: str
    response: Response
    #: a reason was chosen; which one, and any comment, is not kept
    has_reason: bool
    answered_at: datetime


def read_feedback(body: bytes) -> tuple[CardAnswer, ...]:
    """Read a whole message, or refuse it: what could be read of a bad one would mislead.

    :raises FileRefusedError: with a sentence that says which entry is wrong, and what is expected.
    """
    try:
        message = json.loads(body)
    except (ValueError, RecursionError):
        raise FileRefusedError("The body is not JSON.") from None
    entries = message.get("feedback") if isinstance(message, dict) else None
    if not isinstance(entries, list):
        raise FileRefusedError('The body must be {"feedback": [...]}.')
    if len(entries) > MOST_CARDS:
        raise FileRefusedError(f"Send at most {MOST_CARDS:,} entries at a time.")
    return tuple(_read(entry, number) for number, entry in enumerate(entries))


def _read(entry: object, number: int) -> CardAnswer:
    where = f"feedback[{number}]"
    if not isinstance(entry, dict):
        raise FileRefusedError(f"{where} is not an object.")
    card = entry.get("card")
    if not isinstance(card, str) or not card.strip() or not card.isprintable():
        raise FileRefusedError(f"{where}.card must be the uuid of the card.")
    if len(card.strip()) > LONGEST_CARD:
        raise FileRefusedError(f"{where}.card is longer than {LONGEST_CARD} characters.")
    outcome = entry.get("outcome")
    if outcome not in {Response.ACCEPTED, Response.OVERRIDDEN}:
        raise FileRefusedError(f"{where}.outcome must be accepted or overridden.")
    return CardAnswer(
        card=card.strip(),
        response=Response(outcome),
        has_reason=_has_reason(entry.get("overrideReason")),
        answered_at=_moment(entry.get("outcomeTimestamp"), where),
    )


def _has_reason(reason: object) -> bool:
    """Tell whether a coded reason was chosen. A comment alone is no reason that can be counted."""
    if not isinstance(reason, Mapping):
        return False
    coding: Any = reason.get("reason")
    return isinstance(coding, Mapping) and bool(coding.get("code") or coding.get("display"))


def _moment(text: object, where: str) -> datetime:
    try:
        # RFC 3339 lets T and Z be small letters, and a minute have a leap second
        moment = (
            datetime.fromisoformat(LEAP_SECOND.sub(r"\g<1>59", text.strip().upper()))
            if isinstance(text, str)
            else None
        )
        if moment is not None:
            moment = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        moment = None
    if moment is None or len(str(text)) <= len("2026-09-30") or moment.date() < EARLIEST:
        raise FileRefusedError(
            f"{where}.outcomeTimestamp must be a time such as 2026-09-30T14:05:00Z."
        )
    return moment
