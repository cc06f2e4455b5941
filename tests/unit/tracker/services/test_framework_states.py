"""Any step at any time: only the right ones in the life of a version are possible."""

from datetime import timedelta

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import select

from tests.support.frameworks import LEVELS, agree
from tracker.errors import TrackerError
from tracker.models import FROZEN, Framework, FrameworkState, FrameworkStep, ReviewAnswer
from tracker.security.identity import Identity
from tracker.services import framework_authoring as authoring
from tracker.services import framework_life as life
from tracker.services import framework_reviews as reviews
from tracker.services.framework_authoring import CompetenceDraft


class LifeOfAVersion(RuleBasedStateMachine):
    """Take any step at any time: only the right ones are possible, and each is kept."""

    make = None

    @initialize()
    def begin(self):
        self.db, self.framework, self.by, self.reader, self.now = self.make()
        self.kept = []
        self.frozen_words = None

    @rule(
        step=st.sampled_from(["ask", "send", "agree", "refuse", "back", "publish", "retire", "due"])
    )
    def step(self, step):
        before = self.framework.state
        try:
            with self.db.begin_nested():
                self._take(step)
        except TrackerError:
            self.db.refresh(self.framework)
            assert self.framework.state is before
        if self.framework.state is not before:
            assert self.framework.state in life.NEXT_STATES[before]
            self.kept.append(self.framework.state)

    @rule(name=st.sampled_from(["One", "Two"]))
    def rename(self, name):
        try:
            with self.db.begin_nested():
                authoring.rename_framework(self.db, self.framework, name, by=self.by)
        except TrackerError:
            assert self.framework.state is not FrameworkState.DRAFT
        else:
            assert self.framework.state is FrameworkState.DRAFT

    def _take(self, step):
        db, one, who, now = self.db, self.framework, {"by": self.by}, self.now
        at = who | {"now": now}
        match step:
            case "ask":
                reviews.ask_review(db, one, self.reader, **at)
            case "send":
                life.send_to_review(db, one, **at)
            case "agree":
                agree(db, one, self.reader, now=now)
            case "refuse":
                change = ReviewAnswer.ASKS_FOR_CHANGE
                agree(db, one, self.reader, now=now, answer=change, words="No.")
            case "back":
                life.send_back(db, one, **at)
            case "publish":
                life.publish(db, one, **at, today=now.date())
            case "retire":
                day = now.date()
                life.retire(db, one, last_day=day, replaced_by=None, **at, today=day)
            case "due":
                life.retire_due(db, one.organisation_id, **at, today=now.date() + timedelta(days=1))

    @invariant()
    def every_step_is_kept(self):
        if hasattr(self, "kept"):
            steps = self.db.scalars(
                select(FrameworkStep.state)
                .where(FrameworkStep.framework_id == self.framework.id)
                .order_by(FrameworkStep.id)
            ).all()
            assert steps == self.kept

    @invariant()
    def published_words_stay(self):
        if hasattr(self, "kept") and self.framework.state in FROZEN:
            self.frozen_words = self.frozen_words or self.framework.name
            assert self.framework.name == self.frozen_words
            assert self.framework.published_on is not None


def test_only_the_right_steps_are_possible(db, organisation, factories, now):
    reader, writer = factories.StaffMember(), factories.StaffMember()
    by = Identity(staff_id=writer.id, organisation_id=organisation.id)

    def make(_self):
        framework = Framework(
            organisation_id=organisation.id,
            key=f"f{len(db.scalars(select(Framework.id)).all())}",
            version=1,
            name="Ours",
            state=FrameworkState.DRAFT,
        )
        db.add(framework)
        db.flush()
        domain = authoring.add_domain(db, framework, "Only", by=by)
        authoring.add_competence(
            db,
            framework,
            CompetenceDraft(
                name="One", description="One.", levels=LEVELS, domain_id=domain.public_id
            ),
            by=by,
        )
        return db, framework, by, reader, now

    machine = type("Machine", (LifeOfAVersion,), {"make": make})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=12,
            stateful_step_count=14,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
