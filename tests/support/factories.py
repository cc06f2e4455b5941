"""Makes records for tests. Each factory gives the plainest valid record.

Records of one test share one organisation unless it says otherwise.
"""

from datetime import UTC, date, datetime

import factory
from factory.alchemy import SQLAlchemyModelFactory

from tracker import models

_session = None
_organisation = None


def use_session(session):
    global _session, _organisation  # noqa: PLW0603 - factories are classes: nowhere else to keep it
    _session = session
    _organisation = None


def the_organisation():
    global _organisation  # noqa: PLW0603
    if _organisation is None:
        _organisation = Organisation()
    return _organisation


class Factory(SQLAlchemyModelFactory):
    class Meta:
        abstract = True
        sqlalchemy_session_factory = lambda: _session  # noqa: E731
        sqlalchemy_session_persistence = "flush"


class Organisation(Factory):
    class Meta:
        model = models.Organisation

    code = factory.Sequence(lambda n: f"R{n:02}")
    name = factory.Sequence(lambda n: f"Trust {n}")
    vpd = factory.Sequence(lambda n: f"{100 + n}")


class Ours(Factory):
    class Meta:
        abstract = True

    organisation_id = factory.LazyFunction(lambda: the_organisation().id)


class OrganisationUnit(Ours):
    class Meta:
        model = models.OrganisationUnit

    source_key = factory.Sequence(lambda n: f"U{n}")
    code = factory.Sequence(lambda n: f"C{n:04}")
    name = factory.Sequence(lambda n: f"Ward {n}")
    kind = "Ward"
    effective_from = date(2020, 4, 1)


class StaffMember(Ours):
    class Meta:
        model = models.StaffMember

    source_key = factory.Sequence(lambda n: f"P{n}")
    employee_number = factory.Sequence(lambda n: f"{20000000 + n}")
    family_name = factory.Sequence(lambda n: f"Person{n}")
    given_name = "Alex"
    email = factory.Sequence(lambda n: f"person{n}@trust.example")
    hired_on = date(2020, 4, 1)


class Post(Ours):
    class Meta:
        model = models.Post

    source_key = factory.Sequence(lambda n: f"PO{n}")
    title = "Staff Nurse"
    staff_group = "Nursing and Midwifery Registered"
    job_role = "Staff Nurse"


class Assignment(Ours):
    class Meta:
        model = models.Assignment

    source_key = factory.Sequence(lambda n: f"A{n}")
    number = factory.Sequence(lambda n: f"{20000000 + n}-1")
    staff_member = factory.SubFactory(StaffMember)
    post = factory.SubFactory(Post)
    organisation_unit = factory.SubFactory(OrganisationUnit)
    staff_group = "Nursing and Midwifery Registered"
    job_role = "Staff Nurse"
    status = "active"
    is_primary = True
    started_on = date(2020, 4, 1)
    effective_from = date(2020, 4, 1)


class ReportingLine(Ours):
    class Meta:
        model = models.ReportingLine

    staff_member = factory.SubFactory(StaffMember)
    manager = factory.SubFactory(StaffMember)
    source = models.LineSource.HR
    starts_on = date(2020, 4, 1)


class Appraisal(Ours):
    """An open appraisal of somebody by the one who manages them."""

    class Meta:
        model = models.Appraisal

    appraisee = factory.SubFactory(StaffMember)
    appraiser = factory.SubFactory(StaffMember)
    opened_on = date(2026, 11, 1)
    due_on = date(2026, 11, 29)

    @factory.post_generation
    def line(self, create, extracted, **_kwargs):
        if create and extracted is not False:
            ReportingLine(
                staff_member=self.appraisee,
                manager=self.appraiser,
                organisation_id=self.organisation_id,
            )


class AppraisalPreparation(Ours):
    class Meta:
        model = models.AppraisalPreparation

    side = models.Side.APPRAISEE
    went_well = "I use the new drug charts every day."


class SecondAppraiser(Ours):
    """Somebody whom the appraisee agreed to."""

    class Meta:
        model = models.SecondAppraiser

    staff_member = factory.SubFactory(StaffMember)
    proposed_by_id = factory.LazyAttribute(lambda self: self.staff_member.id)
    agreed_at = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


class StandIn(Ours):
    """Somebody in a manager's place, in the fortnight of the tests."""

    class Meta:
        model = models.StandIn

    manager = factory.SubFactory(StaffMember)
    delegate = factory.SubFactory(StaffMember)
    starts_on = date(2026, 11, 16)
    ends_on = date(2026, 11, 30)
    reason = models.AwayReason.AWAY
    recorded_by_id = factory.LazyAttribute(lambda self: self.manager.id)


