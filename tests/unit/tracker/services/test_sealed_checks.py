"""`tracker verify`: every way in which a record can be meddled with by somebody at the database."""

from datetime import date

import pytest
from sqlalchemy import text

from tracker.models import AppraisalStage, Side
from tracker.security.proof import Proof
from tracker.services.addenda import AddendumDraft, add_addendum
from tracker.services.appraisal_signing import sign_appraisal, sign_page
from tracker.services.sealed_checks import check_sealed
from tracker.services.signatures import SignatureDraft


def proof_of(who, now):
    return Proof(
        staff_id=who.id, organisation_id=who.organisation_id, proved_at=now, method="directory"
    )


@pytest.fixture
def sealed(db, factories, now, today):
    """Seal an appraisal with two signatures, and let each side add to it."""
    appraisal = factories.Appraisal(held_on=date(2026, 11, 20), summary="About alerts.")
    factories.Assignment(staff_member=appraisal.appraisee)
    people = {Side.APPRAISEE: appraisal.appraisee, Side.APPRAISER: appraisal.appraiser}
    for side, who in people.items():
        seen = sign_page(db, appraisal, today=today).content_hash
        draft = SignatureDraft(side=side, signer_id=who.id, seen_hash=seen, statement="Good")
        sign_appraisal(db, appraisal, draft, proof=proof_of(who, now), now=now, today=today)
    for side, who in people.items():
        draft = AddendumDraft(side=side, author_id=who.id, text=f"Said by {side}")
        add_addendum(db, appraisal, draft, proof=proof_of(who, now), now=now)
    db.flush()
    return appraisal


def meddle(db, attack):
    """Change what is kept as somebody could who owns the database: past its guards."""
    if db.bind.dialect.name == "sqlite":
        for (name,) in db.execute(
            text("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        ).all():
            db.execute(text(f"DROP TRIGGER {name}"))
    else:
        db.execute(text("SET LOCAL session_replication_role = replica"))
    db.execute(text(attack))
    db.expire_all()


class TestChecking:
    @pytest.mark.usefixtures("sealed")
    def test_what_was_signed_is_as_it_was(self, db):
        check = check_sealed(db)

        assert (check.checked, check.problems) == (1, ())

    @pytest.mark.parametrize(
        ("attack", "what"),
        [
            ("UPDATE sealed_record SET content = replace(content, 'alerts', 'x')", "not what was"),
            ("UPDATE sealed_record SET content_hash = 'x'", "under another text"),
            ("UPDATE signature SET statement = 'x'", "not as it was given"),
            ("UPDATE signature SET agrees = false WHERE side = 'appraiser'", "not as it was given"),
            ("UPDATE signature SET signed_at = '2026-01-01'", "not as it was given"),
            ("DELETE FROM signature WHERE side = 'appraiser'", "a signature is missing"),
            ("UPDATE addendum SET text = 'x'", "not as it was written"),
            ("DELETE FROM addendum WHERE side = 'appraisee'", "added later is missing"),
            ("DELETE FROM addendum", "added later is missing"),
            ("DELETE FROM sealed_record", "the sealed record is missing"),
        ],
    )  # fmt: skip
    def test_it_finds_what_somebody_changed(self, db, sealed, attack, what):
        if "DELETE FROM sealed_record" in attack:
            meddle(db, "DELETE FROM addendum")
        meddle(db, attack)

        problems = check_sealed(db).problems

        assert any(what in one.what for one in problems)
        assert sealed.appraisee.family_name not in str(problems)

    @pytest.mark.usefixtures("sealed")
    def test_more_than_one_chunk_is_checked(self, db, factories, monkeypatch):
        monkeypatch.setattr("tracker.services.sealed_checks.CHUNK", 1)
        factories.Appraisal(stage=AppraisalStage.SIGNED)

        check = check_sealed(db)

        assert check.checked == 1
        assert [one.record for one in check.problems] == ["1 signed appraisals"]

    @pytest.mark.usefixtures("sealed")
    def test_a_disposal_that_was_left_open_is_said(self, db):
        db.execute(
            text(
                "INSERT INTO disposal (organisation_id, schedule, counts, began_at) "
                "SELECT id, '{}', '{}', '2026-11-22 09:00:00+00' FROM organisation"
            )
        )

        assert any("left open" in one.what for one in check_sealed(db).problems)
