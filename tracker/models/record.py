"""What is kept about the keeping: audit events and import runs."""

import enum
from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from tracker.models.base import (
    Base,
    Details,
    IntPk,
    Key,
    LongText,
    OrganisationId,
    PublicId,
    RecordedAt,
    ShortText,
)


class AuditKind(enum.StrEnum):
    """What can be seen in the audit trail: noun.past tense."""

    SIGNED_IN = "sign_in.succeeded"
    PRACTICE_SCREEN_CHANGED = "practice_screen.changed"
    SIGNED_OUT = "sign_in.ended"
    KEY_ISSUED = "access_token.issued"
    KEY_ROTATED = "access_token.rotated"
    HR_EXPORTED = "hr_export.made"
    SCIM_GROUP_CHANGED = "scim_group.changed"
    KEY_REVOKED = "access_token.revoked"
    APPRAISAL_OPENED = "appraisal.opened"
    APPRAISAL_READ = "appraisal.read"
    APPRAISAL_PREPARED = "appraisal.prepared"
    APPRAISAL_SHARED = "appraisal.shared"
    APPRAISAL_CHANGED = "appraisal.changed"
    APPRAISAL_SIGNED = "appraisal.signed"
    APPRAISAL_UNSIGNED = "appraisal.unsigned"
    APPRAISAL_SEALED = "appraisal.sealed"
    APPRAISAL_PRINTED = "appraisal.printed"
    APPRAISAL_ADDED_TO = "appraisal.added_to"
    SECOND_PROPOSED = "second_appraiser.proposed"
    SECOND_AGREED = "second_appraiser.agreed"
    SECOND_ENDED = "second_appraiser.ended"
    STAND_IN_NAMED = "stand_in.named"
    STAND_IN_ENDED = "stand_in.ended"
    APPRAISAL_CLOSED = "appraisal.closed"
    CYCLE_CHANGED = "appraisal_cycle.changed"
    EXCLUSION_ADDED = "appraisal_exclusion.added"
    EXCLUSION_ENDED = "appraisal_exclusion.ended"
    DATES_READ = "dates.read"
    GOALS_READ = "goal.read"
    GOAL_AGREED = "goal.agreed"
    GOAL_CHANGED = "goal.changed"
    GOAL_DROPPED = "goal.dropped"
    GOAL_PROGRESSED = "goal.progressed"
    GOAL_STEP_CHANGED = "goal.step_changed"
    GOAL_CLOSED = "goal.closed"
    GOAL_REOPENED = "goal.reopened"
    GOAL_OFFERED = "goal_offer.made"
    GOAL_OFFER_REVIEWED = "goal_offer.reviewed"
    GOAL_OFFER_ENDED = "goal_offer.ended"
    GOAL_OFFER_ANSWERED = "goal_offer.answered"
    RESOURCE_CHANGED = "learning_resource.changed"
    OUTCOME_BROUGHT = "outcome.brought"
    OUTCOME_TAKEN_BACK = "outcome.taken_back"
    BARRIER_RAISED = "barrier.raised"
    BARRIER_READ = "barrier.read"
    BARRIER_ANSWERED = "barrier.answered"
    INDUCTION_BEGUN = "induction.begun"
    INDUCTION_READ = "induction.read"
    INDUCTION_CHANGED = "induction.changed"
    INDUCTION_MOVED = "induction.moved"
    INDUCTION_ENDED = "induction.ended"
    BUDDY_LEFT = "buddy.left"
    INVITATION_MADE = "invitation.made"
    INVITATION_ERASED = "invitation.erased"
    TASK_OFFER_ANSWERED = "task_offer.answered"
    TEMPLATE_CHANGED = "template.changed"
    TEMPLATE_PUBLISHED = "template.published"
    HELPER_CHANGED = "helper.changed"
    TASK_READ = "task.read"
    TASK_DONE = "task.done"
    TASK_REOPENED = "task.reopened"
    READINESS_SIGNED = "readiness.signed"
    READINESS_SEALED = "readiness.sealed"
    DATA_TAKEN = "data.taken"
    RETENTION_SET = "retention.set"
    EVIDENCE_ADDED = "evidence.added"
    EVIDENCE_READ = "evidence.read"
    EVIDENCE_BROUGHT = "evidence.brought"
    EVIDENCE_TAKEN_BACK = "evidence.taken_back"
    EVIDENCE_PUT_AWAY = "evidence.put_away"
    TEAM_READ = "team.read"
    REPORT_READ = "report.read"
    FEED_READ = "feed.read"
    REPORT_SAVED = "report.saved"
    REPORT_CHANGED = "report.changed"
    REPORT_PUBLISHED = "report.published"
    HR_IMPORTED = "hr.imported"
    IMPORT_ASKED = "import.asked"
    IMPORT_ANSWERED = "import.answered"
    FULL_FILE_ASKED = "full_file.asked"
    REJECTED_SAVED = "rejected.saved"
    LINE_DISPUTED = "reporting_line.disputed"
    LINE_READ = "reporting_line.read"
    LINE_SETTLED = "reporting_line.settled"
    LINE_SET = "reporting_line.set"
    LINE_GIVEN_BACK = "reporting_line.given_back"
    STAFF_LINKED = "staff.linked"
    COLUMN_MAP_SAVED = "column_map.saved"
    COLUMN_MAP_REMOVED = "column_map.removed"
    CONNECTION_TESTED = "connection.tested"
    DIRECTORY_READ = "directory.read"
    DIRECTORY_SYNCED = "directory.synced"
    DIRECTORY_ROLE_ADDED = "directory_role.added"
    DIRECTORY_ROLE_ENDED = "directory_role.ended"
    OUTCOMES_IMPORTED = "outcomes.imported"
    FEEDBACK_SOURCE_CHANGED = "feedback_source.changed"
    CANDIDATE_DECIDED = "incident_candidate.decided"
    SURVEY_OPENED = "survey.opened"
    SURVEY_CLOSED = "survey.closed"
    SURVEY_REMINDED = "survey.reminded"
    SURVEY_READ = "survey.read"
    NEEDS_READ = "needs.read"
    VERIFICATION_ASKED = "verification.asked"
    VERIFICATION_READ = "verification.read"
    VERIFICATION_ANSWERED = "verification.answered"
    MEASURE_DEFINED = "measure.defined"
    MEASURE_CHANGED = "measure.changed"
    CHART_SET = "chart.set"
    COMPARISON_REGISTERED = "comparison.registered"
    COMPARISON_READ = "comparison.read"
    COMPARISON_EXPLORED = "comparison.explored"
    MAIL_TEXT_CHANGED = "mail_text.changed"
    MAIL_TIME_CHANGED = "mail_time.changed"
    MAIL_STOPPED_ACTED = "mail.acted_on"
    JOB_ACTED = "job.acted_on"
    APPOINTMENT_SET = "appointment.set"
    APPOINTMENT_CANCELLED = "appointment.cancelled"
    FRAMEWORK_IMPORTED = "framework.imported"
    FRAMEWORK_BEGUN = "framework.begun"
    FRAMEWORK_CHANGED = "framework.changed"
    FRAMEWORK_MOVED = "framework.moved"
    FRAMEWORK_AUTHOR_NAMED = "framework.author_named"
    FRAMEWORK_REVIEW_ASKED = "framework.review_asked"
    FRAMEWORK_REVIEWED = "framework.reviewed"
    FRAMEWORK_COMMENTED = "framework.commented"
    FRAMEWORK_EXPORTED = "framework.exported"
    PROFILE_ADDED = "profile.added"
    PROFILE_CHANGED = "profile.changed"
    PROFILE_REMOVED = "profile.removed"
    SYSTEM_REPORTED = "system.reported"
    SYSTEM_CHANGED = "system.changed"
    SYSTEMS_IMPORTED = "systems.imported"
    CHAMPION_OFFERED = "champion.offered"
    CHAMPION_CHANGED = "champion.changed"
    CHAMPION_ASKED = "champion.asked"
    CHAMPION_ANSWERED = "champion.answered"
    CHAMPION_THANKED = "champion.thanked"


