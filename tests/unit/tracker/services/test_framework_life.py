"""A version of a framework goes one way, and what people have answered to stays as it was."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import DBAPIError

from tests.support.frameworks import LEVELS, SMALL, agree
from tracker.errors import InvalidInputError, NotAllowedNowError
from tracker.models import (
    Competence,
    Domain,
    FrameworkState,
    LevelDescriptor,
    OutboxMessage,
    ReviewAnswer,
    RoleProfile,
    RoleRequirement,
)
from tracker.security.identity import Identity
from tracker.services import framework_authoring as authoring
from tracker.services import framework_life as life
from tracker.services import framework_reviews as reviews
from tracker.services.framework_authoring import CompetenceDraft
from tracker.services.framework_drafts import begin_version
from tracker.services.framework_exchange import add_draft
from tracker.services.framework_mapping import lineage_of
from tracker.services.mail_kinds import KINDS
from tracker.services.profiles import Work, profile_book


@pytest.fixture
def reader(factories):
    return factories.StaffMember()


@pytest.fixture
def by(factories):
    person = factories.StaffMember()
    return Identity(staff_id=person.id, organisation_id=person.organisation_id)


@pytest.fixture
def put_out(db, by, reader, now):
    """Take a draft through review to publication."""

    def put_out(framework, on=now):
        reviews.ask_review(db, framework, reader, by=by, now=on)
        life.send_to_review(db, framework, by=by, now=on)
        agree(db, framework, reader, now=on)
        life.publish(db, framework, by=by, now=on, today=on.date())
        db.expire_all()
        return framework

    return put_out


@pytest.fixture
def draft(db, organisation, by):
    return add_draft(db, organisation, SMALL, by=by)


def competence(db, framework, key):
    return db.scalar(
        select(Competence)
        .join(Domain)
        .where(Domain.framework_id == framework.id, Competence.key == key)
    )


def words(one, **changes):
    return CompetenceDraft(
        **(
            {
                "name": one.name,
                "description": one.description,
                "levels": tuple(level.description for level in one.levels),
                "domain_id": one.domain.public_id,
            }
            | changes
        )
    )


class TestSteps:
    def test_nothing_is_published_before_everybody_who_reads_it_agrees(
        self, db, draft, by, reader, factories, now, today
    ):
        other = factories.StaffMember()
        for person in (reader, other):
            reviews.ask_review(db, draft, person, by=by, now=now)
        life.send_to_review(db, draft, by=by, now=now)
        agree(db, draft, reader, now=now)

        with pytest.raises(NotAllowedNowError, match="not yet agreed"):
            life.publish(db, draft, by=by, now=now, today=today)

        agree(db, draft, other, now=now)
        life.publish(db, draft, by=by, now=now, today=today)
        assert (draft.state, draft.published_on) == (FrameworkState.PUBLISHED, today)

    def test_a_version_with_an_open_comment_comes_into_use_only_when_somebody_says_it_can_wait(
        self, db, draft, by, reader, now, today
    ):
        reviews.ask_review(db, draft, reader, by=by, now=now)
        who = Identity(staff_id=reader.id, organisation_id=reader.organisation_id)
        reviews.add_comment(db, draft, "Say it in fewer words.", by=who, now=now)
        life.send_to_review(db, draft, by=by, now=now)
        agree(db, draft, reader, now=now)

        with pytest.raises(InvalidInputError, match="1 comment is still open"):
            life.publish(db, draft, by=by, now=now, today=today)

        life.publish(db, draft, by=by, now=now, today=today, comments_can_wait=True)
        assert draft.state is FrameworkState.PUBLISHED

    def test_nobody_reads_a_version_that_names_no_reader(self, db, draft, by, now):
        with pytest.raises(NotAllowedNowError, match="Name at least one person"):
            life.send_to_review(db, draft, by=by, now=now)

    def test_a_version_with_a_gap_is_not_sent_to_be_read(self, db, draft, by, reader, now):
        reviews.ask_review(db, draft, reader, by=by, now=now)
        domain = authoring.add_domain(db, draft, "Nothing in it", by=by)

        with pytest.raises(NotAllowedNowError, match="nothing in it yet"):
            life.send_to_review(db, draft, by=by, now=now)

        authoring.remove_domain(db, domain, by=by)
        one = competence(db, draft, "find")
        authoring.change_competence(db, one, words(one, levels=(*LEVELS[:3], "")), by=by)
        with pytest.raises(NotAllowedNowError, match="four levels"):
            life.send_to_review(db, draft, by=by, now=now)

    def test_sent_back_the_same_people_are_asked_anew(self, db, draft, by, reader, now, today):
        reviews.ask_review(db, draft, reader, by=by, now=now)
        life.send_to_review(db, draft, by=by, now=now)
        agree(db, draft, reader, now=now, answer=ReviewAnswer.ASKS_FOR_CHANGE, words="Shorter.")
        life.send_back(db, draft, by=by, now=now)
        life.send_to_review(db, draft, by=by, now=now)

        (review,) = life.open_reviews(db, draft)
        assert (review.reviewer_id, review.answer) == (reader.id, None)
        with pytest.raises(NotAllowedNowError):
            life.publish(db, draft, by=by, now=now, today=today)

    def test_each_reader_is_written_to_and_not_once_they_have_answered(
        self, db, draft, by, reader, now, today
    ):
        reviews.ask_review(db, draft, reader, by=by, now=now)
        life.send_to_review(db, draft, by=by, now=now)
        (message,) = db.scalars(
            select(OutboxMessage).where(OutboxMessage.kind == "framework.to_read")
        )
        look = KINDS["framework.to_read"]

        before = look(db, message, today)
        agree(db, draft, reader, now=now)
        after = look(db, message, today)

        assert (message.recipient_id, message.payload.keys()) == (reader.id, {"review_id"})
        assert before.path == f"/frameworks/{draft.public_id}"
        assert after is None

    def test_who_asks_for_a_change_says_which(self, db, draft, by, reader, now):
        reviews.ask_review(db, draft, reader, by=by, now=now)
        life.send_to_review(db, draft, by=by, now=now)

        with pytest.raises(InvalidInputError, match="Say what should change"):
            agree(db, draft, reader, now=now, answer=ReviewAnswer.ASKS_FOR_CHANGE)

    def test_it_goes_out_of_use_after_its_last_day(self, db, draft, by, put_out, now, today):
        put_out(draft)
        with pytest.raises(InvalidInputError, match="today or a later day"):
            retire(db, draft, today - timedelta(days=1), by=by, now=now, today=today)
        retire(db, draft, today, by=by, now=now, today=today)

        same_day = life.retire_due(db, draft.organisation_id, by=by, now=now, today=today)
        tomorrow = today + timedelta(days=1)
        next_day = life.retire_due(db, draft.organisation_id, by=by, now=now, today=tomorrow)

        assert (same_day, next_day, draft.state) == (0, 1, FrameworkState.RETIRED)

    def test_the_next_version_puts_the_one_before_away(self, db, draft, by, put_out, now, today):
        first = put_out(draft, on=now - timedelta(days=9))
        second = put_out(begin_version(db, first, by=by))

        assert (first.state, first.retires_on) == (FrameworkState.RETIRING, today)
        assert first.replaced_by is second
        assert second.version == 2

    def test_there_is_one_draft_of_the_next_version(self, db, draft, by, put_out):
        put_out(draft)
        begin_version(db, draft, by=by)

        with pytest.raises(NotAllowedNowError, match="draft of the next version"):
            begin_version(db, draft, by=by)


def retire(db, framework, last_day, **who):
    life.retire(db, framework, last_day=last_day, replaced_by=None, **who)


class TestFrozen:
    def test_words_that_people_answered_to_are_refused_by_the_service(self, db, draft, by, put_out):
        put_out(draft)
        one = competence(db, draft, "find")

        for change in (
            lambda: authoring.change_competence(db, one, words(one, name="Other"), by=by),
            lambda: authoring.remove_competence(db, one, by=by),
            lambda: authoring.move_competence(db, one, up=False, by=by),
            lambda: authoring.add_domain(db, draft, "More", by=by),
            lambda: authoring.rename_framework(db, draft, "Other", by=by),
        ):
            with pytest.raises(NotAllowedNowError, match="Begin a new version"):
                change()

    @pytest.mark.parametrize(
        "change",
        [
            update(Competence).values(name="Other"),
            update(LevelDescriptor).values(description="Other"),
            update(Domain).values(name="Other"),
            Domain.__table__.delete(),
            LevelDescriptor.__table__.delete(),
        ],
        ids=str,
    )
    def test_and_by_the_database(self, db, draft, put_out, change):
        put_out(draft)

        with pytest.raises(DBAPIError, match="kept as it was"), db.begin_nested():
            db.execute(change)

    def test_words_that_are_being_read_stand_still(self, db, draft, by, reader, now):
        reviews.ask_review(db, draft, reader, by=by, now=now)
        life.send_to_review(db, draft, by=by, now=now)

        with pytest.raises(NotAllowedNowError, match="being read"):
            authoring.rename_framework(db, draft, "Other", by=by)


class TestTheNextVersion:
    def test_each_competence_is_kept_renamed_split_merged_changed_new_or_gone(
        self, db, draft, by, put_out
    ):
        first = put_out(draft)
        old = {key: competence(db, first, key) for key in ("find", "judge", "lock")}
        second = begin_version(db, first, by=by)
        new = {key: competence(db, second, key) for key in old}
        # "find" in other words; "judge" means something else; "lock" becomes two
        authoring.change_competence(
            db,
            new["find"],
            words(new["find"], name="Finding", takes_place_of=(old["find"].public_id,)),
            by=by,
        )
        authoring.change_competence(
            db,
            new["judge"],
            words(
                new["judge"],
                name="Judging fast",
                takes_place_of=(old["judge"].public_id,),
                counts_still=False,
            ),
            by=by,
        )
        more = authoring.add_competence(
            db,
            second,
            words(new["lock"], name="Locking doors", takes_place_of=(old["lock"].public_id,)),
            by=by,
        )
        put_out(second)

        lineage = lineage_of(db, second.organisation_id, [one.id for one in (*new.values(), more)])
        answers = {one.id: 3 for one in old.values()}
        carried = lineage.carry(answers)
        assert carried[new["find"].id] == 3
        assert new["judge"].id not in carried
        assert new["lock"].id not in carried
        assert more.id not in carried
        assert lineage.same_before(new["find"].id) == (old["find"].id,)
        assert lineage.all_before(more.id) == (old["lock"].id,)

    @pytest.mark.parametrize(("first_said", "second_said", "expected"), [(2, 2, 2), (2, 3, None)])
    def test_merged_answers_count_if_they_say_the_same(
        self, db, draft, by, put_out, first_said, second_said, expected
    ):
        first = put_out(draft)
        find, judge = (competence(db, first, key) for key in ("find", "judge"))
        second = begin_version(db, first, by=by)
        authoring.remove_competence(db, competence(db, second, "judge"), by=by)
        both = competence(db, second, "find")
        taken = (find.public_id, judge.public_id)
        authoring.change_competence(db, both, words(both, takes_place_of=taken), by=by)
        put_out(second)

        carried = lineage_of(db, first.organisation_id, [both.id]).carry(
            {find.id: first_said, judge.id: second_said}
        )

        assert carried.get(both.id) == expected

    def test_answers_are_carried_over_two_versions(self, db, draft, by, put_out):
        first = put_out(draft)
        second = put_out(begin_version(db, first, by=by))
        third = put_out(begin_version(db, second, by=by))
        ids = [competence(db, one, "find").id for one in (first, second, third)]

        lineage = lineage_of(db, first.organisation_id, [ids[2]])

        assert lineage.carry({ids[0]: 2})[ids[2]] == 2
        assert lineage.carry({ids[0]: 2, ids[1]: 4})[ids[2]] == 4
        assert lineage.same_before(ids[2]) == (ids[1], ids[0])

    def test_role_profiles_move_and_a_running_appraisal_keeps_the_old_one(
        self, db, draft, by, put_out, now, today
    ):
        first = put_out(draft, on=now - timedelta(days=9))
        profile = RoleProfile(
            organisation_id=first.organisation_id,
            key="all",
            name="All staff",
            requirements=[
                RoleRequirement(
                    organisation_id=first.organisation_id,
                    competence_id=competence(db, first, key).id,
                    needed_level=level,
                    is_essential=level == 3,
                )
                for key, level in (("find", 3), ("judge", 2))
            ],
        )
        db.add(profile)
        second = begin_version(db, first, by=by)
        authoring.remove_competence(db, competence(db, second, "judge"), by=by)
        put_out(second)

        def needs(opened_on=None):
            book = profile_book(db, first.organisation_id, today=today, opened_on=opened_on)
            found = book.needs_of(Work()).needs
            return {
                (db.get(Competence, one).domain.framework.version, need.needed_level)
                for one, need in found.items()
            }

        assert needs() == {(2, 3)}
        assert needs(today - timedelta(days=3)) == {(1, 3), (1, 2)}

    def test_an_import_is_linked_to_what_is_in_use_by_its_keys(
        self, db, organisation, draft, by, put_out
    ):
        first = put_out(draft)
        changed = SMALL.__class__(key=SMALL.key, name="Another name", domains=SMALL.domains)
        second = put_out(add_draft(db, organisation, changed, by=by))

        ids = [competence(db, one, "find").id for one in (first, second)]
        assert lineage_of(db, organisation.id, [ids[1]]).carry({ids[0]: 2})[ids[1]] == 2
