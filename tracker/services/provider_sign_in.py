"""Signs people in by OpenID Connect: there and back, and whose record it is.

The provider may take seconds to answer, so nothing here holds a database.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING

import structlog

from integrations.errors import Outage
from integrations.ldap.records import DirectoryPerson
from integrations.oidc import client
from integrations.oidc.errors import (
    NotSureError,
    ProviderRefusedError,
    ProviderUnavailableError,
)
from tracker.security.proof import PROVIDER
from tracker.services import held_proofs
from tracker.services.sign_in import Refusal, SignInRefusedError, find_places

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from integrations.oidc.client import Journey
    from integrations.oidc.settings import Provider
    from tracker.security.identity import Identity
    from tracker.settings import Settings

log = structlog.get_logger()


def way_there(provider: "Provider", journey: "Journey", *, back_to: str) -> str:
    """Give the address at the provider.

    :raises SignInRefusedError: with words for the person, if it cannot be reached.
    """
    try:
        return client.way_there(provider, journey, back_to=back_to)
    except ProviderUnavailableError as problem:
        raise _unavailable(problem) from None


def come_back(  # noqa: PLR0913 - each is one plain fact
    provider: "Provider",
    journey: "Journey",
    answer: Mapping[str, str],
    *,
    back_to: str,
    now: datetime,
    since: datetime,
) -> DirectoryPerson:
    """Give whom the provider proved, in the way in which the directory tells of people.

    :raises SignInRefusedError: with words for the person.
    """
    try:
        proven = client.come_back(provider, journey, answer, back_to=back_to, now=now, since=since)
    except ProviderUnavailableError as problem:
        raise _unavailable(problem) from None
    except ProviderRefusedError:
        log.info("sign_in.provider_refused")
        raise SignInRefusedError(Refusal.PROVIDER_NO) from None
    except NotSureError as problem:
        log.warning("sign_in.provider_unsure", why=str(problem))
        raise SignInRefusedError(Refusal.PROVIDER_UNSURE) from None
    return DirectoryPerson(
        key=f"oidc:{proven.subject}",
        dn="",
        username=proven.subject,
        employee_number=proven.employee_number,
        mail=proven.mail,
        display_name=None,
        groups=proven.groups,
    )


def keep_proof(  # noqa: PLR0913 - each is one plain fact
    db: "Session",
    settings: "Settings",
    person: DirectoryPerson,
    *,
    path: str,
    about: str,
    by: "Identity",
    now: datetime,
    today: date,
) -> str:
    """Keep that somebody proved who they are, for one signature in this browser; give their name.

    :raises SignInRefusedError: for somebody who does not work in this organisation.
    """
    for place in find_places(db, settings, person, today=today, method=PROVIDER):
        if place.staff_member.organisation_id == by.organisation_id:
            held_proofs.hold(db, place.staff_member, path=path, about=about, by=by, now=now)
            return place.staff_member.name
    raise SignInRefusedError(Refusal.NOT_HERE, method=PROVIDER)


def _unavailable(problem: ProviderUnavailableError) -> SignInRefusedError:
    log.warning("sign_in.provider_unavailable", kind=str(problem.kind), why=str(problem))
    is_ours = problem.kind in {Outage.SETUP, Outage.CERTIFICATE}
    return SignInRefusedError(Refusal.PROVIDER_SETUP if is_ours else Refusal.PROVIDER_DOWN)
