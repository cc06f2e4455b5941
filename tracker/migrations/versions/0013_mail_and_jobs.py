"""Mail that is sent, meetings in a calendar, and the jobs of a worker."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "job",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("dedupe_key", sa.String(length=80), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("message", sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_job_organisation_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
        sa.UniqueConstraint("dedupe_key", name=op.f("uq_job_dedupe_key")),
        sa.UniqueConstraint("public_id", name=op.f("uq_job_public_id")),
    )
    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_job_organisation_id"), ["organisation_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_job_organisation_id_name_due_at"),
            ["organisation_id", "name", "due_at"],
            unique=False,
        )
        batch_op.create_index(batch_op.f("ix_job_state_due_at"), ["state", "due_at"], unique=False)

    op.create_table(
        "address_problem",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("staff_member_id", sa.Integer(), nullable=False),
        sa.Column("address", sa.String(length=300), nullable=False),
        sa.Column("reply_code", sa.Integer(), nullable=True),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_address_problem_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["staff_member_id"],
            ["staff_member.id"],
            name=op.f("fk_address_problem_staff_member_id_staff_member"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_address_problem")),
        sa.UniqueConstraint("staff_member_id", name=op.f("uq_address_problem_staff_member_id")),
    )
    with op.batch_alter_table("address_problem", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_address_problem_organisation_id"), ["organisation_id"], unique=False
        )

    op.create_table(
        "mail_choice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("staff_member_id", sa.Integer(), nullable=False),
        sa.Column("wants_reminders", sa.Boolean(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_mail_choice_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["staff_member_id"],
            ["staff_member.id"],
            name=op.f("fk_mail_choice_staff_member_id_staff_member"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_choice")),
        sa.UniqueConstraint("staff_member_id", name=op.f("uq_mail_choice_staff_member_id")),
    )
    with op.batch_alter_table("mail_choice", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_mail_choice_organisation_id"), ["organisation_id"], unique=False
        )

    op.create_table(
        "mail_text",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=80), nullable=False),
        sa.Column("subject", sa.String(length=300), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("changed_by_id", sa.Integer(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["changed_by_id"],
            ["staff_member.id"],
            name=op.f("fk_mail_text_changed_by_id_staff_member"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_mail_text_organisation_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_text")),
        sa.UniqueConstraint(
            "organisation_id", "kind", name=op.f("uq_mail_text_organisation_id_kind")
        ),
    )
    with op.batch_alter_table("mail_text", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_mail_text_changed_by_id"), ["changed_by_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_mail_text_organisation_id"), ["organisation_id"], unique=False
        )

    op.create_table(
        "appointment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("purpose", sa.String(length=40), nullable=False),
        sa.Column("appraisal_id", sa.Integer(), nullable=True),
        sa.Column("induction_id", sa.Integer(), nullable=True),
        sa.Column("milestone_key", sa.String(length=80), nullable=True),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("other_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("place", sa.String(length=300), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("set_by_id", sa.Integer(), nullable=True),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["appraisal_id"], ["appraisal.id"], name=op.f("fk_appointment_appraisal_id_appraisal")
        ),
        sa.ForeignKeyConstraint(
            ["induction_id"], ["induction.id"], name=op.f("fk_appointment_induction_id_induction")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_appointment_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["other_id"], ["staff_member.id"], name=op.f("fk_appointment_other_id_staff_member")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["staff_member.id"], name=op.f("fk_appointment_person_id_staff_member")
        ),
        sa.ForeignKeyConstraint(
            ["set_by_id"], ["staff_member.id"], name=op.f("fk_appointment_set_by_id_staff_member")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appointment")),
        sa.UniqueConstraint(
            "appraisal_id", "purpose", name=op.f("uq_appointment_appraisal_id_purpose")
        ),
        sa.UniqueConstraint(
            "induction_id", "milestone_key", name=op.f("uq_appointment_induction_id_milestone_key")
        ),
        sa.UniqueConstraint("public_id", name=op.f("uq_appointment_public_id")),
    )
    with op.batch_alter_table("appointment", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_appointment_appraisal_id"), ["appraisal_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_appointment_induction_id"), ["induction_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_appointment_organisation_id"), ["organisation_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_appointment_organisation_id_day"),
            ["organisation_id", "day"],
            unique=False,
        )
        batch_op.create_index(batch_op.f("ix_appointment_other_id"), ["other_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_appointment_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_appointment_set_by_id"), ["set_by_id"], unique=False)

    with op.batch_alter_table("outbox_message", schema=None) as batch_op:
        batch_op.add_column(sa.Column("public_id", sa.String(length=20), nullable=True))
        # What waited when nothing sent it goes on waiting; the sender leaves out what is old.
        batch_op.add_column(
            sa.Column("state", sa.String(length=40), nullable=False, server_default="waiting")
        )
        batch_op.add_column(sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE outbox_message SET public_id = 'm' || id")
    with op.batch_alter_table("outbox_message", schema=None) as batch_op:
        batch_op.alter_column("public_id", existing_type=sa.String(length=20), nullable=False)
        batch_op.drop_index(batch_op.f("ix_outbox_message_sent_at_not_before"))
        batch_op.create_index(
            batch_op.f("ix_outbox_message_organisation_id_state"),
            ["organisation_id", "state"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_outbox_message_state_not_before"), ["state", "not_before"], unique=False
        )
        batch_op.create_unique_constraint(batch_op.f("uq_outbox_message_public_id"), ["public_id"])


def downgrade() -> None:
    with op.batch_alter_table("outbox_message", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("uq_outbox_message_public_id"), type_="unique")
        batch_op.drop_index(batch_op.f("ix_outbox_message_state_not_before"))
        batch_op.drop_index(batch_op.f("ix_outbox_message_organisation_id_state"))
        batch_op.create_index(
            batch_op.f("ix_outbox_message_sent_at_not_before"),
            ["sent_at", "not_before"],
            unique=False,
        )
        batch_op.drop_column("claimed_at")
        batch_op.drop_column("state")
        batch_op.drop_column("public_id")

    with op.batch_alter_table("appointment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_appointment_set_by_id"))
        batch_op.drop_index(batch_op.f("ix_appointment_person_id"))
        batch_op.drop_index(batch_op.f("ix_appointment_other_id"))
        batch_op.drop_index(batch_op.f("ix_appointment_organisation_id_day"))
        batch_op.drop_index(batch_op.f("ix_appointment_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_appointment_induction_id"))
        batch_op.drop_index(batch_op.f("ix_appointment_appraisal_id"))

    op.drop_table("appointment")
    with op.batch_alter_table("mail_text", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_mail_text_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_mail_text_changed_by_id"))

    op.drop_table("mail_text")
    with op.batch_alter_table("mail_choice", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_mail_choice_organisation_id"))

    op.drop_table("mail_choice")
    with op.batch_alter_table("address_problem", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_address_problem_organisation_id"))

    op.drop_table("address_problem")
    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_job_state_due_at"))
        batch_op.drop_index(batch_op.f("ix_job_organisation_id_name_due_at"))
        batch_op.drop_index(batch_op.f("ix_job_organisation_id"))

    op.drop_table("job")
