"""What is signed, and what has happened, can be added to and never changed."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

#: tables of which no row may be changed or deleted
APPEND_ONLY = (
    "sealed_record",
    "appraisal_step",
    "goal_progress",
    "self_assessment_answer",
    "audit_event",
)
MESSAGE = "this record is kept as it was: add to it, do not change it"
SEALED = """
    EXISTS (SELECT 1 FROM sealed_record
            WHERE sealed_record.appraisal_id = OLD.appraisal_id
               OR sealed_record.induction_id = OLD.induction_id)
"""


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        _guard_sqlite()
    else:
        _guard_postgresql()


def _guard_sqlite() -> None:
    for table in APPEND_ONLY:
        for change in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{change.lower()} BEFORE {change} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
            )
    # A signature may be taken back while it stands alone; once both have signed, it stays.
    op.execute(
        "CREATE TRIGGER signature_no_update BEFORE UPDATE ON signature "
        f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
    )
    op.execute(
        f"CREATE TRIGGER signature_no_delete BEFORE DELETE ON signature WHEN {SEALED} "
        f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
    )


def _guard_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION keep_as_it_was() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{MESSAGE}'; END $$"
    )
    for table in APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER {table}_as_it_was BEFORE UPDATE OR DELETE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION keep_as_it_was()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_not_emptied BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION keep_as_it_was()"
        )
    op.execute(
        "CREATE FUNCTION keep_sealed_signature() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN IF {SEALED} THEN RAISE EXCEPTION '{MESSAGE}'; END IF; RETURN OLD; END $$"
    )
    op.execute(
        "CREATE TRIGGER signature_no_update BEFORE UPDATE ON signature "
        "FOR EACH ROW EXECUTE FUNCTION keep_as_it_was()"
    )
    op.execute(
        "CREATE TRIGGER signature_no_delete BEFORE DELETE ON signature "
        "FOR EACH ROW EXECUTE FUNCTION keep_sealed_signature()"
    )


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for table in APPEND_ONLY:
            op.execute(f"DROP TRIGGER {table}_no_update")
            op.execute(f"DROP TRIGGER {table}_no_delete")
        op.execute("DROP TRIGGER signature_no_update")
        op.execute("DROP TRIGGER signature_no_delete")
        return
    for table in APPEND_ONLY:
        op.execute(f"DROP TRIGGER {table}_as_it_was ON {table}")
        op.execute(f"DROP TRIGGER {table}_not_emptied ON {table}")
    op.execute("DROP TRIGGER signature_no_update ON signature")
    op.execute("DROP TRIGGER signature_no_delete ON signature")
    op.execute("DROP FUNCTION keep_as_it_was")
    op.execute("DROP FUNCTION keep_sealed_signature")
