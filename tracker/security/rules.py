"""The rules that the table of permissions is made of. Each asks one question of one record.

A rule that looks at a record refuses another organisation's before it looks further.
"""

from typing import TYPE_CHECKING

from tracker.models import FrameworkState, VerificationOutcome
from tracker.security.identity import Identity, Role

if TYPE_CHECKING:
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
    from tracker.security.induction_contexts import GivenTaskInView
    from tracker.security.measure_contexts import ComparisonInView, MeasureInView
    from tracker.security.offers import OfferInView
    from tracker.security.survey_contexts import SurveyInView, VerificationInView


def is_anybody(_who: Identity, _subject: object) -> bool:
    return True


def is_signed_in(_who: Identity, _subject: object) -> bool:
    return True


def is_hr_officer(who: Identity, _subject: object) -> bool:
    return who.has_role(Role.HR_OFFICER)


def is_trainer(who: Identity, _subject: object) -> bool:
    return who.has_role(Role.TRAINER)


def is_administrator(who: Identity, _subject: object) -> bool:
    return who.has_role(Role.ADMINISTRATOR)


def has_quality_role(who: Identity, _subject: object) -> bool:
    return who.has_role(Role.QUALITY_LEAD)


def is_offered_to(who: Identity, subject: "OfferInView") -> bool:
    """Say whether this person is in the group that the goal is offered to."""
    return (
        subject.offer.organisation_id == who.organisation_id and who.staff_id in subject.offered_to
    )


def owns_offer(who: Identity, subject: "OfferInView") -> bool:
    offer = subject.offer
    return offer.organisation_id == who.organisation_id and offer.owner_id == who.staff_id


def is_quality_lead(who: Identity, _subject: object) -> bool:
    return who.has_role(Role.QUALITY_LEAD)


def is_starter(who: Identity, subject: "InductionInView") -> bool:
    induction = subject.induction
    return (
        induction.organisation_id == who.organisation_id
        and induction.staff_member_id == who.staff_id
    )


def manages_starter(who: Identity, subject: "InductionInView") -> bool:
    """Say whether the reporting line, today, makes this person the starter's manager."""
    return (
        subject.induction.organisation_id == who.organisation_id
        and who.staff_id in subject.manager_ids
    )


def is_buddy(who: Identity, subject: "InductionInView") -> bool:
    """Say whether this is the buddy, while the induction lasts."""
    induction = subject.induction
    return (
        induction.organisation_id == who.organisation_id
        and induction.buddy_id == who.staff_id
        and induction.is_under_way
    )


def helps_with_task(who: Identity, subject: "GivenTaskInView") -> bool:
    """Say whether this task was given to them: as IT or trainer for the starter's unit."""
    return (
        subject.task.organisation_id == who.organisation_id
        and who.staff_id in subject.helper_ids
        and subject.task.induction.is_under_way
    )


def practises(who: Identity, subject: "PracticeInView") -> bool:
    """Say whether the form was drawn for this person."""
    form = subject.form
    return form.organisation_id == who.organisation_id and form.staff_member_id == who.staff_id


def leads_quality(who: Identity, subject: "OutcomesInView") -> bool:
    return subject.organisation_id == who.organisation_id and who.has_role(Role.QUALITY_LEAD)


def is_own_unit(who: Identity, subject: "OutcomesInView") -> bool:
    """Say whether somebody works in this unit, or manages somebody who does."""
    return subject.organisation_id == who.organisation_id and who.staff_id in subject.own_to


def has_measure(who: Identity, subject: "MeasureInView") -> bool:
    return subject.measure.organisation_id == who.organisation_id


def keeps_measure(who: Identity, subject: "MeasureInView") -> bool:
    return has_measure(who, subject) and who.has_role(Role.QUALITY_LEAD)


def keeps_comparison(who: Identity, subject: "ComparisonInView") -> bool:
    is_ours = subject.comparison.organisation_id == who.organisation_id
    return is_ours and who.has_role(Role.QUALITY_LEAD)


def runs_survey(who: Identity, subject: "SurveyInView") -> bool:
    return subject.survey.organisation_id == who.organisation_id and who.has_role(Role.QUALITY_LEAD)


def is_asked(who: Identity, subject: "SurveyInView") -> bool:
    return subject.survey.organisation_id == who.organisation_id and who.staff_id in subject.invited


def asked_to_verify(who: Identity, subject: "VerificationInView") -> bool:
    """Say whether this person is asked. Once it is taken back they see nothing of it."""
    one = subject.verification
    return (
        one.organisation_id == who.organisation_id
        and one.verifier_id == who.staff_id
        and not any(step.outcome is VerificationOutcome.WITHDRAWN for step in one.steps)
    )


def wants_verified(who: Identity, subject: "VerificationInView") -> bool:
    one = subject.verification
    return one.organisation_id == who.organisation_id and one.staff_member_id == who.staff_id


def is_appraisee(who: Identity, subject: "AppraisalInView") -> bool:
    appraisal = subject.appraisal
    return (
        appraisal.organisation_id == who.organisation_id and appraisal.appraisee_id == who.staff_id
    )


def is_appraiser(who: Identity, subject: "AppraisalInView") -> bool:
    """Say whether this is the one who appraises, and still is the manager today."""
    appraisal = subject.appraisal
    return (
        appraisal.organisation_id == who.organisation_id
        and appraisal.appraiser_id == who.staff_id
        and who.staff_id in subject.manager_ids
    )


