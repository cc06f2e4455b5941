"""Signs somebody in at a provider: the code flow of OpenID Connect, with PKCE."""

import base64
import hashlib
import hmac
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

import requests

from integrations.errors import Outage
from integrations.oidc.errors import NotSureError, ProviderRefusedError
from integrations.oidc.errors import ProviderUnavailableError as Unavailable
from integrations.oidc.http import get_json, mount, outage
from integrations.oidc.keys import Known, known, own_key

if TYPE_CHECKING:
    from integrations.oidc.settings import Provider

#: never `none`, and never a secret that both sides hold
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"]
#: how far two clocks may be apart, in seconds
LEEWAY = 60
LONGEST_CODE = 4_000
#: how long our own token for private_key_jwt is good: many providers, CIS2 too, take no longer one
OWN_TOKEN_SECONDS = 300


@dataclass(frozen=True, kw_only=True, slots=True)
class Journey:
    """One way to the provider and back: what only the one who set out can know."""

    state: str
    nonce: str
    verifier: str
    #: the provider has to ask for the password again, and prove that it did
    is_fresh: bool = False

    def __repr__(self) -> str:
        return "Journey(…)"


@dataclass(frozen=True, kw_only=True, slots=True)
class ProvenPerson:
    """Whom the provider proved: only what the product needs."""

    subject: str
    employee_number: str | None
    mail: str | None
    groups: tuple[str, ...]
    proved_at: datetime


def new_journey(*, is_fresh: bool = False) -> Journey:
    return Journey(
        state=secrets.token_urlsafe(24),
        nonce=secrets.token_urlsafe(24),
        verifier=secrets.token_urlsafe(48),
        is_fresh=is_fresh,
    )


def way_there(provider: "Provider", journey: Journey, *, back_to: str) -> str:
    """Give the address at the provider to send the person to.

    :raises ProviderUnavailableError: if the provider cannot be reached.
    """
    digest = hashlib.sha256(journey.verifier.encode()).digest()
    asked = {
        "response_type": "code",
        "client_id": provider.client_id,
        "redirect_uri": back_to,
        "scope": provider.scopes,
        "state": journey.state,
        "nonce": journey.nonce,
        "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
        "code_challenge_method": "S256",
    }
    if provider.acr_values:
        asked["acr_values"] = " ".join(provider.acr_values)
    if journey.is_fresh:
        asked |= {"prompt": "login", "max_age": "0"}
    place = known(provider).authorization
    return f"{place}{'&' if urlsplit(place).query else '?'}{urlencode(asked)}"


def come_back(  # noqa: PLR0913 - each is one plain fact
    provider: "Provider",
    journey: Journey,
    answer: Mapping[str, str],
    *,
    back_to: str,
    now: datetime,
    since: datetime,
) -> ProvenPerson:
    """Turn what the provider sent back into a proven person.

    :raises ProviderRefusedError: if it said no.
    :raises NotSureError: if it is no proof.
    :raises ProviderUnavailableError: if the provider cannot be reached.
    """
    if not hmac.compare_digest(answer.get("state", ""), journey.state):
        raise NotSureError("the state is not ours")
    if answer.get("iss", provider.issuer) != provider.issuer:
        raise NotSureError("another provider answered")
    if answer.get("error"):
        raise ProviderRefusedError("the provider said no")
    code = answer.get("code", "")
    if not code or len(code) > LONGEST_CODE:
        raise NotSureError("there is no code")
    published = known(provider)
    tokens = _tokens(provider, published, code, journey.verifier, back_to)
    claims = _claims(provider, tokens.get("id_token"), journey.nonce, now=now)
    _check_freshness(provider, journey, claims, since=since)
    claims = _with_userinfo(provider, published, claims, tokens.get("access_token"))
    return _person(provider, claims, now=now)