class AuditEvent(Base):
    """Who did what, or looked at what. No foreign keys: it must outlive the records."""

    __tablename__ = "audit_event"
    __table_args__ = (
        Index(None, "organisation_id", "subject_id", "at"),
        Index(None, "organisation_id", "actor_id", "at"),
    )

    id: Mapped[IntPk]
    organisation_id: Mapped[int] = mapped_column(index=True)
    at: Mapped[RecordedAt]
    kind: Mapped[AuditKind]
    #: the staff member who did it; none for the service itself
    actor_id: Mapped[int | None]
    #: the staff member whose record it is
    subject_id: Mapped[int | None]
    #: table:id of the record
    record: Mapped[Key]
    #: why the actor was allowed: appraiser, own record, role
    reason: Mapped[Key] = mapped_column(default="")
    details: Mapped[Details]


class RunState(enum.StrEnum):
    RUNNING = "running"
    APPLIED = "applied"
    UNCHANGED = "unchanged"
    REFUSED = "refused"
    FAILED = "failed"
    #: was running when its process ended; nothing of it was kept
    INTERRUPTED = "interrupted"
    #: read and checked, and not applied: somebody has to say yes
    STAGED = "staged"
    #: somebody said yes; a worker will apply it
    WAITING = "waiting"
    #: a worker will read and check it
    TO_STAGE = "to_stage"


