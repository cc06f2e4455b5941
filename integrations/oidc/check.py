"""Tests the connection to a provider, a step at a time, without signing anybody in."""

from typing import TYPE_CHECKING

from integrations.oidc.errors import ProviderUnavailableError
from integrations.oidc.keys import forget, known, own_key
from integrations.steps import Step

if TYPE_CHECKING:
    from integrations.oidc.settings import Provider


def check_steps(provider: "Provider") -> list[Step]:
    """Say whether the provider is there, is who we think, and has keys; and how we sign."""
    steps = [_own_key(provider)]
    forget()
    try:
        published = known(provider)
    except ProviderUnavailableError as problem:
        return [*steps, Step(name="The provider", ok=False, sentence=str(problem))]
    return [
        *steps,
        Step(name="The provider", ok=True, sentence="It is there, and it is who we think."),
        Step(
            name="Its keys",
            ok=True,
            sentence=f"It publishes {len(published.key_ids)} keys that we can use.",
        ),
    ]


def _own_key(provider: "Provider") -> Step:
    if not provider.private_key:
        return Step(name="Our secret", ok=True, sentence="We show who we are with a secret.")
    try:
        own_key(provider)
    except ProviderUnavailableError as problem:
        return Step(name="Our key", ok=False, sentence=str(problem))
    return Step(name="Our key", ok=True, sentence="We show who we are with a key of our own.")
