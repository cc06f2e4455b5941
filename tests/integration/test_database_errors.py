"""What the database says when it refuses something."""

import traceback

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from tracker.models import StaffMember


def test_an_error_of_the_database_does_not_quote_what_was_written(engine):
    with engine.connect() as connection, pytest.raises(IntegrityError) as refused:
        connection.execute(
            insert(StaffMember),
            [{"organisation_id": None, "family_name": "Featherstonehaugh", "given_name": "Ann"}],
        )

    assert "NOT NULL" in str(refused.value).upper().replace("NOT-NULL", "NOT NULL")
    assert "Featherstonehaugh" not in "".join(traceback.format_exception_only(refused.value))
    assert "Featherstonehaugh" not in str(refused.value.orig)
