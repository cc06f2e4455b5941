"""Triggers for tables whose rows are added and never changed, as migration 0002 made the first.

A row may be deleted in one case: a disposal by schedule, that is open in the same transaction.
"""

from alembic import op

MESSAGE = "this record is kept as it was: add to it, do not change it"
IS_DISPOSAL = "EXISTS (SELECT 1 FROM disposal WHERE ended_at IS NULL)"
#: a signature may be taken back while it stands alone; once both have signed, it stays
IS_SEALED = """
    EXISTS (SELECT 1 FROM sealed_record
            WHERE sealed_record.appraisal_id = OLD.appraisal_id
               OR sealed_record.induction_id = OLD.induction_id)
"""


def guard(table: str) -> None:
    """Have the database refuse to change a row of a table, or to delete it but by schedule."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
        )
        op.execute(
            f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} WHEN NOT {IS_DISPOSAL} "
            f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
        )
        return
    op.execute(
        f"CREATE TRIGGER {table}_as_it_was BEFORE UPDATE OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION keep_as_it_was()"
    )
    op.execute(
        f"CREATE TRIGGER {table}_not_emptied BEFORE TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION keep_as_it_was()"
    )


def unguard(table: str) -> None:
    """Take the triggers away again."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute(f"DROP TRIGGER {table}_no_update")
        op.execute(f"DROP TRIGGER {table}_no_delete")
        return
    op.execute(f"DROP TRIGGER {table}_as_it_was ON {table}")
    op.execute(f"DROP TRIGGER {table}_not_emptied ON {table}")


def let_disposals_through(tables: tuple[str, ...]) -> None:
    """Change the guards of migrations 0002 and 0006, so that a disposal may delete."""
    if op.get_bind().dialect.name == "sqlite":
        for table in tables:
            op.execute(f"DROP TRIGGER {table}_no_delete")
            op.execute(
                f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} "
                f"WHEN NOT {IS_DISPOSAL} BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
            )
        op.execute("DROP TRIGGER signature_no_delete")
        op.execute(
            "CREATE TRIGGER signature_no_delete BEFORE DELETE ON signature "
            f"WHEN {IS_SEALED} AND NOT {IS_DISPOSAL} BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
        )
        return
    op.execute(
        "CREATE OR REPLACE FUNCTION keep_as_it_was() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN IF TG_OP = 'DELETE' AND {IS_DISPOSAL} THEN RETURN OLD; END IF; "
        f"RAISE EXCEPTION '{MESSAGE}'; END $$"
    )
    op.execute(
        "CREATE OR REPLACE FUNCTION keep_sealed_signature() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN IF {IS_SEALED} AND NOT {IS_DISPOSAL} THEN RAISE EXCEPTION '{MESSAGE}'; "
        "END IF; RETURN OLD; END $$"
    )


def let_nothing_through(tables: tuple[str, ...]) -> None:
    """Make the guards as strict as they were."""
    if op.get_bind().dialect.name == "sqlite":
        for table in tables:
            op.execute(f"DROP TRIGGER {table}_no_delete")
            op.execute(
                f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
            )
        op.execute("DROP TRIGGER signature_no_delete")
        op.execute(
            f"CREATE TRIGGER signature_no_delete BEFORE DELETE ON signature WHEN {IS_SEALED} "
            f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
        )
        return
    op.execute(
        "CREATE OR REPLACE FUNCTION keep_as_it_was() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{MESSAGE}'; END $$"
    )
    op.execute(
        "CREATE OR REPLACE FUNCTION keep_sealed_signature() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN IF {IS_SEALED} THEN RAISE EXCEPTION '{MESSAGE}'; END IF; RETURN OLD; END $$"
    )
