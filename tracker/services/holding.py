"""Holds a record while it is changed, so that two writers take turns."""

from typing import TYPE_CHECKING

from sqlalchemy import inspect, select

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tracker.models import Base


def hold(db: "Session", record: "Base") -> None:
    """Lock the row and read it anew: what is compared next is what is kept."""
    db.flush()
    mapper = inspect(type(record))
    (key,) = mapper.primary_key
    db.scalars(
        select(type(record))
        .where(key == mapper.primary_key_from_instance(record)[0])
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