class ImportRun(Base):
    """One file, taken in or refused, with what it brought in numbers."""

    __tablename__ = "import_run"
    __table_args__ = (Index(None, "organisation_id", "started_at"),)

    id: Mapped[IntPk]
    organisation_id: Mapped[OrganisationId]
    public_id: Mapped[PublicId]
    #: hr, measure, incidents, alerts
    kind: Mapped[Key]
    #: the file's own name, without its folder
    file_name: Mapped[ShortText]
    content_hash: Mapped[Key | None]
    #: when the file says that it was made, if it does
    file_made_at: Mapped[datetime | None]
    state: Mapped[RunState]
    started_at: Mapped[RecordedAt]
    ended_at: Mapped[datetime | None]
    counts: Mapped[Details]
    #: why it was refused or failed, in a sentence without names
    message: Mapped[LongText] = mapped_column(default="")
    #: where the file is, for one that waits for a yes: a path, or a waiting file
    place: Mapped[LongText | None]
    #: the number of an ESR file of changes, and the window of time that the file covers
    sequence: Mapped[int | None]
    covers_from: Mapped[datetime | None]
    covers_to: Mapped[datetime | None]
    #: how many lines have been read, of how many
    lines_read: Mapped[int] = mapped_column(default=0)
    lines_total: Mapped[int] = mapped_column(default=0)
    #: what it would change, or did: employee numbers and units, the first of each kind
    preview: Mapped[Details]


class RejectedRecord(Base):
    """A line that was not taken in: where, why, whose number; nothing more."""

    __tablename__ = "rejected_record"

    id: Mapped[IntPk]
    organisation_id: Mapped[OrganisationId]
    import_run_id: Mapped[int] = mapped_column(ForeignKey("import_run.id"), index=True)
    line: Mapped[int]
    reason: Mapped[ShortText]
    employee_number: Mapped[Key | None]


class Disposal(Base):
    """Records that were deleted because their time was up: how many of each kind, and by what rule.

    Only while one is open, within its own transaction, does the database let such rows go.
    """

    __tablename__ = "disposal"

    id: Mapped[IntPk]
    organisation_id: Mapped[OrganisationId]
    #: how long each kind of record was kept, in days
    schedule: Mapped[Details]
    #: how many rows went, by table
    counts: Mapped[Details]
    began_at: Mapped[RecordedAt]
    ended_at: Mapped[datetime | None]


class RetentionPeriod(Base):
    """How long an organisation keeps one kind of record, where it is not what we propose."""

    __tablename__ = "retention_period"
    __table_args__ = (UniqueConstraint("organisation_id", "key"),)

    id: Mapped[IntPk]
    organisation_id: Mapped[OrganisationId]
    #: a key of tracker.content.retention
    key: Mapped[Key]
    days: Mapped[int]
