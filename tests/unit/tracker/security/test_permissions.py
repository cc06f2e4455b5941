"""Who may do what, written out by hand a second time, for an auditor to read.

One record is looked at by nine people: the person it is about (own), the one who manages them
today (manager), who managed them before (former), a buddy who was given an item of it (buddy),
somebody else who works there (worker), the holders of the three roles, somebody of another
organisation with the manager's number (elsewhere), and whoever is not signed in (nobody).
"""

import pytest

from tracker.models import (
    Appraisal,
    AppraisalStage,
    Barrier,
    Champion,
    ChampionRequest,
    DigitalSystem,
    Evidence,
    Framework,
    FrameworkState,
    Goal,
    GoalOffer,
    Induction,
    InductionStage,
    InductionTask,
    OrganisationUnit,
    OutcomeMeasure,
    PracticeForm,
    RegisteredComparison,
    StaffMember,
    StandIn,
    SurveyRound,
    Verification,
)
from tracker.security.champion_context import RequestInView
from tracker.security.contexts import (
    AppraisalInView,
    BarrierInView,
    GoalInView,
    InductionInView,
    OutcomesInView,
    PracticeInView,
    StaffInView,
    StandInInView,
    SystemInView,
)
from tracker.security.evidence_context import EvidenceInView
from tracker.security.framework_contexts import FrameworkInView
from tracker.security.identity import Identity, Role
from tracker.security.induction_contexts import GivenTaskInView
from tracker.security.measure_contexts import ComparisonInView, MeasureInView
from tracker.security.offers import OfferInView
from tracker.security.permissions import GRANTS, Permission, permits
from tracker.security.rules import is_second_appraiser, stands_in
from tracker.security.survey_contexts import SurveyInView, VerificationInView

