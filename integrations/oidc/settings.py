"""The provider of sign-in by OpenID Connect, checked once at start."""

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from integrations.oidc.errors import OidcSetupError

SIGNING = ("RS256", "RS384", "RS512", "PS256", "ES256")


@dataclass(frozen=True, kw_only=True, slots=True)
class Provider:
    """Who proves who people are, and how we show that we are ourselves."""

    issuer: str
    client_id: str
    #: what the button says
    label: str
    client_secret: str = field(default="", repr=False)
    #: a key in PEM, for private_key_jwt; goes before a secret
    private_key: str = field(default="", repr=False)
    key_id: str = ""
    #: how our own token for private_key_jwt is signed
    algorithm: str = "RS256"
    scopes: str = "openid profile email"
    #: one of these must be how the person was proved; none: whatever the provider holds good
    acr_values: tuple[str, ...] = ()
    employee_number_claim: str = ""
    mail_claim: str = "email"
    groups_claim: str = "groups"
    ca_file: str | None = None
    #: seconds for one answer of the provider, whole
    answer_limit: float = 5.0

    @property
    def is_plain(self) -> bool:
        return not self.issuer.startswith("https://")


def read_provider(values: Mapping[str, str]) -> Provider | None:
    """Read the oidc lines of the settings; none where sign-in goes by the directory alone.

    :raises OidcSetupError: for a line that is wrong or unsafe.
    """
    if not values["oidc.issuer"]:
        return None
    provider = Provider(
        issuer=values["oidc.issuer"],
        client_id=_needed(values, "oidc.client_id"),
        label=values["oidc.label"],
        client_secret=values["oidc.client_secret"],
        private_key=_key(values["oidc.private_key_file"]),
        key_id=values["oidc.key_id"],
        algorithm=values["oidc.signing_algorithm"],
        scopes=values["oidc.scopes"],
        acr_values=tuple(values["oidc.acr_values"].split()),
        employee_number_claim=values["oidc.claim.employee_number"],
        mail_claim=values["oidc.claim.mail"],
        groups_claim=values["oidc.claim.groups"],
        ca_file=values["oidc.ca_file"] or None,
        answer_limit=_seconds(values, "oidc.answer_limit"),
    )
    _check(provider)
    return provider


def _check(provider: Provider) -> None:
    host = urlsplit(provider.issuer).hostname or ""
    if provider.is_plain and not _is_loopback(host):
        raise OidcSetupError("Set oidc.issuer to an address that begins with https://.")
    if not host:
        raise OidcSetupError("Set oidc.issuer to the provider's address, such as https://login.x.")
    if not provider.client_secret and not provider.private_key:
        raise OidcSetupError("Set oidc.private_key_file, or oidc.client_secret: one is needed.")
    if provider.algorithm not in SIGNING:
        raise OidcSetupError(f"Set oidc.signing_algorithm to one of {', '.join(SIGNING)}.")
    if "openid" not in provider.scopes.split():
        raise OidcSetupError("Put openid into oidc.scopes: without it nobody is proved.")
    if not provider.employee_number_claim and not provider.mail_claim:
        raise OidcSetupError(
            "Set oidc.claim.employee_number or oidc.claim.mail: it says whose record is opened."
        )
    if provider.ca_file and not Path(provider.ca_file).is_file():
        raise OidcSetupError("The file in oidc.ca_file is not there.")


def _needed(values: Mapping[str, str], name: str) -> str:
    if not values[name]:
        raise OidcSetupError(f"Set {name}: the provider gives it to each service.")
    return values[name]


def _key(file: str) -> str:
    if not file:
        return ""
    try:
        text = Path(file).read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError):
        raise OidcSetupError("The file in oidc.private_key_file cannot be read.") from None
    if "PRIVATE KEY" not in text:
        raise OidcSetupError("The file in oidc.private_key_file holds no private key in PEM.")
    return text


def _seconds(values: Mapping[str, str], name: str) -> float:
    try:
        seconds = float(values[name])
    except ValueError:
        seconds = 0.0
    if not 0 < seconds <= 60:  # noqa: PLR2004 - a minute
        raise OidcSetupError(f"Set {name} to seconds, at most 60.")
    return seconds


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
