"""Who may do what, written out by hand a second time, for an auditor to read.

One record is looked at by nine people: the person it is about (own), the one who manages them
today (manager), who managed them before (former), a buddy who was given an item of it (buddy),
somebody else who works there (worker), the holders of the three roles, somebody of another
organisation with the manager's number (elsewhere), and whoever is not signed in (nobody).
"""

import pytest

from tracker.models import (
    Appraisal,
    Barrier,
    Goal,
    Induction,
    InductionStage,
    OrganisationUnit,
    PracticeForm,
    StaffMember,
)
from tracker.security.contexts import (
    AppraisalInView,
    BarrierInView,
    GoalInView,
    InductionInView,
    OutcomesInView,
    PracticeInView,
    StaffInView,
)
from tracker.security.identity import Identity, Role
from tracker.security.permissions import GRANTS, Permission, permits

HERE, ELSEWHERE = 1, 2
OWN, MANAGER, FORMER, BUDDY, WORKER = range(11, 16)

PEOPLE = {
    "own": Identity(staff_id=OWN, organisation_id=HERE),
    "manager": Identity(staff_id=MANAGER, organisation_id=HERE),
    "former": Identity(staff_id=FORMER, organisation_id=HERE),
    "buddy": Identity(staff_id=BUDDY, organisation_id=HERE),
    "worker": Identity(staff_id=WORKER, organisation_id=HERE),
    "quality": Identity(staff_id=21, organisation_id=HERE, roles=frozenset({Role.QUALITY_LEAD})),
    "hr": Identity(staff_id=22, organisation_id=HERE, roles=frozenset({Role.HR_OFFICER})),
    "admin": Identity(staff_id=23, organisation_id=HERE, roles=frozenset({Role.ADMINISTRATOR})),
    "elsewhere": Identity(staff_id=MANAGER, organisation_id=ELSEWHERE),
    "nobody": None,
}
Y, _ = True, False

#                                  own manager former buddy worker quality hr admin elsewhere nobody
MATRIX = {
    Permission.NOBODY:            (_,  _,      _,     _,    _,     _,      _, _,    _,        _),
    Permission.ANYBODY:           (Y,  Y,      Y,     Y,    Y,     Y,      Y, Y,    Y,        Y),
    Permission.OWN_PAGES:         (Y,  Y,      Y,     Y,    Y,     Y,      Y, Y,    Y,        _),
    Permission.READ_APPRAISAL:    (Y,  Y,      _,     _,    _,     _,      _, _,    _,        _),
    Permission.CHANGE_APPRAISAL:  (Y,  Y,      _,     _,    _,     _,      _, _,    _,        _),
    Permission.START_APPRAISAL:   (Y,  Y,      _,     _,    _,     _,      _, _,    _,        _),
    Permission.READ_GOALS:        (Y,  Y,      _,     _,    _,     _,      _, _,    _,        _),
    Permission.NOTE_PROGRESS:     (Y,  Y,      _,     _,    _,     _,      _, _,    _,        _),
    Permission.ANSWER_BARRIER:    (_,  Y,      _,     Y,    _,     _,      _, _,    _,        _),
    Permission.READ_INDUCTION:    (Y,  Y,      _,     Y,    _,     _,      _, _,    _,        _),
    Permission.CHANGE_INDUCTION:  (Y,  Y,      _,     _,    _,     _,      _, _,    _,        _),
    Permission.LEAD_INDUCTION:    (_,  Y,      _,     _,    _,     _,      _, _,    _,        _),
    Permission.PRACTISE:          (Y,  _,      _,     _,    _,     _,      _, _,    _,        _),
    Permission.READ_DATES:        (_,  _,      _,     _,    _,     _,      Y, _,    _,        _),
    Permission.READ_IMPORTS:      (_,  _,      _,     _,    _,     _,      _, Y,    _,        _),
    Permission.READ_OUTCOMES:     (Y,  Y,      _,     _,    _,     Y,      _, _,    _,        _),
}  # fmt: skip


def induction(stage=InductionStage.UNDER_WAY):
    return InductionInView(
        induction=Induction(
            organisation_id=HERE,
            staff_member_id=OWN,
            manager_id=MANAGER,
            buddy_id=BUDDY,
            stage=stage,
        ),
        manager_ids=frozenset({MANAGER}),
    )


def appraisal(appraiser_id=MANAGER):
    return AppraisalInView(
        appraisal=Appraisal(organisation_id=HERE, appraisee_id=OWN, appraiser_id=appraiser_id),
        manager_ids=frozenset({MANAGER}),
    )


def goal(*, is_signed, appraiser_ids=()):
    return GoalInView(
        goal=Goal(organisation_id=HERE, staff_member_id=OWN),
        manager_ids=frozenset({MANAGER}),
        is_signed=is_signed,
        appraiser_ids=frozenset(appraiser_ids),
    )


#: What is looked at under a permission, by the noun that begins its name.
RECORDS = {
    "appraisal": appraisal(),
    "person": StaffInView(
        staff_member=StaffMember(id=OWN, organisation_id=HERE), manager_ids=frozenset({MANAGER})
    ),
    "goal": goal(is_signed=True),
    "barrier": BarrierInView(
        barrier=Barrier(organisation_id=HERE, staff_member_id=OWN, owner_id=BUDDY),
        manager_ids=frozenset({MANAGER}),
    ),
    "induction": induction(),
    "practice": PracticeInView(form=PracticeForm(organisation_id=HERE, staff_member_id=OWN)),
    # of the unit where "own" works, under "manager"
    "outcomes": OutcomesInView(
        organisation_id=HERE,
        unit=OrganisationUnit(id=31, organisation_id=HERE),
        own_to=frozenset({OWN, MANAGER}),
        own_unit_ids=frozenset(),
    ),
}


def record_for(permission):
    return RECORDS.get(permission.value.partition(":")[0])


@pytest.mark.parametrize("permission", MATRIX, ids=str)
def test_the_table_of_permissions_says_what_is_written_here(permission):
    record = record_for(permission)

    allowed = {who: permits(identity, permission, record) for who, identity in PEOPLE.items()}

    assert allowed == dict(zip(PEOPLE, MATRIX[permission], strict=True))


def test_every_permission_is_in_the_matrix():
    assert set(MATRIX) == set(Permission) == set(GRANTS)


def test_a_buddy_sees_an_induction_only_while_it_lasts():
    over = induction(InductionStage.COMPLETE)

    assert not permits(PEOPLE["buddy"], Permission.READ_INDUCTION, over)
    assert permits(PEOPLE["manager"], Permission.READ_INDUCTION, over)


def test_a_new_manager_does_not_see_the_appraisal_of_the_one_before():
    with_former = appraisal(appraiser_id=FORMER)

    assert not permits(PEOPLE["manager"], Permission.READ_APPRAISAL, with_former)
    assert not permits(PEOPLE["former"], Permission.READ_APPRAISAL, with_former)
    assert permits(PEOPLE["own"], Permission.READ_APPRAISAL, with_former)


def test_a_goal_that_nobody_signed_is_for_the_two_who_agreed_it():
    unsigned = goal(is_signed=False, appraiser_ids={FORMER})

    assert not permits(PEOPLE["manager"], Permission.NOTE_PROGRESS, unsigned)
    assert permits(
        PEOPLE["manager"],
        Permission.NOTE_PROGRESS,
        goal(is_signed=False, appraiser_ids={MANAGER}),
    )
