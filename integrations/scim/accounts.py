"""What an account says of its person, as plain values."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

from integrations.scim.quirks import ENTERPRISE


@dataclass(frozen=True, kw_only=True, slots=True)
class Account:
    """An account at an identity provider: only what the product needs of it."""

    user_name: str
    external_id: str | None
    is_active: bool
    employee_number: str | None
    title: str | None
    given_name: str
    family_name: str
    preferred_name: str | None
    email: str | None
    job_title: str | None
    unit_name: str | None
    cost_centre: str | None
    #: the SCIM id of the manager's account
    manager_id: str | None


def account_in(document: "Mapping[str, Any]") -> Account:
    """Read an account out of a SCIM user, as the models write one."""
    name = document.get("name") or {}
    work = document.get(ENTERPRISE) or {}
    given, family = _names(document, name)
    return Account(
        user_name=document["userName"],
        external_id=_text(document.get("externalId")),
        is_active=document.get("active") is not False,
        employee_number=_text(work.get("employeeNumber")),
        title=_text(name.get("honorificPrefix")),
        given_name=given,
        family_name=family,
        preferred_name=_text(document.get("nickName")),
        email=_mail(document.get("emails") or []),
        job_title=_text(document.get("title")),
        unit_name=_text(work.get("department")),
        cost_centre=_text(work.get("costCenter")),
        manager_id=_text((work.get("manager") or {}).get("value")),
    )


def _text(value: object) -> str | None:
    text = value.strip() if isinstance(value, str) else ""
    return text or None


def _names(document: "Mapping[str, Any]", name: "Mapping[str, Any]") -> tuple[str, str]:
    """Give both names; from the whole one, where the provider sends no parts."""
    given, family = _text(name.get("givenName")), _text(name.get("familyName"))
    if given and family:
        return given, family
    whole = _text(document.get("displayName")) or _text(name.get("formatted"))
    first, _, last = (whole or given or family or document["userName"]).rpartition(" ")
    return given or first or last, family or last


def _mail(emails: "list[Mapping[str, Any]]") -> str | None:
    """Give the mail for work: the primary one, else the one marked so, else the first."""
    ranked = sorted(
        emails, key=lambda one: (not one.get("primary"), one.get("type") not in {"work", None})
    )
    return next((mail for one in ranked if (mail := _text(one.get("value")))), None)
