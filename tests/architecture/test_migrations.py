"""The migrations and the models tell the same story, in one line."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from tests.support.databases import alembic_config
from tracker.models import Base


def test_there_is_one_head():
    assert len(ScriptDirectory.from_config(alembic_config()).get_heads()) == 1


def test_migrations_build_what_the_models_say(engine):
    with engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), Base.metadata)

    assert differences == []


def test_every_table_of_a_trusts_data_has_its_organisation():
    without = {
        name
        for name, table in Base.metadata.tables.items()
        if "organisation_id" not in table.columns
    }

    assert without == {"organisation", "sign_in_attempt"}