HERE, ELSEWHERE = 1, 2
OWN, MANAGER, FORMER, BUDDY, WORKER, STAND_IN, SECOND = range(11, 18)

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
    Permission.ANSWER_SURVEY:     (Y,  _,      _,     _,    _,     _,      _, _,    _,        _),
    Permission.RUN_SURVEY:        (_,  _,      _,     _,    _,     Y,      _, _,    _,        _),
    Permission.READ_NEEDS:        (_,  _,      _,     _,    _,     Y,      _, _,    _,        _),
    Permission.READ_PUBLISHED:    (Y,  Y,      Y,     Y,    Y,     Y,      Y, Y,    Y,        _),
    Permission.PUBLISH_REPORTS:   (_,  _,      _,     _,    _,     Y,      _, _,    _,        _),
    Permission.KEEP_FEED_KEYS:    (_,  _,      _,     _,    _,     Y,      _, _,    _,        _),
    Permission.READ_VERIFICATION: (Y,  Y,      _,     _,    _,     _,      _, _,    _,        _),
    Permission.VERIFY:            (_,  Y,      _,     _,    _,     _,      _, _,    _,        _),
    Permission.ASK_VERIFICATION:  (Y,  _,      _,     _,    _,     _,      _, _,    _,        _),
    Permission.NOBODY:            (_,  _,      _,     _,    _,     _,      _, _,    _,        _),
    Permission.ANYBODY:           (Y,  Y,      Y,     Y,    Y,     Y,      Y, Y,    Y,        Y),
    Permission.OWN_PAGES:         (Y,  Y,      Y,     Y,    Y,     Y,      Y, Y,    Y,        _),
    Permission.READ_APPRAISAL:    (Y,  Y,      _,     _,    _,     _,      _, _,    _,        _),
    Permission.CHANGE_APPRAISAL:  (Y,  Y,      _,     _,    _,     _,      _, _,    _,        _),
    Permission.PREPARE_APPRAISAL: (Y,  Y,      _,     _,    _,     _,      _, _,    _,        _),
    Permission.SIGN_APPRAISAL:    (Y,  Y,      _,     _,    _,     _,      _, _,    _,        _),
    Permission.PROPOSE_SECOND:    (Y,  Y,      _,     _,    _,     _,      _, _,    _,        _),
    Permission.AGREE_SECOND:      (Y,  _,      _,     _,    _,     _,      _, _,    _,        _),
    Permission.END_SECOND:        (Y,  Y,      _,     _,    _,     _,      _, _,    _,        _),
    Permission.NAME_STAND_INS:    (_,  _,      _,     _,    _,     _,      Y, Y,    _,        _),
    Permission.END_STAND_IN:      (_,  Y,      _,     _,    _,     _,      Y, Y,    _,        _),
    Permission.START_APPRAISAL:   (Y,  Y,      _,     _,    _,     _,      _, _,    _,        _),
    Permission.READ_GOALS:        (Y,  Y,      _,     _,    _,     _,      _, _,    _,        _),
    Permission.NOTE_PROGRESS:     (Y,  Y,      _,     _,    _,     _,      _, _,    _,        _),
    Permission.OFFER_GOALS:       (_,  _,      _,     _,    _,     Y,      _, Y,    _,        _),
    Permission.ANSWER_OFFER:      (Y,  _,      _,     _,    _,     _,      _, _,    _,        _),
    Permission.REVIEW_OFFER:      (_,  _,      _,     Y,    _,     Y,      _, Y,    _,        _),
    Permission.KEEP_RESOURCES:    (_,  _,      _,     _,    _,     _,      _, Y,    _,        _),
    Permission.OWN_SIDE:          (Y,  Y,      _,     _,    _,     _,      _, _,    _,        _),
    Permission.BRING_OUTCOMES:    (Y,  _,      _,     _,    _,     _,      _, _,    _,        _),
    Permission.ANSWER_BARRIER:    (_,  Y,      _,     Y,    _,     _,      _, _,    _,        _),
    Permission.READ_EVIDENCE:     (Y,  Y,      _,     _,    _,     _,      _, _,    _,        _),
    Permission.CHANGE_EVIDENCE:   (Y,  _,      _,     _,    _,     _,      _, _,    _,        _),
    Permission.READ_INDUCTION:    (Y,  Y,      _,     Y,    _,     _,      _, _,    _,        _),
    Permission.CHANGE_INDUCTION:  (Y,  Y,      _,     _,    _,     _,      _, _,    _,        _),
    Permission.LEAD_INDUCTION:    (_,  Y,      _,     _,    _,     _,      _, _,    _,        _),
    Permission.DO_GIVEN_TASK:     (_,  _,      _,     Y,    _,     _,      _, _,    _,        _),
    Permission.WRITE_TEMPLATES:   (_,  _,      _,     _,    _,     _,      _, Y,    _,        _),
    Permission.PRACTISE:          (Y,  _,      _,     _,    _,     _,      _, _,    _,        _),
    Permission.WRITE_SCREENS:     (_,  _,      _,     _,    _,     _,      _, _,    _,        _),
    Permission.EXPORT_TO_HR:      (_,  _,      _,     _,    _,     _,      Y, _,    _,        _),
    Permission.READ_DATES:        (_,  _,      _,     _,    _,     _,      Y, _,    _,        _),
    Permission.SET_RETENTION:     (_,  _,      _,     _,    _,     _,      _, Y,    _,        _),
    Permission.READ_CYCLES:       (_,  _,      _,     _,    _,     _,      Y, Y,    _,        _),
    Permission.CHANGE_CYCLES:     (_,  _,      _,     _,    _,     _,      _, Y,    _,        _),
    Permission.READ_IMPORTS:      (_,  _,      _,     _,    _,     _,      Y, Y,    _,        _),
    Permission.READ_LINE:         (Y,  Y,      _,     _,    _,     _,      Y, _,    _,        _),
    Permission.DISPUTE_LINE:      (Y,  Y,      _,     _,    _,     _,      _, _,    _,        _),
    Permission.SET_LINE:          (_,  _,      _,     _,    _,     _,      Y, _,    _,        _),
    Permission.MEND_LINES:        (_,  _,      _,     _,    _,     _,      Y, _,    _,        _),
    Permission.LINK_STAFF:        (_,  _,      _,     _,    _,     _,      _, Y,    _,        _),
    Permission.KEEP_FEEDS:        (_,  _,      _,     _,    _,     Y,      _, Y,    _,        _),
    Permission.BRING_TABLES:      (_,  _,      _,     _,    _,     _,      _, Y,    _,        _),
    Permission.DRAW_MAPS:         (_,  _,      _,     _,    _,     Y,      _, Y,    _,        _),
    Permission.KEEP_SOURCES:      (_,  _,      _,     _,    _,     _,      _, Y,    _,        _),
    Permission.KEEP_CONNECTIONS:  (_,  _,      _,     _,    _,     _,      _, Y,    _,        _),
    Permission.KEEP_JOBS:         (_,  _,      _,     _,    _,     _,      _, Y,    _,        _),
    Permission.KEEP_MAIL:         (_,  _,      _,     _,    _,     _,      _, Y,    _,        _),
    Permission.READ_SYSTEMS:      (Y,  Y,      Y,     Y,    Y,     Y,      Y, Y,    Y,        _),
    Permission.MANAGE_SYSTEMS:    (_,  _,      _,     _,    _,     _,      _, Y,    _,        _),
    Permission.READ_SYSTEM:       (Y,  Y,      Y,     Y,    Y,     Y,      Y, Y,    _,        _),
    Permission.CHANGE_SYSTEM:     (Y,  _,      _,     _,    _,     _,      _, Y,    _,        _),
    Permission.MANAGE_SYSTEM:     (_,  _,      _,     _,    _,     _,      _, Y,    _,        _),
    Permission.READ_FRAMEWORK:    (Y,  _,      _,     Y,    _,     _,      _, Y,    _,        _),
    Permission.CHANGE_FRAMEWORK:  (Y,  _,      _,     _,    _,     _,      _, Y,    _,        _),
    Permission.REVIEW_FRAMEWORK:  (_,  _,      _,     Y,    _,     _,      _, _,    _,        _),
    Permission.LEAD_FRAMEWORK:    (_,  _,      _,     _,    _,     _,      _, Y,    _,        _),
    Permission.MANAGE_FRAMEWORKS: (_,  _,      _,     _,    _,     _,      _, Y,    _,        _),
    Permission.MANAGE_PROFILES:   (_,  _,      _,     _,    _,     _,      _, Y,    _,        _),
    Permission.READ_CHAMPIONS:    (Y,  Y,      Y,     Y,    Y,     Y,      Y, Y,    Y,        _),
    Permission.COUNT_CHAMPIONS:   (_,  _,      _,     _,    _,     Y,      _, Y,    _,        _),
    Permission.ANSWER_REQUEST:    (_,  _,      _,     Y,    _,     _,      _, _,    _,        _),
    Permission.THANK_CHAMPION:    (Y,  Y,      _,     _,    _,     _,      _, _,    _,        _),
    Permission.READ_OUTCOMES:     (Y,  Y,      _,     _,    _,     Y,      _, _,    _,        _),
    Permission.READ_MEASURES:     (Y,  Y,      Y,     Y,    Y,     Y,      Y, Y,    Y,        _),
    Permission.KEEP_MEASURES:     (_,  _,      _,     _,    _,     Y,      _, _,    _,        _),
    Permission.READ_MEASURE:      (Y,  Y,      Y,     Y,    Y,     Y,      Y, Y,    _,        _),
    Permission.CHANGE_MEASURE:    (_,  _,      _,     _,    _,     Y,      _, _,    _,        _),
    Permission.READ_COMPARISON:   (_,  _,      _,     _,    _,     Y,      _, _,    _,        _),
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


