"""The identity providers that send people by SCIM, as an administrator sees them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from integrations.steps import Step
from tracker.errors import NotFoundError
from tracker.models import (
    AccessToken,
    AccountState,
    ImportRun,
    ScimGroup,
    ScimUser,
    TokenPurpose,
)
from tracker.services import access_tokens
from tracker.services.scim_runs import KIND

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import InstrumentedAttribute, Session

    from tracker.security.identity import Actor

#: A provider that has nothing to say for so long has most likely stopped.
QUIET = timedelta(days=7)


@dataclass(frozen=True, kw_only=True)
class Source:
    """One identity provider: its key, what it brought, and what waits for somebody to look."""

    token: AccessToken
    is_live: bool
    accounts: int
    joined: int
    made: int
    waiting: int
    unclear: int
    contradicting: int
    circles: int
    groups: int
    last_run: ImportRun | None


def list_sources(db: "Session", *, by: "Actor", now: datetime) -> list[Source]:
    """List the organisation's sources, in a number of queries that does not grow with them."""
    tokens = access_tokens.list_tokens(db, TokenPurpose.SCIM, by=by)
    ours = ScimUser.organisation_id == by.organisation_id
    counts: dict[tuple[int, AccountState], int] = {
        (token_id, state): number
        for token_id, state, number in db.execute(
            select(ScimUser.access_token_id, ScimUser.state, func.count())
            .where(ours)
            .group_by(ScimUser.access_token_id, ScimUser.state)
        )
    }
    circles = _numbers(db, ScimUser.access_token_id, ours, ScimUser.note != "")
    groups = _numbers(
        db, ScimGroup.access_token_id, ScimGroup.organisation_id == by.organisation_id
    )
    runs = _last_runs(db, by.organisation_id)
    sources = []
    for token in tokens:
        each = {state: counts.get((token.id, state), 0) for state in AccountState}
        sources.append(
            Source(
                token=token,
                is_live=token.is_live(now),
                accounts=sum(each.values()),
                joined=each[AccountState.JOINED],
                made=each[AccountState.MADE],
                waiting=each[AccountState.WAITING],
                unclear=each[AccountState.UNCLEAR],
                contradicting=each[AccountState.CONTRADICTS],
                circles=circles.get(token.id, 0),
                groups=groups.get(token.id, 0),
                last_run=runs.get(token.public_id),
            )
        )
    return sources


def find_source(db: "Session", public_id: str, *, by: "Actor") -> AccessToken:
    """Give a source by its id.

    :raises NotFoundError: where there is none; a key for something else is none.
    """
    token = access_tokens.find_own(db, public_id, by=by)
    if token.purpose is not TokenPurpose.SCIM:
        raise NotFoundError("There is no such key.")
    return token


def add_source(db: "Session", name: str, *, by: "Actor", now: datetime) -> access_tokens.Issued:
    """Make a key for an identity provider.

    :raises InvalidInputError: for a name that is empty or too long.
    """
    return access_tokens.issue(db, TokenPurpose.SCIM, name, by=by, now=now)


def check_sources(db: "Session", *, by: "Actor", now: datetime) -> list[Step]:
    """Say of each source whether it comes, for `tracker check` and the page of connections."""
    return [_step(source, now) for source in list_sources(db, by=by, now=now) if source.is_live]


def _step(source: Source, now: datetime) -> Step:
    used = source.token.last_used_at
    if used is None:
        return Step(
            name=source.token.name,
            ok=False,
            sentence=(
                "Nothing has come with its key yet. Set the address and the key at the identity "
                "provider, and start it there."
            ),
        )
    if now - used > QUIET:
        return Step(
            name=source.token.name,
            ok=False,
            sentence=(
                f"Nothing has come since {used:%d/%m/%Y}. See at the identity provider whether "
                "it has stopped."
            ),
        )
    return Step(
        name=source.token.name,
        ok=True,
        sentence=f"It was here on {used:%d/%m/%Y}. It keeps {source.accounts} accounts with us.",
    )


def _numbers(
    db: "Session", column: "InstrumentedAttribute[int]", *where: "ColumnElement[bool]"
) -> dict[int, int]:
    rows = db.execute(select(column, func.count()).where(*where).group_by(column))
    return {token_id: number for token_id, number in rows}  # noqa: C416 - rows are no pairs


def _last_runs(db: "Session", organisation_id: int) -> dict[str, ImportRun]:
    newest = (
        select(func.max(ImportRun.id))
        .where(ImportRun.organisation_id == organisation_id, ImportRun.kind == KIND)
        .group_by(ImportRun.content_hash)
    )
    runs = db.scalars(select(ImportRun).where(ImportRun.id.in_(newest)))
    return {run.content_hash: run for run in runs if run.content_hash}
