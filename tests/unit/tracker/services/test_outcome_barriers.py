"""What stood in people's way, in the outcome report."""

from datetime import UTC, date, datetime

import pytest

from tracker.models import BarrierKind
from tracker.services.outcome_barriers import barriers_of
from tracker.services.outcome_series import load_tree
from tracker.services.outcome_values import Audience

TODAY = date(2026, 11, 22)
IN_TIME = datetime(2026, 5, 1, tzinfo=UTC)


@pytest.fixture
def raised(factories):
    """Twelve people of one ward, and seven of another beside it, wait for devices."""
    top = factories.OrganisationUnit(name="Division")
    wards = [factories.OrganisationUnit(parent_id=top.id) for _ in range(2)]
    for ward, number in zip(wards, (12, 7), strict=True):
        for n in range(number):
            person = factories.Assignment(organisation_unit=ward).staff_member
            factories.Barrier(
                staff_member=person,
                kind=BarrierKind.HARDWARE,
                raised_at=IN_TIME,
                fixed_on=date(2026, 6, 1) if n < 5 else None,
            )
    return top, *wards


def shown(db, organisation, unit, audience=Audience.INSIDE):
    tree = load_tree(db, organisation.id)
    return barriers_of(db, organisation.id, tree, unit.id, audience, today=TODAY)


def test_kinds_are_counted_with_what_became_of_them(db, organisation, raised):
    (one,) = shown(db, organisation, raised[0])

    assert (one.people, one.sorted_out) == (19, "About half are sorted out")
    assert shown(db, organisation, raised[0], Audience.PUBLISHED)[0].people == 20


def test_fewer_than_eight_people_are_not_shown_nor_what_would_give_them_away(
    db, organisation, raised
):
    assert shown(db, organisation, raised[2]) == ()
    assert shown(db, organisation, raised[1]) == (), "19 less 12 would give the seven"
