"""Champions, whom they help and for how long; a readiness talk for each milestone, by system."""

import sqlalchemy as sa
from alembic import op

from tracker.migrations.guards import IS_DISPOSAL, MESSAGE, guard, unguard

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

IS_SEALED = """
    EXISTS (SELECT 1 FROM sealed_readiness
            WHERE sealed_readiness.readiness_talk_id = OLD.readiness_talk_id)
"""


def upgrade() -> None:
    op.create_table(
        "champion",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("staff_member_id", sa.Integer(), nullable=False),
        sa.Column("helps_with", sa.Text(), nullable=False),
        sa.Column("hours_a_month", sa.Integer(), nullable=False),
        sa.Column("most_people", sa.Integer(), nullable=False),
        sa.Column("works", sa.String(length=300), nullable=False),
        sa.Column("offered_on", sa.Date(), nullable=False),
        sa.Column("away_until", sa.Date(), nullable=True),
        sa.Column("stopped_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("most_people >= 0", name=op.f("ck_champion_most_people")),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_champion_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["staff_member_id"],
            ["staff_member.id"],
            name=op.f("fk_champion_staff_member_id_staff_member"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_champion")),
        sa.UniqueConstraint(
            "organisation_id",
            "staff_member_id",
            name=op.f("uq_champion_organisation_id_staff_member_id"),
        ),
        sa.UniqueConstraint("public_id", name=op.f("uq_champion_public_id")),
    )
    with op.batch_alter_table("champion", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_champion_organisation_id"), ["organisation_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_champion_staff_member_id"), ["staff_member_id"], unique=False
        )

    op.create_table(
        "register_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["by_id"], ["staff_member.id"], name=op.f("fk_register_file_by_id_staff_member")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_register_file_organisation_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_register_file")),
        sa.UniqueConstraint("public_id", name=op.f("uq_register_file_public_id")),
    )
    with op.batch_alter_table("register_file", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_register_file_by_id"), ["by_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_register_file_organisation_id"), ["organisation_id"], unique=False
        )

    op.create_table(
        "champion_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("buddy", "help", name="requestkind", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("champion_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("induction_id", sa.Integer(), nullable=True),
        sa.Column("wording", sa.String(length=300), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "asked",
                "accepted",
                "declined",
                "withdrawn",
                "ended",
                name="requeststate",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("thanked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("thanks", sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(
            ["asked_by_id"],
            ["staff_member.id"],
            name=op.f("fk_champion_request_asked_by_id_staff_member"),
        ),
        sa.ForeignKeyConstraint(
            ["champion_id"], ["champion.id"], name=op.f("fk_champion_request_champion_id_champion")
        ),
        sa.ForeignKeyConstraint(
            ["induction_id"],
            ["induction.id"],
            name=op.f("fk_champion_request_induction_id_induction"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_champion_request_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["staff_member.id"],
            name=op.f("fk_champion_request_person_id_staff_member"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_champion_request")),
        sa.UniqueConstraint("public_id", name=op.f("uq_champion_request_public_id")),
    )
    with op.batch_alter_table("champion_request", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_champion_request_asked_by_id"), ["asked_by_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_champion_request_champion_id"), ["champion_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_champion_request_champion_id_state"),
            ["champion_id", "state"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_champion_request_induction_id"), ["induction_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_champion_request_organisation_id"), ["organisation_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_champion_request_person_id"), ["person_id"], unique=False
        )

    op.create_table(
        "readiness_talk",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("induction_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("alone", sa.Text(), nullable=False),
        sa.Column("with_help", sa.Text(), nullable=False),
        sa.Column("next_help", sa.Text(), nullable=False),
        sa.Column("again_on", sa.Date(), nullable=True),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sealed_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["induction_id"],
            ["induction.id"],
            name=op.f("fk_readiness_talk_induction_id_induction"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_readiness_talk_organisation_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_readiness_talk")),
        sa.UniqueConstraint(
            "induction_id", "number", name=op.f("uq_readiness_talk_induction_id_number")
        ),
        sa.UniqueConstraint("public_id", name=op.f("uq_readiness_talk_public_id")),
    )
    with op.batch_alter_table("readiness_talk", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_readiness_talk_induction_id"), ["induction_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_readiness_talk_organisation_id"), ["organisation_id"], unique=False
        )

    op.create_table(
        "support_session",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("champion_id", sa.Integer(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "one_to_one",
                "drop_in",
                "team",
                "messages",
                name="sessionkind",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("form_key", sa.String(length=300), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["champion_id"], ["champion.id"], name=op.f("fk_support_session_champion_id_champion")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_support_session_organisation_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_support_session")),
        sa.UniqueConstraint("public_id", name=op.f("uq_support_session_public_id")),
    )
    with op.batch_alter_table("support_session", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_support_session_champion_id"), ["champion_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_support_session_champion_id_held_on"),
            ["champion_id", "held_on"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_support_session_organisation_id"), ["organisation_id"], unique=False
        )
        batch_op.create_index("uq_support_session_form", ["champion_id", "form_key"], unique=True)

    op.create_table(
        "readiness_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("readiness_talk_id", sa.Integer(), nullable=False),
        sa.Column("system_id", sa.Integer(), nullable=False),
        sa.Column("system_name", sa.String(length=300), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column(
            "readiness",
            sa.Enum("alone", "near", "not_yet", name="readiness", native_enum=False, length=40),
            nullable=True,
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_readiness_line_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["readiness_talk_id"],
            ["readiness_talk.id"],
            name=op.f("fk_readiness_line_readiness_talk_id_readiness_talk"),
        ),
        sa.ForeignKeyConstraint(
            ["system_id"],
            ["digital_system.id"],
            name=op.f("fk_readiness_line_system_id_digital_system"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_readiness_line")),
        sa.UniqueConstraint(
            "readiness_talk_id",
            "position",
            name=op.f("uq_readiness_line_readiness_talk_id_position"),
        ),
    )
    with op.batch_alter_table("readiness_line", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_readiness_line_organisation_id"), ["organisation_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_readiness_line_readiness_talk_id"), ["readiness_talk_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_readiness_line_system_id"), ["system_id"], unique=False
        )

    op.create_table(
        "readiness_signature",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("readiness_talk_id", sa.Integer(), nullable=False),
        sa.Column(
            "side",
            sa.Enum("appraisee", "appraiser", name="side", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("signer_id", sa.Integer(), nullable=False),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("content_hash", sa.String(length=80), nullable=False),
        sa.Column("proof", sa.String(length=80), nullable=False),
        sa.Column("agrees", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_readiness_signature_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["readiness_talk_id"],
            ["readiness_talk.id"],
            name=op.f("fk_readiness_signature_readiness_talk_id_readiness_talk"),
        ),
        sa.ForeignKeyConstraint(
            ["signer_id"],
            ["staff_member.id"],
            name=op.f("fk_readiness_signature_signer_id_staff_member"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_readiness_signature")),
        sa.UniqueConstraint(
            "readiness_talk_id", "side", name=op.f("uq_readiness_signature_readiness_talk_id_side")
        ),
    )
    with op.batch_alter_table("readiness_signature", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_readiness_signature_organisation_id"), ["organisation_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_readiness_signature_readiness_talk_id"),
            ["readiness_talk_id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_readiness_signature_signer_id"), ["signer_id"], unique=False
        )

    op.create_table(
        "sealed_readiness",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("readiness_talk_id", sa.Integer(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("content_hash", sa.String(length=80), nullable=False),
        sa.Column("signatures_hash", sa.String(length=80), nullable=True),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_sealed_readiness_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["readiness_talk_id"],
            ["readiness_talk.id"],
            name=op.f("fk_sealed_readiness_readiness_talk_id_readiness_talk"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sealed_readiness")),
        sa.UniqueConstraint(
            "readiness_talk_id", name=op.f("uq_sealed_readiness_readiness_talk_id")
        ),
    )
    with op.batch_alter_table("sealed_readiness", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_sealed_readiness_organisation_id"), ["organisation_id"], unique=False
        )
    _move_texts()
    guard("sealed_readiness")
    _guard_signatures()


def _move_texts() -> None:
    """Make a first talk of what is written and not yet signed."""
    op.execute(
        "INSERT INTO readiness_talk (organisation_id, public_id, induction_id, number, alone, "
        "with_help, next_help, begun_at, version) "
        "SELECT organisation_id, public_id, id, 1, alone, with_help, next_help, begun_at, version "
        "FROM induction WHERE (alone <> '' OR with_help <> '' OR next_help <> '') "
        "AND NOT EXISTS (SELECT 1 FROM sealed_record WHERE sealed_record.induction_id = induction.id)"
    )


def _guard_signatures() -> None:
    """Let a signature be taken back while it stands alone, and change nothing in it."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE TRIGGER readiness_signature_no_update BEFORE UPDATE ON readiness_signature "
            f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
        )
        op.execute(
            "CREATE TRIGGER readiness_signature_no_delete BEFORE DELETE ON readiness_signature "
            f"WHEN {IS_SEALED} AND NOT {IS_DISPOSAL} BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
        )
        return
    op.execute(
        "CREATE FUNCTION keep_readiness_signature() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN IF TG_OP = 'UPDATE' OR ({IS_SEALED} AND NOT {IS_DISPOSAL}) "
        f"THEN RAISE EXCEPTION '{MESSAGE}'; END IF; RETURN OLD; END $$"
    )
    op.execute(
        "CREATE TRIGGER readiness_signature_as_it_was BEFORE UPDATE OR DELETE "
        "ON readiness_signature FOR EACH ROW EXECUTE FUNCTION keep_readiness_signature()"
    )


def _unguard() -> None:
    unguard("sealed_readiness")
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER readiness_signature_no_update")
        op.execute("DROP TRIGGER readiness_signature_no_delete")
        return
    op.execute("DROP TRIGGER readiness_signature_as_it_was ON readiness_signature")
    op.execute("DROP FUNCTION keep_readiness_signature()")


def downgrade() -> None:
    _unguard()
    op.drop_table("sealed_readiness")
    op.drop_table("readiness_signature")
    op.drop_table("readiness_line")
    op.drop_table("support_session")
    op.drop_table("readiness_talk")
    op.drop_table("champion_request")
    op.drop_table("register_file")
    op.drop_table("champion")
