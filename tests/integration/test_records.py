"""All that is held about a person: every table is accounted for, nothing is left behind."""

import json
import zipfile
from datetime import timedelta
from io import BytesIO

import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import DatabaseError

from tests.conftest import NOW
from tracker.db import open_engine, session_for
from tracker.documents.held_text import held_text, held_zip
from tracker.errors import InvalidInputError
from tracker.jobs.sweep import sweep
from tracker.models import (
    Appraisal,
    AppraisalPreparation,
    AuditEvent,
    AuditKind,
    Base,
    Disposal,
    Evidence,
    Goal,
    Organisation,
    PrivateNote,
    SealedRecord,
    StaffMember,
)
from tracker.security.identity import Identity, System
from tracker.services.disposal import dispose, schedule_of, set_period
from tracker.services.personal_data import BY_TABLE, NOBODYS, PARTS, PERSON, is_about, table_of
from tracker.services.sealed_checks import check_sealed
from tracker.services.subject_access import all_held

SAM = "sam.staff"
YEARS = timedelta(days=8 * 365)


@pytest.fixture
def trust(demo_trust, tmp_path):
    """Give the demo trust's database, to write in."""
    copy = demo_trust.copy_to(tmp_path / "trust.sqlite")
    engine = open_engine(copy.settings["sqlalchemy.url"])
    yield engine
    engine.dispose()


def sam(db):
    """Find the one with a past: who has goals, a sealed appraisal and evidence."""
    return db.scalars(
        select(StaffMember)
        .join(Appraisal, Appraisal.appraisee_id == StaffMember.id)
        .join(SealedRecord, SealedRecord.appraisal_id == Appraisal.id)
        .where(StaffMember.given_name == "Sam")
    ).first()


def take(db, person, **more):
    by = System(organisation_id=person.organisation_id)
    return all_held(db, person, secret="s" * 40, by=by, now=NOW, **more)


class TestTheList:
    def test_every_table_is_somebodys_or_nobodys(self):
        assert set(BY_TABLE) | NOBODYS == set(Base.metadata.tables)
        assert set(BY_TABLE) & NOBODYS == set()

    @pytest.mark.parametrize("part", PARTS, ids=lambda part: part.table)
    def test_each_link_is_a_key_to_what_it_names(self, part):
        table = table_of(part)
        for column, target in part.of + part.goes_with:
            keys = {key.column.table.name for key in table.c[column].foreign_keys}
            assert target in keys | ({PERSON} if column == "id" else set())
        assert part.left_out <= set(table.c.keys())


class TestTakingACopy:
    def test_it_holds_what_the_person_would_look_for(self, trust):
        with session_for(trust) as db:
            held = take(db, sam(db))
            wording = db.scalar(select(Goal.wording).where(Goal.staff_member_id == sam(db).id))

        names = {section.name for section in held.sections}
        assert {"staff_member", "assignment", "reporting_line", "appraisal", "goal"} <= names
        assert {"sealed_record", "signature", "evidence", "audit_subject"} <= names
        said = held_text(held)
        assert wording in said
        assert held.person in said
        assert "token" not in said

    def test_it_is_packed_to_read_and_for_a_program(self, trust):
        with session_for(trust) as db:
            held = take(db, sam(db))

        packed = zipfile.ZipFile(BytesIO(held_zip(held, {"x-a.pdf": b"%PDF-"})))

        assert packed.testzip() is None
        assert json.loads(packed.read("your-data.json"))["held"]["goal"]
        assert packed.read("files/x-a.pdf") == b"%PDF-"

    def test_what_another_wrote_for_themselves_is_left_out_unless_it_was_decided(self, trust):
        with session_for(trust) as db:
            person = sam(db)
            appraisal = db.scalars(
                select(Appraisal).where(Appraisal.appraisee_id == person.id)
            ).first()
            db.add(
                PrivateNote(
                    organisation_id=person.organisation_id,
                    appraisal_id=appraisal.id,
                    staff_member_id=appraisal.appraiser_id,
                    text="Only for me",
                )
            )
            db.execute(
                update(AppraisalPreparation)
                .where(AppraisalPreparation.side == "appraiser")
                .values(shared_at=None, went_well="Not shared yet")
            )
            db.flush()
            usual, whole = take(db, person), take(db, person, with_others_notes=True)

        assert "Only for me" not in held_text(usual)
        assert "Not shared yet" not in held_text(usual)
        assert "Only for me" in held_text(whole)

    def test_nobody_elses_goals_are_in_it(self, trust):
        with session_for(trust) as db:
            person = sam(db)
            others = db.scalars(select(Goal.wording).where(Goal.staff_member_id != person.id))
            mine = set(db.scalars(select(Goal.wording).where(Goal.staff_member_id == person.id)))
            said = held_text(take(db, person))

            assert not [one for one in others if one in said and one not in mine]

    def test_the_person_sees_that_it_was_taken(self, trust):
        with session_for(trust) as db:
            take(db, sam(db))
            db.flush()
            kinds = db.scalars(select(AuditEvent.kind).where(AuditEvent.subject_id == sam(db).id))
            assert AuditKind.DATA_TAKEN in set(kinds)


