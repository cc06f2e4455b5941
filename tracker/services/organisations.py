"""The trusts that this installation serves."""

import re
from typing import TYPE_CHECKING

from sqlalchemy import select

from tracker.errors import InvalidInputError, NotFoundError
from tracker.models import Organisation

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

_CODE = re.compile(r"[A-Z0-9]{2,10}")
_VPD = re.compile(r"[0-9]{3}")


def find_organisation(db: "Session", code: str | None = None) -> Organisation:
    """Give the organisation with this code, or the only one there is.

    :raises NotFoundError: if there is none, or several and no code was given.
    """
    wanted = select(Organisation).order_by(Organisation.code).limit(2)
    if code is not None:
        wanted = wanted.where(Organisation.code == code.strip().upper())
    found = db.scalars(wanted).all()
    if len(found) == 1:
        return found[0]
    if found:
        raise NotFoundError("There are several organisations. Say which with --organisation CODE.")
    raise NotFoundError(
        "There is no such organisation. Add it first with: tracker organisation add CODE NAME"
    )


def get(db: "Session", organisation_id: int) -> Organisation:
    """Give the organisation that somebody is signed in to."""
    return db.get_one(Organisation, organisation_id)


def add_organisation(db: "Session", code: str, name: str, *, vpd: str | None = None) -> bool:
    """Add an organisation, or set the name and VPD of one that is there; say whether it is new.

    :raises InvalidInputError: for a code or VPD that cannot be right, or a VPD that is taken.
    """
    code, name = code.strip().upper(), name.strip()
    if not _CODE.fullmatch(code):
        raise InvalidInputError("Give the organisation's ODS code, such as RXD.")
    if not name:
        raise InvalidInputError("Give the organisation's name.")
    if vpd is not None and not _VPD.fullmatch(vpd):
        raise InvalidInputError("Give the VPD as the three digits that ESR uses, such as 900.")
    taken = vpd and db.scalar(
        select(Organisation.id).where(Organisation.vpd == vpd, Organisation.code != code)
    )
    if taken:
        raise InvalidInputError(
            "That VPD belongs to another organisation. Check it, and try again."
        )

    organisation = db.scalar(select(Organisation).where(Organisation.code == code))
    if organisation is None:
        db.add(Organisation(code=code, name=name, vpd=vpd))
        db.flush()
        return True
    organisation.name = name
    organisation.vpd = vpd or organisation.vpd
    return False
