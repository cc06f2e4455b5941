"""Alerts are counted by day; each event has fewer indexes and no foreign keys."""
# ruff: noqa: S608 - our own names alone

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

BY_BYTES = sa.String(80).with_variant(sa.String(80, collation="C"), "postgresql")
#: what is the same before and after
SAME = (
    "organisation_id, source_key, organisation_unit_id, staff_pseudonym, alert_type, fired_on, "
    "response, minutes_to_respond, is_true_alert, import_run_id"
)


def upgrade() -> None:
    op.create_table(
        "alert_day",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("organisation_unit_id", sa.Integer(), nullable=True),
        sa.Column("shown", sa.Integer(), nullable=False),
        sa.Column("accepted", sa.Integer(), nullable=False),
        sa.Column("overridden", sa.Integer(), nullable=False),
        sa.Column("ignored", sa.Integer(), nullable=False),
        sa.Column("reasoned", sa.Integer(), nullable=False),
        sa.Column("audited_true", sa.Integer(), nullable=False),
        sa.Column("true_accepted", sa.Integer(), nullable=False),
        sa.Column("override_audited", sa.Integer(), nullable=False),
        sa.Column("override_right", sa.Integer(), nullable=False),
        sa.Column("staff", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_alert_day_organisation_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert_day")),
    )
    with op.batch_alter_table("alert_day", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_alert_day_organisation_id"), ["organisation_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_alert_day_organisation_id_day"), ["organisation_id", "day"], unique=False
        )

    op.create_table(
        "alert_feedback",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("source_key", sa.String(length=80), nullable=False),
        sa.Column("service", sa.String(length=80), nullable=False),
        sa.Column(
            "response",
            sa.Enum(
                "accepted",
                "overridden",
                "ignored",
                "unclear",
                name="alertresponse",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("has_reason", sa.Boolean(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_alert_feedback_organisation_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert_feedback")),
        sa.UniqueConstraint(
            "organisation_id",
            "source_key",
            "response",
            "answered_at",
            name=op.f("uq_alert_feedback_answer"),
        ),
    )
    with op.batch_alter_table("alert_feedback", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_alert_feedback_organisation_id"), ["organisation_id"], unique=False
        )

    op.create_table(
        "alert_staff_month",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("organisation_unit_id", sa.Integer(), nullable=False),
        sa.Column("staff_pseudonym", sa.String(length=80), nullable=False),
        sa.Column("has_answered", sa.Integer(), nullable=False),
        sa.Column("has_true", sa.Integer(), nullable=False),
        sa.Column("has_audited_override", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_alert_staff_month_organisation_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert_staff_month")),
        sa.UniqueConstraint(
            "organisation_id",
            "month",
            "organisation_unit_id",
            "staff_pseudonym",
            name=op.f("uq_alert_staff_month_person"),
        ),
    )
    with op.batch_alter_table("alert_staff_month", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_alert_staff_month_organisation_id"), ["organisation_id"], unique=False
        )

    op.create_table(
        "alert_stale_day",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("is_restated", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_alert_stale_day_organisation_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert_stale_day")),
        sa.UniqueConstraint(
            "organisation_id", "day", name=op.f("uq_alert_stale_day_organisation_id_day")
        ),
    )
    with op.batch_alter_table("alert_stale_day", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_alert_stale_day_organisation_id"), ["organisation_id"], unique=False
        )

    op.create_table(
        "alert_tree",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("shape", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_alert_tree_organisation_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert_tree")),
        sa.UniqueConstraint("organisation_id", name=op.f("uq_alert_tree_organisation_id")),
    )
    with op.batch_alter_table("alert_tree", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_alert_tree_organisation_id"), ["organisation_id"], unique=False
        )

    op.execute("CREATE TABLE alert_event_before AS SELECT * FROM alert_event")
    op.drop_table("alert_event")
    op.create_table(
        "alert_event",
        sa.Column("organisation_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("source_key", BY_BYTES, nullable=False),
        sa.Column("organisation_unit_id", sa.Integer(), nullable=True),
        sa.Column("staff_pseudonym", BY_BYTES, nullable=True),
        sa.Column("alert_type", sa.String(80), nullable=False),
        sa.Column("fired_on", sa.Date(), nullable=False),
        sa.Column("fired_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("response", sa.String(40), nullable=False),
        sa.Column("minutes_to_respond", sa.Integer(), nullable=True),
        sa.Column("has_reason", sa.Boolean(), server_default="0", nullable=False),
        sa.Column("is_true_alert", sa.Boolean(), nullable=True),
        sa.Column("is_override_right", sa.Boolean(), nullable=True),
        sa.Column("import_run_id", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("organisation_id", "source_key", name="pk_alert_event"),
    )
    op.execute(f"INSERT INTO alert_event ({SAME}) SELECT {SAME} FROM alert_event_before")
    op.drop_table("alert_event_before")
    op.create_index(
        "ix_alert_event_organisation_id_fired_on_organisation_unit_id",
        "alert_event",
        ["organisation_id", "fired_on", "organisation_unit_id"],
    )
    op.create_index(
        "ix_alert_staff_month_organisation_id_staff_pseudonym",
        "alert_staff_month",
        ["organisation_id", "staff_pseudonym"],
    )
    # What is here already is counted by day the next time that anything is counted.
    op.execute(
        "INSERT INTO alert_stale_day (organisation_id, day, is_restated) "
        "SELECT DISTINCT organisation_id, fired_on, (1 = 1) FROM alert_event"
    )


def downgrade() -> None:
    op.execute("CREATE TABLE alert_event_after AS SELECT * FROM alert_event")
    op.drop_table("alert_event")
    op.create_table(
        "alert_event",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("organisation_id", sa.Integer(), sa.ForeignKey("organisation.id"), index=True),
        sa.Column("source_key", sa.String(80), nullable=False),
        sa.Column(
            "organisation_unit_id", sa.Integer(), sa.ForeignKey("organisation_unit.id"), index=True
        ),
        sa.Column("staff_pseudonym", sa.String(80), nullable=True),
        sa.Column("alert_type", sa.String(80), nullable=False),
        sa.Column("fired_on", sa.Date(), nullable=False),
        sa.Column("response", sa.String(40), nullable=False),
        sa.Column("minutes_to_respond", sa.Integer(), nullable=True),
        sa.Column("is_true_alert", sa.Boolean(), nullable=True),
        sa.Column("import_run_id", sa.Integer(), sa.ForeignKey("import_run.id"), index=True),
        sa.UniqueConstraint("organisation_id", "source_key"),
        sa.Index(
            "ix_alert_event_organisation_id_fired_on_organisation_unit_id",
            "organisation_id",
            "fired_on",
            "organisation_unit_id",
        ),
    )
    op.execute(f"INSERT INTO alert_event ({SAME}) SELECT {SAME} FROM alert_event_after")
    op.drop_table("alert_event_after")

    with op.batch_alter_table("alert_tree", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_alert_tree_organisation_id"))

    op.drop_table("alert_tree")
    with op.batch_alter_table("alert_stale_day", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_alert_stale_day_organisation_id"))

    op.drop_table("alert_stale_day")
    with op.batch_alter_table("alert_staff_month", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_alert_staff_month_organisation_id"))

    op.drop_table("alert_staff_month")
    with op.batch_alter_table("alert_feedback", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_alert_feedback_organisation_id"))

    op.drop_table("alert_feedback")
    with op.batch_alter_table("alert_day", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_alert_day_organisation_id_day"))
        batch_op.drop_index(batch_op.f("ix_alert_day_organisation_id"))

    op.drop_table("alert_day")