def appraisal(appraiser_id=MANAGER, stage=AppraisalStage.OPEN):
    return AppraisalInView(
        appraisal=Appraisal(
            organisation_id=HERE, appraisee_id=OWN, appraiser_id=appraiser_id, stage=stage
        ),
        manager_ids=frozenset({MANAGER}),
        stand_in_ids=frozenset({STAND_IN}),
        second_appraiser_ids=frozenset({SECOND}),
    )


def goal(*, is_signed, appraiser_ids=()):
    return GoalInView(
        goal=Goal(organisation_id=HERE, staff_member_id=OWN),
        manager_ids=frozenset({MANAGER}),
        is_signed=is_signed,
        appraiser_ids=frozenset(appraiser_ids),
        helper_ids=frozenset({STAND_IN, SECOND}),
    )


def framework(state=FrameworkState.IN_REVIEW):
    """Give a version that "own" writes and "buddy" is asked to read."""
    return FrameworkInView(
        framework=Framework(organisation_id=HERE, state=state),
        author_ids=frozenset({OWN}),
        reader_ids=frozenset({BUDDY}),
    )


#: What is looked at under a permission, by the noun that begins its name.
RECORDS = {
    "survey": SurveyInView(survey=SurveyRound(organisation_id=HERE), invited=frozenset({OWN})),
    "verification": VerificationInView(
        verification=Verification(organisation_id=HERE, staff_member_id=OWN, verifier_id=MANAGER)
    ),
    "appraisal": appraisal(),
    "person": StaffInView(
        staff_member=StaffMember(id=OWN, organisation_id=HERE), manager_ids=frozenset({MANAGER})
    ),
    "goal": goal(is_signed=True),
    "barrier": BarrierInView(
        barrier=Barrier(organisation_id=HERE, staff_member_id=OWN, owner_id=BUDDY),
        manager_ids=frozenset({MANAGER}),
        stand_in_ids=frozenset({STAND_IN}),
    ),
    "stand_in": StandInInView(stand_in=StandIn(organisation_id=HERE, manager_id=MANAGER)),
    # offered to "own", and "buddy" answers for it
    "offer": OfferInView(
        offer=GoalOffer(organisation_id=HERE, owner_id=BUDDY), offered_to=frozenset({OWN})
    ),
    "induction": induction(),
    "evidence": EvidenceInView(
        evidence=Evidence(organisation_id=HERE, staff_member_id=OWN), shown_to=frozenset({MANAGER})
    ),
    # "manager" asked "buddy", who said yes, to help "own"
    "request": RequestInView(
        request=ChampionRequest(
            organisation_id=HERE,
            person_id=OWN,
            asked_by_id=MANAGER,
            champion=Champion(organisation_id=HERE, staff_member_id=BUDDY),
        ),
        is_accepted=True,
    ),
    # looked after by "own"
    "system": SystemInView(
        system=DigitalSystem(organisation_id=HERE, owner_id=OWN), is_listed=True
    ),
    # given to the one who is named for such tasks there
    "task": GivenTaskInView(
        task=InductionTask(organisation_id=HERE, induction=induction().induction),
        helper_ids=frozenset({BUDDY}),
    ),
    "framework": framework(),
    "practice": PracticeInView(form=PracticeForm(organisation_id=HERE, staff_member_id=OWN)),
    "measure": MeasureInView(measure=OutcomeMeasure(organisation_id=HERE)),
    "comparison": ComparisonInView(comparison=RegisteredComparison(organisation_id=HERE)),
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


def test_a_trainer_writes_screens_and_has_nothing_else_of_the_role():
    trainer = Identity(staff_id=24, organisation_id=HERE, roles=frozenset({Role.TRAINER}))
    allowed = {one for one in Permission if permits(trainer, one, record_for(one))}

    assert allowed == EVERYBODYS | {Permission.WRITE_SCREENS}


#: What those may do who help with one open appraisal: who stands in for the manager, and the
#: second appraiser whom the person agreed to. Everything else is refused to them.
HELPERS = {
    Permission.OWN_SIDE: {STAND_IN, SECOND},
    Permission.READ_APPRAISAL: {STAND_IN, SECOND},
    Permission.CHANGE_APPRAISAL: {STAND_IN, SECOND},
    Permission.SIGN_APPRAISAL: {STAND_IN},
    Permission.END_SECOND: {SECOND},
    Permission.NOTE_PROGRESS: {STAND_IN, SECOND},
    Permission.ANSWER_BARRIER: {STAND_IN},
}
EVERYBODYS = {
    Permission.ANYBODY,
    Permission.OWN_PAGES,
    Permission.READ_SYSTEMS,
    Permission.READ_SYSTEM,
    Permission.READ_CHAMPIONS,
    Permission.READ_MEASURES,
    Permission.READ_MEASURE,
    Permission.READ_PUBLISHED,
}


def helpers_allowed(permission, record):
    return {
        who
        for who in (STAND_IN, SECOND)
        if permits(Identity(staff_id=who, organisation_id=HERE), permission, record)
    }


@pytest.mark.parametrize("permission", sorted(set(MATRIX) - EVERYBODYS), ids=str)
def test_who_helps_with_an_appraisal_sees_that_and_nothing_else(permission):
    allowed = helpers_allowed(permission, record_for(permission))

    assert allowed == HELPERS.get(permission, set())


@pytest.mark.parametrize("stage", [AppraisalStage.SIGNED, AppraisalStage.WITHDRAWN])
def test_their_part_ends_with_the_appraisal(stage):
    closed = appraisal(stage=stage)

    assert helpers_allowed(Permission.READ_APPRAISAL, closed) == set()


def test_nobody_stands_in_for_somebody_who_does_not_manage_any_more():
    assert helpers_allowed(Permission.READ_APPRAISAL, appraisal(appraiser_id=FORMER)) == {SECOND}


def test_nobody_helps_with_their_own_appraisal_or_in_another_organisation():
    mine = AppraisalInView(
        appraisal=Appraisal(
            organisation_id=HERE,
            appraisee_id=OWN,
            appraiser_id=MANAGER,
            stage=AppraisalStage.OPEN,
        ),
        manager_ids=frozenset({MANAGER}),
        stand_in_ids=frozenset({OWN}),
        second_appraiser_ids=frozenset({OWN}),
    )
    elsewhere = Identity(staff_id=STAND_IN, organisation_id=ELSEWHERE)

    assert not stands_in(PEOPLE["own"], mine)
    assert not is_second_appraiser(PEOPLE["own"], mine)
    assert not permits(elsewhere, Permission.READ_APPRAISAL, appraisal())


def test_a_system_that_nobody_has_checked_is_for_the_administrator():
    told = SystemInView(system=DigitalSystem(organisation_id=HERE, owner_id=OWN), is_listed=False)

    assert not permits(PEOPLE["own"], Permission.READ_SYSTEM, told)
    assert not permits(PEOPLE["own"], Permission.CHANGE_SYSTEM, told)
    assert permits(PEOPLE["admin"], Permission.READ_SYSTEM, told)


@pytest.mark.parametrize("state", sorted(set(FrameworkState) - {FrameworkState.IN_REVIEW}))
def test_who_is_asked_to_read_a_framework_sees_it_only_while_it_is_being_read(state):
    other = framework(state)

    assert not permits(PEOPLE["buddy"], Permission.READ_FRAMEWORK, other)
    assert not permits(PEOPLE["buddy"], Permission.REVIEW_FRAMEWORK, other)
    assert permits(PEOPLE["own"], Permission.READ_FRAMEWORK, other)