class TestDisposal:
    def test_before_its_time_nothing_of_a_record_goes(self, trust):
        with session_for(trust) as db:
            counts = dispose(db, db.scalars(select(Organisation)).one(), now=NOW).counts

        assert not set(counts) & {"goal", "appraisal", "sealed_record", "staff_member"}

    def test_all_about_somebody_who_left_long_ago_goes_but_others_records_stay(self, trust):
        with session_for(trust) as db:
            person = sam(db)
            number, name = person.id, person.family_name
            person.left_on = NOW.date()
            sealed_of_others = db.scalar(
                select(func.count())
                .select_from(SealedRecord)
                .join(Appraisal, Appraisal.id == SealedRecord.appraisal_id)
                .where(Appraisal.appraisee_id != number)
            )
        with session_for(trust) as db:
            dispose(db, db.scalars(select(Organisation)).one(), now=NOW + YEARS)

        with session_for(trust) as db:
            for part in PARTS:
                if part.table != PERSON:
                    rows = db.execute(select(table_of(part)).where(is_about(part.table, [number])))
                    assert rows.all() == [], part.table
            gone = db.get_one(StaffMember, number)
            assert gone.name == "Former colleague"
            assert name not in str(vars(gone))
            assert db.scalar(select(func.count()).select_from(SealedRecord)) == sealed_of_others
            assert check_sealed(db).problems == ()
            assert db.scalars(select(Disposal)).one().counts["goal"] > 0

    def test_a_second_time_finds_nothing(self, trust):
        with session_for(trust) as db:
            sam(db).left_on = NOW.date()
        for _night in range(2):
            with session_for(trust) as db:
                organisation = db.scalars(select(Organisation)).one()
                counts = dispose(db, organisation, now=NOW + YEARS).counts

        assert counts == {}

    def test_a_manager_who_left_leaves_their_teams_records_whole(self, trust):
        with session_for(trust) as db:
            manager = db.get_one(
                StaffMember,
                db.scalars(
                    select(Appraisal.appraiser_id).where(Appraisal.appraisee_id == sam(db).id)
                ).first(),
            )
            manager.left_on = NOW.date()
            before = held_text(take(db, sam(db))).count("\n- ")
        with session_for(trust) as db:
            dispose(db, db.scalars(select(Organisation)).one(), now=NOW + timedelta(days=2_200))
        with session_for(trust) as db:
            assert sam(db).name
            assert check_sealed(db).problems == ()
            assert "Former colleague" in held_text(take(db, sam(db)))
            assert before > 0

    def test_outside_a_disposal_the_database_still_refuses(self, trust):
        with session_for(trust) as db:
            dispose(db, db.scalars(select(Organisation)).one(), now=NOW + YEARS)
        with session_for(trust) as db:
            for attack in ("DELETE FROM sealed_record", "DELETE FROM goal_progress"):
                with pytest.raises(DatabaseError, match="kept as it was"), db.begin_nested():
                    db.execute(text(attack))


class TestOnEitherDatabase:
    def test_a_leavers_sealed_appraisal_goes(self, db, factories, organisation):
        appraisal = factories.Appraisal(
            appraisee=factories.StaffMember(left_on=(NOW - YEARS).date())
        )
        kept = factories.Appraisal()
        for one in (appraisal, kept):
            db.add(
                SealedRecord(
                    organisation_id=organisation.id,
                    appraisal_id=one.id,
                    content="{}",
                    content_hash="x",
                    sealed_at=NOW,
                )
            )
        factories.Goal(staff_member=appraisal.appraisee)
        db.flush()

        counts = dispose(db, organisation, now=NOW).counts
        again = dispose(db, organisation, now=NOW).counts

        assert {
            name: counts[name] for name in ("sealed_record", "appraisal", "goal", "staff_member")
        } == {"sealed_record": 1, "appraisal": 1, "goal": 1, "staff_member": 1}
        assert again == {}
        with pytest.raises(DatabaseError, match="kept as it was"), db.begin_nested():
            db.execute(text("DELETE FROM sealed_record"))


class TestTheSchedule:
    def test_an_organisation_can_set_its_own(self, db, organisation, factories):
        by = Identity(staff_id=factories.StaffMember().id, organisation_id=organisation.id)
        set_period(db, "practice", 365, by=by)
        set_period(db, "practice", 400, by=by)

        kept = {one.key: one for one in schedule_of(db, organisation.id)}

        assert (kept["practice"].days, kept["practice"].is_own) == (400, True)
        assert not kept["leavers"].is_own

    @pytest.mark.parametrize(
        ("key", "days"), [("practice", 0), ("practice", 89), ("leavers", 40_000), ("x", 400)]
    )
    def test_what_makes_no_sense_is_refused(self, db, organisation, factories, key, days):
        by = Identity(staff_id=factories.StaffMember().id, organisation_id=organisation.id)
        with pytest.raises(InvalidInputError):
            set_period(db, key, days, by=by)


class TestFilesLeftOver:
    def test_a_file_without_its_evidence_goes_once_it_is_a_day_old(
        self, trust, tmp_path, monkeypatch
    ):
        with session_for(trust) as db:
            known = db.scalars(select(Evidence.public_id)).first()
        for name in (known, "gone"):
            file = tmp_path / name[:2] / name
            file.parent.mkdir(exist_ok=True)
            file.write_bytes(b"%PDF-")

        assert sweep(trust, tmp_path) == 0
        monkeypatch.setattr("tracker.jobs.sweep.YOUNG", -60)
        assert sweep(trust, tmp_path) == 1
        assert [file.name for file in tmp_path.glob("*/*") if file.is_file()] == [known]