def is_second_appraiser(who: Identity, subject: "AppraisalInView") -> bool:
    """Say whether the appraisee agreed to this person. It ends with the appraisal."""
    appraisal = subject.appraisal
    return (
        appraisal.organisation_id == who.organisation_id
        and appraisal.is_open
        and appraisal.appraisee_id != who.staff_id
        and who.staff_id in subject.second_appraiser_ids
    )


def stands_in(who: Identity, subject: "AppraisalInView") -> bool:
    """Say whether this person holds it today in the place of a manager who still is one."""
    appraisal = subject.appraisal
    return (
        appraisal.organisation_id == who.organisation_id
        and appraisal.is_open
        and appraisal.appraisee_id != who.staff_id
        and appraisal.appraiser_id in subject.manager_ids
        and who.staff_id in subject.stand_in_ids
    )


def is_oneself(who: Identity, subject: "StaffInView") -> bool:
    person = subject.staff_member
    return person.organisation_id == who.organisation_id and person.id == who.staff_id


def manages_person(who: Identity, subject: "StaffInView") -> bool:
    return (
        subject.staff_member.organisation_id == who.organisation_id
        and who.staff_id in subject.manager_ids
    )


def has_goal(who: Identity, subject: "GoalInView") -> bool:
    goal = subject.goal
    return goal.organisation_id == who.organisation_id and goal.staff_member_id == who.staff_id


def manages_goal(who: Identity, subject: "GoalInView") -> bool:
    """Say whether a manager of today may see it: it is signed, or agreed with them just now."""
    return (
        subject.goal.organisation_id == who.organisation_id
        and who.staff_id in subject.manager_ids
        and (subject.is_signed or who.staff_id in subject.appraiser_ids)
    )


def helps_with_goal(who: Identity, subject: "GoalInView") -> bool:
    """Say whether this person stands in, or was agreed to, in an open appraisal that has it."""
    return (
        subject.goal.organisation_id == who.organisation_id and who.staff_id in subject.helper_ids
    )


def owns_barrier(who: Identity, subject: "BarrierInView") -> bool:
    """Say whether it was given to this person to sort out."""
    barrier = subject.barrier
    return barrier.organisation_id == who.organisation_id and barrier.owner_id == who.staff_id


def manages_barrier(who: Identity, subject: "BarrierInView") -> bool:
    return (
        subject.barrier.organisation_id == who.organisation_id
        and who.staff_id in subject.manager_ids
    )


def stands_in_for_barrier(who: Identity, subject: "BarrierInView") -> bool:
    return (
        subject.barrier.organisation_id == who.organisation_id
        and who.staff_id in subject.stand_in_ids
    )


def is_stood_in_for(who: Identity, subject: "StandInInView") -> bool:
    stand_in = subject.stand_in
    return stand_in.organisation_id == who.organisation_id and stand_in.manager_id == who.staff_id


def arranges_stand_ins(who: Identity, subject: "StandInInView") -> bool:
    """Say whether HR or an administrator of that organisation asks."""
    return subject.stand_in.organisation_id == who.organisation_id and (
        who.has_role(Role.HR_OFFICER) or who.has_role(Role.ADMINISTRATOR)
    )


def has_evidence(who: Identity, subject: "EvidenceInView") -> bool:
    evidence = subject.evidence
    return (
        evidence.organisation_id == who.organisation_id and evidence.staff_member_id == who.staff_id
    )


def was_shown_evidence(who: Identity, subject: "EvidenceInView") -> bool:
    """Say whether its owner brought it to an appraisal with this person, who still manages them."""
    return (
        subject.evidence.organisation_id == who.organisation_id and who.staff_id in subject.shown_to
    )


def may_see_system(who: Identity, subject: "SystemInView") -> bool:
    """Say whether it is a system of the register: everybody who works there may see it."""
    return subject.system.organisation_id == who.organisation_id and subject.is_listed


def owns_system(who: Identity, subject: "SystemInView") -> bool:
    """Say whether this is who looks after the system."""
    return may_see_system(who, subject) and subject.system.owner_id == who.staff_id


def administers_system(who: Identity, subject: "SystemInView") -> bool:
    return subject.system.organisation_id == who.organisation_id and is_administrator(who, subject)


def administers_framework(who: Identity, subject: "FrameworkInView") -> bool:
    return subject.framework.organisation_id == who.organisation_id and who.has_role(
        Role.ADMINISTRATOR
    )


def writes_framework(who: Identity, subject: "FrameworkInView") -> bool:
    """Say whether this person is named as an author of this version."""
    return (
        subject.framework.organisation_id == who.organisation_id
        and who.staff_id in subject.author_ids
    )


def reads_framework(who: Identity, subject: "FrameworkInView") -> bool:
    """Say whether this person is asked to read this version, while it is being read."""
    return (
        subject.framework.organisation_id == who.organisation_id
        and subject.framework.state is FrameworkState.IN_REVIEW
        and who.staff_id in subject.reader_ids
    )


def was_asked(who: Identity, subject: "RequestInView") -> bool:
    """Say whether this champion was asked."""
    request = subject.request
    return (
        request.organisation_id == who.organisation_id
        and request.champion.staff_member_id == who.staff_id
    )


def asked_champion(who: Identity, subject: "RequestInView") -> bool:
    request = subject.request
    return request.organisation_id == who.organisation_id and request.asked_by_id == who.staff_id


def was_helped(who: Identity, subject: "RequestInView") -> bool:
    """Say whether it is this person whom the champion helps, once the champion said yes."""
    request = subject.request
    return (
        request.organisation_id == who.organisation_id
        and request.person_id == who.staff_id
        and subject.is_accepted
    )
