"""What a provider says of itself: where to go, and the keys that it signs with.

Kept for an hour. A key that is not among them is asked for at once, since providers change theirs;
one that was not there then is not asked for again for a minute, nor are many of them.
"""

import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from joserfc.errors import JoseError
from joserfc.jwk import Key, KeySet, import_key

from integrations.errors import Outage
from integrations.oidc.errors import ProviderUnavailableError
from integrations.oidc.http import get_json

if TYPE_CHECKING:
    from integrations.oidc.settings import Provider

KEPT_SECONDS = 3600
ASK_AGAIN_SECONDS = 60
#: how many keys that were not there we ask for in that time
MOST_MISSED = 5
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
#: which keys a provider did not have, and when it was asked
_missed: dict[tuple[str, str], float] = {}


def known(provider: "Provider", *, key_id: str | None = None, wrong: Known | None = None) -> Known:
    """Give what the provider published, with a certain key in it if it has one.

    What is `wrong` did not fit a signature: the provider may have a new key under an old name.

    :raises ProviderUnavailableError: if it cannot be had.
    """
    now, wanted = time.monotonic(), (provider.issuer, key_id or "")
    with _lock:
        kept = _known.get(provider.issuer)
        for one in [one for one, at in _missed.items() if now - at >= ASK_AGAIN_SECONDS]:
            del _missed[one]
        given_up = len(_missed) >= MOST_MISSED or wanted in _missed
    if kept and now - kept.asked_at < KEPT_SECONDS:
        has_it = kept is not wrong and (key_id is None or key_id in kept.key_ids)
        if has_it or given_up:
            return kept
    fresh = _ask(provider)
    with _lock:
        _known[provider.issuer] = fresh
        if wrong or (key_id is not None and key_id not in fresh.key_ids):
            _missed[wanted] = now
    return fresh


def forget() -> None:
    """Forget every provider."""
    with _lock:
        _known.clear()
        _missed.clear()


def own_key(provider: "Provider") -> Key:
    """Give the key that we show who we are with.

    :raises ProviderUnavailableError: if it does not fit the way of signing.
    """
    try:
        return import_key(provider.private_key, "EC" if provider.algorithm[:2] == "ES" else "RSA")
    except (JoseError, ValueError, TypeError):
        raise ProviderUnavailableError(
            Outage.SETUP,
            "The key in oidc.private_key_file does not fit oidc.signing_algorithm.",
        ) from None


def _ask(provider: "Provider") -> Known:
    about = get_json(provider, provider.issuer.rstrip("/") + WELL_KNOWN)
    if about.get("issuer") != provider.issuer:
        raise ProviderUnavailableError(
            Outage.SETUP,
            "The provider calls itself otherwise than oidc.issuer says. Set it to exactly what the "
            "provider gives as its issuer, with or without a stroke at the end.",
        )
    places = {name: about.get(name) for name in ("authorization_endpoint", "token_endpoint")}
    keys_at, userinfo = about.get("jwks_uri"), about.get("userinfo_endpoint")
    for address in (*places.values(), keys_at, userinfo or keys_at):
        _check_address(provider, address)
    published = get_json(provider, str(keys_at))
    keys = _readable(published.get("keys"))
    return Known(
        authorization=str(places["authorization_endpoint"]),
        token=str(places["token_endpoint"]),
        userinfo=userinfo or None,
        keys_at=str(keys_at),
        keys=keys,
        key_ids=frozenset(str(key.kid) for key in keys.keys if key.kid),
        asked_at=time.monotonic(),
    )


def _check_address(provider: "Provider", address: object) -> None:
    is_safe = isinstance(address, str) and (address.startswith("https://") or provider.is_plain)
    if not is_safe:
        raise ProviderUnavailableError(
            Outage.SETUP,
            "The provider names an address that is missing or is not https. Ask those who run it.",
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
        raise ProviderUnavailableError(
            Outage.SETUP, "The provider publishes no key we can use. Ask those who run it."
        )
    return KeySet(found)
