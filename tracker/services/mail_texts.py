"""The words of each mail: ours, or the trust's own, with the names in braces filled in."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import delete, select

from tracker.content.mail import MAIL, MailContent
from tracker.errors import InvalidInputError, NotFoundError
from tracker.models import AuditKind, MailText, Organisation
from tracker.services import audit

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tracker.security.identity import Identity

_NAME = re.compile(r"\{([^{}]*)\}")
#: Known in every mail, each with its example.
EVERYWHERE = {"first_name": "Sam", "trust": "Aldwater NHS Foundation Trust"}
LONGEST_SUBJECT = 120
LONGEST_BODY = 3000


@dataclass(frozen=True, kw_only=True)
class Text:
    """The words of one kind of mail as they go out now."""

    kind: str
    content: MailContent
    subject: str
    body: str
    #: whether the trust has changed them
    is_own: bool

    @property
    def names(self) -> dict[str, str]:
        """The names that may stand in braces, each with an example."""
        return {**EVERYWHERE, **self.content.words}

    @property
    def example(self) -> "Filled":
        return fill(self, self.names)


@dataclass(frozen=True, kw_only=True)
class Filled:
    subject: str
    paragraphs: tuple[str, ...]


def fill(text: Text, words: Mapping[str, str]) -> Filled:
    """Put in the names. One that is not known is left out."""

    def known(match: re.Match[str]) -> str:
        return words.get(match[1], "")

    body = _NAME.sub(known, text.body)
    paragraphs = tuple(part.strip() for part in re.split(r"\n\s*\n", body) if part.strip())
    return Filled(subject=_NAME.sub(known, text.subject), paragraphs=paragraphs)


def text_of(db: "Session", organisation_id: int, kind: str) -> Text:
    """Give the words of one kind.

    :raises NotFoundError: for a kind that there is not.
    """
    if kind not in MAIL:
        raise NotFoundError("There is no such mail.")
    own = db.scalar(
        select(MailText).where(MailText.organisation_id == organisation_id, MailText.kind == kind)
    )
    return _text(kind, own)


def texts(db: "Session", organisation_id: int) -> list[Text]:
    """Give all words of one organisation, in the order in which people meet them."""
    own = {
        one.kind: one
        for one in db.scalars(select(MailText).where(MailText.organisation_id == organisation_id))
    }
    return [_text(kind, own.get(kind)) for kind in MAIL]


def _text(kind: str, own: MailText | None) -> Text:
    content = MAIL[kind]
    return Text(
        kind=kind,
        content=content,
        subject=own.subject if own else content.subject,
        body=own.body if own else content.body,
        is_own=own is not None,
    )


def draft_of(text: Text, *, subject: str, body: str) -> Text:
    """Check words that somebody typed, without keeping them.

    :raises InvalidInputError: with what to mend.
    """
    subject, body = " ".join(subject.split()), body.replace("\r\n", "\n").strip()
    if text.content.subject and not subject:
        raise InvalidInputError("Write a subject.", field="subject")
    if len(subject) > LONGEST_SUBJECT:
        raise InvalidInputError(
            f"Use {LONGEST_SUBJECT} characters or fewer for the subject.", field="subject"
        )
    if not body:
        raise InvalidInputError("Write what the mail says.", field="body")
    if len(body) > LONGEST_BODY:
        raise InvalidInputError(f"Use {LONGEST_BODY} characters or fewer.", field="body")
    for field, words in (("subject", subject), ("body", body)):
        _check_names(text, field, words)
    return Text(
        kind=text.kind,
        content=text.content,
        subject=subject if text.content.subject else "",
        body=body,
        is_own=True,
    )


def _check_names(text: Text, field: str, words: str) -> None:
    known = ", ".join(f"{{{name}}}" for name in text.names)
    for name in _NAME.findall(words):
        if name not in text.names:
            raise InvalidInputError(
                f"We do not know {{{name}}}. In this mail you can use {known}.", field=field
            )
    if set(_NAME.sub("", words)) & {"{", "}"}:
        raise InvalidInputError(
            f"A brace stands alone. Write names as in {{first_name}}: {known}.", field=field
        )


def save_text(  # noqa: PLR0913 - what was typed, who did it, and when
    db: "Session", kind: str, *, subject: str, body: str, by: "Identity", now: datetime
) -> None:
    """Keep the trust's own words."""
    draft = draft_of(text_of(db, by.organisation_id, kind), subject=subject, body=body)
    use_ours(db, kind, by=by)
    db.add(
        MailText(
            organisation_id=by.organisation_id,
            kind=kind,
            subject=draft.subject,
            body=draft.body,
            changed_by_id=by.staff_id,
            changed_at=now,
        )
    )


def use_ours(db: "Session", kind: str, *, by: "Identity") -> None:
    """Go back to the words that the service came with."""
    text_of(db, by.organisation_id, kind)
    db.execute(
        delete(MailText).where(
            MailText.organisation_id == by.organisation_id, MailText.kind == kind
        )
    )
    organisation = db.get_one(Organisation, by.organisation_id)
    audit.record(db, AuditKind.MAIL_TEXT_CHANGED, organisation, by=by, mail=kind)
