"""Asks the provider over HTTP: verified, and bounded in time and in size."""

import time
from typing import TYPE_CHECKING, Any

import requests
from requests.adapters import HTTPAdapter

from integrations.errors import Outage
from integrations.oidc.errors import ProviderUnavailableError

if TYPE_CHECKING:
    from integrations.oidc.settings import Provider

#: no document of a provider is larger
LARGEST = 1_000_000
CHUNK = 16_384


class Bounded(HTTPAdapter):
    """Reads an answer whole, within its time: one that drips a byte a second is not waited for."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        super().__init__()

    def send(self, request: requests.PreparedRequest, **more: Any) -> requests.Response:  # type: ignore[override]  # noqa: ANN401 - as requests has it
        ends = time.monotonic() + self.seconds
        response = super().send(
            request, **{**more, "timeout": (self.seconds, self.seconds), "stream": True}
        )
        body = b""
        for chunk in response.iter_content(CHUNK):
            body += chunk
            if len(body) > LARGEST:
                response.close()
                raise requests.exceptions.ContentDecodingError("too large")
            if time.monotonic() > ends:
                response.close()
                raise requests.exceptions.ReadTimeout("not in time")
        response._content = body  # noqa: SLF001 - how requests itself keeps what it has read
        response._content_consumed = True  # noqa: SLF001
        return response


def mount(session: requests.Session, provider: "Provider") -> None:
    """Make a session of requests ask as we want it to."""
    session.trust_env = False  # no proxy, and no password file, that nobody set for this
    session.verify = provider.ca_file or True
    session.max_redirects = 0
    session.mount("https://", Bounded(provider.answer_limit))
    session.mount("http://", Bounded(provider.answer_limit))


def get_json(provider: "Provider", address: str, *, bearer: str = "") -> dict[str, Any]:
    """Read one document.

    :raises ProviderUnavailableError: if there is none that can be used.
    """
    with requests.Session() as session:
        mount(session, provider)
        headers = {"Accept": "application/json"}
        if bearer:
            headers["Authorization"] = f"Bearer {bearer}"
        try:
            answer = session.get(address, headers=headers)
        except requests.RequestException as problem:
            raise outage(problem) from None
        if answer.status_code != requests.codes.ok:
            raise ProviderUnavailableError(
                Outage.DOWN, f"The provider answered {answer.status_code}. {_look_at(bearer)}"
            )
        try:
            document = answer.json()
        except ValueError:
            document = None
    if not isinstance(document, dict):
        raise ProviderUnavailableError(
            Outage.SETUP, f"The provider's answer is not JSON. {_look_at(bearer)}"
        )
    return document


def _look_at(bearer: str) -> str:
    if bearer:
        return "Ask those who run it whether oidc.scopes let us read its userinfo."
    return "Check oidc.issuer: /.well-known/openid-configuration is to be found below it."


def outage(problem: requests.RequestException) -> ProviderUnavailableError:
    """Say why there was no answer."""
    if isinstance(problem, requests.exceptions.SSLError):
        return ProviderUnavailableError(
            Outage.CERTIFICATE,
            "The provider's certificate could not be trusted. Check oidc.issuer and oidc.ca_file.",
        )
    if isinstance(problem, requests.exceptions.Timeout):
        return ProviderUnavailableError(
            Outage.SLOW, "The provider did not answer in time. Ask IT if the way to it is slow."
        )
    if isinstance(problem, requests.exceptions.TooManyRedirects):
        return ProviderUnavailableError(
            Outage.SETUP, "The provider sends us elsewhere. Check oidc.issuer."
        )
    return ProviderUnavailableError(
        Outage.DOWN,
        "The provider could not be reached. Check oidc.issuer, and that the firewall lets this "
        "machine get there.",
    )
