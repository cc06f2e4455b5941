"""Which version of each framework counts on a day, and for an appraisal that began on a day.

These are conditions for a query on `Framework`, so that whoever needs them joins and asks once.
"""

from sqlalchemy import ColumnElement, and_, exists, not_, or_
from sqlalchemy.orm import aliased

from tracker.models import FROZEN, Framework, FrameworkState
from tracker.models.base import Day


def in_use_on(day: Day) -> ColumnElement[bool]:
    """Choose the versions that count for what begins on this day: at most one of a framework.

    A version that has been put away is not taken up again by an older one.
    """
    later = aliased(Framework)
    return and_(
        _out_by(Framework, day),
        not_(_over_on(day)),
        ~exists().where(_is_later(later), _out_by(later, day)),
    )


def begun_under(opened_on: Day, *, today: Day) -> ColumnElement[bool]:
    """Choose the versions for what opened on a day, whatever was published or put away since.

    What opened on the very day of a publication goes on with the version that was there before.
    Where no framework was there at all, it takes up what is in use today.
    """
    later, any_before = aliased(Framework), aliased(Framework)
    before = and_(
        _out_before(Framework, opened_on),
        not_(_over_on(opened_on)),
        ~exists().where(_is_later(later), _out_before(later, opened_on)),
    )
    nothing_before = ~exists().where(
        any_before.organisation_id == Framework.organisation_id,
        _out_before(any_before, opened_on),
    )
    return or_(before, and_(nothing_before, in_use_on(today)))


def _is_later(other: type[Framework]) -> ColumnElement[bool]:
    return and_(
        other.organisation_id == Framework.organisation_id,
        other.key == Framework.key,
        other.version > Framework.version,
    )


def _out_by(version: type[Framework], day: Day) -> ColumnElement[bool]:
    """Say that it was published by then; without a day, before days were kept."""
    return and_(
        version.state.in_(FROZEN), or_(version.published_on.is_(None), version.published_on <= day)
    )


def _out_before(version: type[Framework], day: Day) -> ColumnElement[bool]:
    return and_(
        version.state.in_(FROZEN), or_(version.published_on.is_(None), version.published_on < day)
    )


def _over_on(day: Day) -> ColumnElement[bool]:
    """Say that its last day is past; put away without a day is over at once."""
    return or_(
        and_(Framework.retires_on.is_(None), Framework.state == FrameworkState.RETIRED),
        and_(Framework.retires_on.is_not(None), Framework.retires_on < day),
    )
