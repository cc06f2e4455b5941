"""What a provider says of itself: where to go, and the keys that it signs with.

Kept for an hour. A key that is not among them is asked for once, and not again for a minute: a
stranger's made-up keys must not make us ask over and over.
"""

import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from integrations.errors import Outage
from integrations.oidc.errors import ProviderUnavailableError
from integrations.oidc.http import get_json

if TYPE_CHECKING:
    from integrations.oidc.settings import Provider

KEPT_SECONDS = 3600
ASK_AGAIN_SECONDS = 60
WELL_KNOWN = "/.well-known/openid-configuration"


@dataclass(frozen=True, kw_only=True)
class Known:
    """What a provider published."""

    authorization: str
    token: str
    userinfo: str | None
    keys_at: str
    keys: KeySet
    key_ids: frozenset[str]
    asked_at: float


_lock = threading.Lock()
_known: dict[str, Known] = {}


def known(provider: "Provider", *, key_id: str | None = None) -> Known:
    """Give what the provider published, with a certain key in it if it has one.

    :raises ProviderUnavailableError: if it cannot be had.
    """
    with _lock:
        kept = _known.get(provider.issuer)
    age = time.monotonic() - kept.asked_at if kept else KEPT_SECONDS
    has_it = kept is not None and (key_id is None or key_id in kept.key_ids)
    if kept and age < (KEPT_SECONDS if has_it else ASK_AGAIN_SECONDS):
        return kept
    fresh = _ask(provider)
    with _lock:
        _known[provider.issuer] = fresh
    return fresh


def forget() -> None:
    """Forget every provider."""
    with _lock:
        _known.clear()


def _ask(provider: "Provider") -> Known:
    about = get_json(provider, provider.issuer.rstrip("/") + WELL_KNOWN)
    if about.get("issuer") != provider.issuer:
        raise ProviderUnavailableError(
            Outage.SETUP, "The provider calls itself otherwise than oidc.issuer says."
        )
    places = {name: about.get(name) for name in ("authorization_endpoint", "token_endpoint")}
    keys_at = about.get("jwks_uri")
    for address in (*places.values(), keys_at):
        _check_address(provider, address)
    published = get_json(provider, str(keys_at))
    keys = _readable(published.get("keys"))
    userinfo = about.get("userinfo_endpoint")
    return Known(
        authorization=str(places["authorization_endpoint"]),
        token=str(places["token_endpoint"]),
        userinfo=userinfo if isinstance(userinfo, str) else None,
        keys_at=str(keys_at),
        keys=keys,
        key_ids=frozenset(str(key.kid) for key in keys.keys if key.kid),
        asked_at=time.monotonic(),
    )


def _check_address(provider: "Provider", address: object) -> None:
    is_safe = isinstance(address, str) and (address.startswith("https://") or provider.is_plain)
    if not is_safe:
        raise ProviderUnavailableError(
            Outage.SETUP, "The provider names an address that is missing or is not https."
        )


def _readable(published: Any) -> KeySet:  # noqa: ANN401 - as it came in
    """Keep the keys for signatures that we can read; others are for somebody else."""
    found = []
    for one in published if isinstance(published, list) else ():
        if isinstance(one, dict) and one.get("use", "sig") == "sig" and one.get("kty") != "oct":
            try:
                found += KeySet.import_key_set({"keys": [one]}).keys
            except (JoseError, ValueError, KeyError, TypeError):
                continue
    if not found:
        raise ProviderUnavailableError(Outage.SETUP, "The provider publishes no key we can use.")
    return KeySet(found)