class AppraisalExclusion(Ours):
    """Bank staff, left out since the start of the month."""

    class Meta:
        model = models.AppraisalExclusion

    kind = models.ExclusionKind.CATEGORY
    value = "Bank"
    reason = "Agreed with the bank"
    starts_on = date(2026, 11, 1)
    recorded_by_id = factory.LazyFunction(lambda: StaffMember().id)


class SealedRecord(Ours):
    class Meta:
        model = models.SealedRecord

    content = "{}"
    content_hash = "0"
    sealed_at = factory.LazyFunction(lambda: datetime(2026, 5, 20, 9, 0, tzinfo=UTC))


class Goal(Ours):
    class Meta:
        model = models.Goal

    staff_member = factory.SubFactory(StaffMember)
    wording = factory.Sequence(lambda n: f"I can answer alert {n} by myself")
    due_on = date(2027, 4, 30)


class AppraisalGoal(Ours):
    class Meta:
        model = models.AppraisalGoal


class Barrier(Ours):
    class Meta:
        model = models.Barrier

    staff_member = factory.SubFactory(StaffMember)
    kind = models.BarrierKind.HARDWARE
    description = "One computer for eleven of us"


class Induction(Ours):
    """Somebody's first months, two weeks in, with the manager whom HR names."""

    class Meta:
        model = models.Induction

    staff_member = factory.SubFactory(StaffMember, hired_on=date(2026, 11, 9))
    manager = factory.SubFactory(StaffMember)
    starts_on = date(2026, 11, 9)

    @factory.post_generation
    def line(self, create, extracted, **_kwargs):
        if create and extracted is not False:
            ReportingLine(
                staff_member=self.staff_member,
                manager=self.manager,
                organisation_id=self.organisation_id,
            )


class InductionTemplate(Ours):
    class Meta:
        model = models.InductionTemplate

    key = factory.Sequence(lambda n: f"template{n}")
    name = factory.Sequence(lambda n: f"Plan {n}")


class InductionHelper(Ours):
    """Somebody of IT who helps with the tasks of new starters everywhere."""

    class Meta:
        model = models.InductionHelper

    owner = models.TaskOwner.IT
    staff_member = factory.SubFactory(StaffMember)


class InductionTask(Ours):
    class Meta:
        model = models.InductionTask

    induction = factory.SubFactory(Induction)
    milestone_key = "day_1"
    milestone_name = "Day one"
    owner = models.TaskOwner.STARTER
    wording = "Sign in to a work computer"
    purpose = "To find out early if it works."
    position = 0
    due_on = date(2026, 11, 9)


class Signature(Ours):
    class Meta:
        model = models.Signature

    side = models.Side.APPRAISER
    signer = factory.SubFactory(StaffMember)
    content = "{}"
    content_hash = "0"
    proof = "directory"


class RoleProfile(Ours):
    class Meta:
        model = models.RoleProfile

    key = factory.Sequence(lambda n: f"profile{n}")
    name = "Ward nurses"


class DigitalSystem(Ours):
    class Meta:
        model = models.DigitalSystem

    key = factory.Sequence(lambda n: f"system{n}")
    name = factory.Sequence(lambda n: f"System {n}")
    purpose = "It shows test results."


class SystemUse(Ours):
    class Meta:
        model = models.SystemUse

    system = factory.SubFactory(DigitalSystem)


class SystemAlert(Ours):
    class Meta:
        model = models.SystemAlert

    name = "Not acted on"
    looks_like = "A bell beside the result"
    what_to_do = "Open it, and write what you did"


class GoalOffer(Ours):
    class Meta:
        model = models.GoalOffer

    wording = factory.Sequence(lambda n: f"I check who is on my screen, way {n}")
    reason = "The new drug charts come in May"
    help_offered = "Half an hour with a champion"
    due_on = date(2027, 5, 31)


class LearningResource(Ours):
    class Meta:
        model = models.LearningResource

    title = factory.Sequence(lambda n: f"Touch typing {n}")
    link = factory.Sequence(lambda n: f"https://library.trust.example/{n}")


class Evidence(Ours):
    class Meta:
        model = models.Evidence

    title = "Ran the handover"
    note = "It went well."
    form_key = factory.Sequence(str)


class Champion(Ours):
    """Somebody who offers help by day, with room for two."""

    class Meta:
        model = models.Champion

    staff_member = factory.SubFactory(StaffMember)
    helps_with = "The drug chart, and the first steps with a computer"
    hours_a_month = 2
    most_people = 2
    works = "days"
    offered_on = date(2026, 5, 1)

    @factory.post_generation
    def unit(self, create, extracted, **_kwargs):
        if create:
            Assignment(
                staff_member=self.staff_member,
                organisation_id=self.organisation_id,
                **({"organisation_unit": extracted} if extracted else {}),
            )
