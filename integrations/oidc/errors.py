"""Why a provider of sign-in did not let somebody in. No message holds a name or a token."""

from integrations.errors import IntegrationError, Outage, SystemUnavailableError


class ProviderUnavailableError(SystemUnavailableError):
    """The provider gave no answer that we could use. The sentence is for an administrator."""

    def __init__(self, kind: Outage, why: str) -> None:
        super().__init__(why)
        self.kind = kind


class ProviderRefusedError(IntegrationError):
    """The provider was heard, and it said no; or the person went back."""


class NotSureError(IntegrationError):
    """The answer was not proof: its signature, its time, or what it was for did not fit."""


class OidcSetupError(ValueError):
    """The settings of the provider cannot work, or are not safe. Raised at start."""