def _tokens(
    provider: "Provider", published: Known, code: str, verifier: str, back_to: str
) -> dict[str, Any]:
    from authlib.integrations.base_client import OAuthError
    from authlib.integrations.requests_client import OAuth2Session
    from authlib.oauth2.rfc7523 import PrivateKeyJWT

    method: Any = "client_secret_basic"
    secret: Any = provider.client_secret
    if provider.private_key:
        secret = own_key(provider)
        method = PrivateKeyJWT(
            published.token,
            claims={"exp": int(time.time()) + OWN_TOKEN_SECONDS},
            headers={"kid": provider.key_id} if provider.key_id else None,
            alg=provider.algorithm,
        )
    with OAuth2Session(
        provider.client_id,
        secret,
        token_endpoint_auth_method=method,
        redirect_uri=back_to,
    ) as session:
        mount(session, provider)
        try:
            tokens = session.fetch_token(
                published.token,
                grant_type="authorization_code",
                code=code,
                code_verifier=verifier,
            )
        except requests.RequestException as problem:
            raise outage(problem) from None
        except OAuthError as problem:
            if problem.error in {"invalid_client", "unauthorized_client"}:
                why = "The provider does not know us. Check oidc.client_id and our key or secret."
                raise Unavailable(Outage.SETUP, why) from None
            raise NotSureError("the provider did not take the code") from None
        except ValueError:
            raise Unavailable(Outage.DOWN, "The provider's answer could not be read.") from None
    return dict(tokens)


def _claims(provider: "Provider", token: object, nonce: str, *, now: datetime) -> dict[str, Any]:
    from joserfc import jwt
    from joserfc.errors import JoseError

    if not isinstance(token, str):
        raise NotSureError("there is no ID token")
    try:
        claims = _signed(provider, token)
        jwt.JWTClaimsRegistry(
            now=int(now.timestamp()),
            leeway=LEEWAY,
            iss={"essential": True, "value": provider.issuer},
            aud={"essential": True, "value": provider.client_id},
            exp={"essential": True},
            iat={"essential": True},
            sub={"essential": True},
            nonce={"essential": True, "value": nonce},
        ).validate(claims)
    except (JoseError, ValueError, KeyError, TypeError):
        raise NotSureError("the ID token is not good") from None
    audience = claims["aud"]
    is_shared = isinstance(audience, list) and len(audience) > 1
    if claims.get("azp", provider.client_id) != provider.client_id or (
        is_shared and "azp" not in claims
    ):
        raise NotSureError("the ID token is for somebody else")
    return claims


def _signed(provider: "Provider", token: str) -> dict[str, Any]:
    from joserfc import jwt
    from joserfc.errors import BadSignatureError

    key_id = _key_id(token)
    published = known(provider, key_id=key_id)
    try:
        decoded = jwt.decode(token, published.keys, algorithms=ALGORITHMS)
    except BadSignatureError:
        published = known(provider, key_id=key_id, wrong=published)
        decoded = jwt.decode(token, published.keys, algorithms=ALGORITHMS)
    return dict(decoded.claims)


def _key_id(token: str) -> str | None:
    from joserfc import jws

    kid = jws.extract_compact(token.encode()).headers().get("kid")
    return kid if isinstance(kid, str) else None


def _check_freshness(
    provider: "Provider", journey: Journey, claims: Mapping[str, Any], *, since: datetime
) -> None:
    if provider.acr_values and claims.get("acr") not in provider.acr_values:
        raise NotSureError("the person was not proved as strongly as we ask for")
    if not journey.is_fresh:
        return
    proved = claims.get("auth_time")
    if not isinstance(proved, int) or proved < since.timestamp() - LEEWAY:
        raise NotSureError("the provider did not ask for the password again")


def _with_userinfo(
    provider: "Provider", published: Known, claims: dict[str, Any], access_token: object
) -> dict[str, Any]:
    """Ask for more where the ID token does not say whose record it is, as CIS2's does not."""
    wanted = (provider.employee_number_claim, provider.mail_claim)
    if any(claims.get(name) for name in wanted if name) or not published.userinfo:
        return claims
    if not isinstance(access_token, str):
        return claims
    more = get_json(provider, published.userinfo, bearer=access_token)
    if more.get("sub") != claims["sub"]:
        raise NotSureError("the provider told us of somebody else")
    return {**more, **claims}


def _person(provider: "Provider", claims: Mapping[str, Any], *, now: datetime) -> ProvenPerson:
    mail = _text(claims.get(provider.mail_claim)) if provider.mail_claim else None
    if provider.mail_claim == "email" and claims.get("email_verified") is False:
        mail = None  # anybody can write such an address into their account
    groups = claims.get(provider.groups_claim) if provider.groups_claim else None
    number = provider.employee_number_claim
    return ProvenPerson(
        subject=str(claims["sub"]),
        employee_number=_text(claims.get(number)) if number else None,
        mail=mail,
        groups=tuple(one for one in groups if isinstance(one, str))
        if isinstance(groups, list)
        else (),
        proved_at=now,
    )


def _text(value: object) -> str | None:
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    text = value.strip() if isinstance(value, str) else ""
    return text or None
