"""Which services may tell us what became of their cards, and whether a message is from one."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import select, update

from tracker.errors import InvalidInputError, NotFoundError
from tracker.models import AuditKind, FeedbackSource, TokenPurpose
from tracker.services import access_tokens, audit

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sqlalchemy.orm import Session

    from tracker.security.identity import Identity

#: those that need a private key; a secret that both sides know signs nothing here
ALGORITHMS = [f"{kind}{size}" for kind in ("ES", "RS", "PS") for size in (256, 384, 512)]
CURVES = ("P-256", "P-384", "P-521")
#: how far the clocks of two systems may be apart
LEEWAY = timedelta(minutes=5)
LONGEST_LIFE = timedelta(hours=1)
LONGEST_TOKEN = 8_000
LONGEST_NAME = 80


@dataclass(frozen=True, kw_only=True)
class SourceDraft:
    """A service, as an administrator wrote it down."""

    name: str
    service: str
    issuer: str = ""
    keys: str = ""


def add_source(
    db: "Session", draft: SourceDraft, *, by: "Identity", now: datetime
) -> tuple[FeedbackSource, str]:
    """Let a service send feedback. Without keys of its own it gets one of ours, shown this once."""
    keys = _read_keys(draft)
    source = FeedbackSource(
        organisation_id=by.organisation_id,
        name=draft.name.strip(),
        service=draft.service.strip(),
        issuer=draft.issuer.strip() or None,
        keys=keys,
        created_at=now,
    )
    secret = ""
    if not keys:
        issued = access_tokens.issue(db, TokenPurpose.FEED, source.name, by=by, now=now)
        db.flush()  # the source names the key's id
        source.access_token_id, secret = issued.token.id, issued.secret
    elif _taken(db, source):
        raise InvalidInputError(
            "This issuer and service are here already. Remove the old one first.", field="issuer"
        )
    db.add(source)
    audit.record(db, AuditKind.FEEDBACK_SOURCE_CHANGED, source, by=by, reason="added")
    return source, secret


def remove_source(db: "Session", public_id: str, *, by: "Identity", now: datetime) -> None:
    """Take nothing from a service any more. What it told stays.

    :raises NotFoundError: if the organisation has none of that id.
    """
    source = db.scalar(
        select(FeedbackSource).where(
            FeedbackSource.public_id == public_id,
            FeedbackSource.organisation_id == by.organisation_id,
            FeedbackSource.removed_at.is_(None),
        )
    )
    if source is None:
        raise NotFoundError("There is no such service.")
    source.removed_at = now
    source.issuer = None  # it may be added anew
    for token in access_tokens.list_tokens(db, TokenPurpose.FEED, by=by):
        if token.id == source.access_token_id:
            access_tokens.revoke(db, token, by=by, now=now)
    audit.record(db, AuditKind.FEEDBACK_SOURCE_CHANGED, source, by=by, reason="removed")


def list_sources(db: "Session", organisation_id: int) -> "Sequence[FeedbackSource]":
    return db.scalars(
        select(FeedbackSource)
        .where(
            FeedbackSource.organisation_id == organisation_id, FeedbackSource.removed_at.is_(None)
        )
        .order_by(FeedbackSource.name)
    ).all()


def find_source(
    db: "Session",
    header: str | None,
    service: str,
    *,
    audiences: "Collection[str]",
    now: datetime,
) -> FeedbackSource | None:
    """Give the service that an `Authorization: Bearer ...` header proves; none for any other."""
    scheme, _, secret = (header or "").partition(" ")
    secret = secret.strip()
    if scheme.lower() != "bearer" or not secret or len(secret) > LONGEST_TOKEN:
        return None
    if secret.count(".") == 2:  # noqa: PLR2004 - header, claims and signature
        source = _signed(db, secret, service, audiences=audiences, now=now)
    else:
        token = access_tokens.find(db, secret, TokenPurpose.FEED, now=now)
        source = None
        if token is not None:
            source = db.scalar(
                select(FeedbackSource).where(
                    FeedbackSource.access_token_id == token.id,
                    FeedbackSource.service == service,
                    FeedbackSource.removed_at.is_(None),
                )
            )
    if source is not None:
        db.execute(
            update(FeedbackSource)
            .where(FeedbackSource.id == source.id)
            .values(last_heard_at=now)
            .execution_options(synchronize_session=False)
        )
    return source


def _signed(
    db: "Session", token: str, service: str, *, audiences: "Collection[str]", now: datetime
) -> FeedbackSource | None:
    """Check a signed token: whose it is, by keys that were registered, for us, and just now."""
    for source in _by_issuer(db, token, service):
        claims = _proved(token, source.keys["keys"])
        if claims and _is_for_us(claims, source, audiences, now):
            return source
    return None


def _proved(token: str, keys: "Sequence[dict[str, Any]]") -> dict[str, Any] | None:
    """Give what a token says, if one of these keys signed it; it need not say which."""
    from joserfc import jwt
    from joserfc.errors import JoseError
    from joserfc.jwk import JWKRegistry

    named = _part(token, 0).get("kid")
    for key in keys:
        if named and key.get("kid", named) != named:
            continue
        try:
            return jwt.decode(token, JWKRegistry.import_key(key), algorithms=ALGORITHMS).claims
        except (JoseError, ValueError, KeyError):
            continue
    return None


def _part(token: str, number: int) -> dict[str, Any]:
    """Read the header or the claims, before anything of it is believed."""
    import base64

    part = token.split(".")[number]
    try:
        said = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}


def _by_issuer(db: "Session", token: str, service: str) -> "Sequence[FeedbackSource]":
    """Find whose keys to try. Nothing that a token says is believed before its signature."""
    issuer = _part(token, 1).get("iss")
    if not isinstance(issuer, str):
        return []
    return db.scalars(
        select(FeedbackSource).where(
            FeedbackSource.issuer == issuer,
            FeedbackSource.service == service,
            FeedbackSource.removed_at.is_(None),
        )
    ).all()


def _is_for_us(
    claims: dict[str, Any],
    source: FeedbackSource,
    audiences: "Collection[str]",
    now: datetime,
) -> bool:
    said = claims.get("aud")
    audience = said if isinstance(said, list) else [said]
    expires, issued = claims.get("exp"), claims.get("iat")
    begins = claims.get("nbf", issued)
    moment = now.timestamp()
    if not isinstance(expires, int | float) or not isinstance(issued, int | float):
        return False
    if not isinstance(begins, int | float):
        return False
    return (
        claims.get("iss") == source.issuer
        and bool(claims.get("jti"))
        and any(isinstance(one, str) and one.rstrip("/") in audiences for one in audience)
        and moment - LEEWAY.total_seconds() < expires
        and max(issued, begins) < moment + LEEWAY.total_seconds()
        and expires - issued <= LONGEST_LIFE.total_seconds()
    )


def _read_keys(draft: SourceDraft) -> dict[str, Any]:
    if not draft.name.strip() or len(draft.name.strip()) > LONGEST_NAME:
        raise InvalidInputError("Give the service a name of up to 80 letters.", field="name")
    service = draft.service.strip()
    if not service or len(service) > LONGEST_NAME or "/" in service or " " in service:
        raise InvalidInputError(
            "Write the service's id as it stands in its address.", field="service"
        )
    if not draft.keys.strip() and not draft.issuer.strip():
        return {}
    if not draft.issuer.strip():
        raise InvalidInputError("Say who signs: the issuer of its tokens.", field="issuer")
    return _public_keys(draft.keys)


def _public_keys(text: str) -> dict[str, Any]:
    from joserfc.errors import JoseError
    from joserfc.jwk import KeySet

    wrong = InvalidInputError(
        'Paste its public keys as a JWK set: {"keys": [...]}, with EC or RSA keys.', field="keys"
    )
    try:
        read = json.loads(text)
        keys: Any = read.get("keys", [read])
        if not keys or any(set(key) & {"d", "p", "q", "k"} for key in keys):
            raise wrong
        for key in keys:
            is_curve = key["kty"] == "EC" and key.get("crv") in CURVES
            if not is_curve and key["kty"] != "RSA":
                raise wrong
        KeySet.import_key_set({"keys": keys})
    except (JoseError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise wrong from None
    return {"keys": keys}


def _taken(db: "Session", source: FeedbackSource) -> bool:
    found = select(FeedbackSource.id).where(
        FeedbackSource.issuer == source.issuer, FeedbackSource.service == source.service
    )
    return db.scalar(found) is not None
