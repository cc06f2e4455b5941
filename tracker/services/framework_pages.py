"""What the pages of frameworks show."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from tracker.models import (
    FROZEN,
    Competence,
    CompetenceOrigin,
    Domain,
    Framework,
    FrameworkAuthor,
    FrameworkComment,
    FrameworkReview,
    FrameworkState,
    FrameworkStep,
    OriginKind,
)
from tracker.services.framework_changes import Changes, compare
from tracker.services.framework_exchange import record_of, with_texts
from tracker.services.framework_life import texts_of, version_before
from tracker.services.framework_reviews import Thread, competence_in, domain_in, threads
from tracker.services.plain_words import Reading, read_plainly

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tracker.security.identity import Identity

MOST_CANDIDATES = 60


@dataclass(frozen=True, kw_only=True)
class ListedVersion:
    framework: Framework
    competences: int
    open_comments: int
    #: how many of those who are asked to read it have answered, and of how many
    answered: int
    asked: int


@dataclass(frozen=True, kw_only=True)
class DomainLine:
    domain: Domain
    competences: int
    #: competences with a remark of the plain-English check
    to_mend: int
    open_comments: int


@dataclass(frozen=True, kw_only=True)
class FrameworkPage:
    framework: Framework
    domains: Sequence[DomainLine]
    authors: Sequence[FrameworkAuthor]
    reviews: Sequence[FrameworkReview]
    steps: Sequence[FrameworkStep]
    threads: Sequence[Thread]
    before: Framework | None
    #: a later version, of which nobody should begin another
    later: Framework | None

    @property
    def competences(self) -> int:
        return sum(one.competences for one in self.domains)

    @property
    def open_comments(self) -> int:
        return sum(1 for one in self.threads if one.comment.resolved_at is None)


@dataclass(frozen=True, kw_only=True)
class CompetenceLine:
    competence: Competence
    reading: Reading
    open_comments: int


@dataclass(frozen=True, kw_only=True)
class DomainPage:
    domain: Domain
    lines: Sequence[CompetenceLine]


@dataclass(frozen=True, kw_only=True)
class CompetencePage:
    competence: Competence
    #: what the plain-English check says of each text, by the name of its box
    readings: dict[str, Reading]
    whole: Reading
    threads: Sequence[Thread]
    origins: Sequence[CompetenceOrigin]
    #: of the version in use: what this one may take the place of
    candidates: Sequence[tuple[str, str]] = field(default_factory=tuple)


def list_frameworks(db: "Session", *, by: "Identity") -> list[ListedVersion]:
    """List every version of every framework, what is being written first, in four questions."""
    ours = Framework.organisation_id == by.organisation_id
    competences: dict[int, int] = dict(
        db.execute(
            select(Domain.framework_id, func.count(Competence.id))
            .join(Competence, Competence.domain_id == Domain.id)
            .where(Domain.organisation_id == by.organisation_id)
            .group_by(Domain.framework_id)
        ).all()
    )
    comments = _open_comments(db, FrameworkComment.framework_id, by.organisation_id)
    asked = _answers(db, by.organisation_id)
    return [
        ListedVersion(
            framework=one,
            competences=competences.get(one.id, 0),
            open_comments=comments.get(one.id, 0),
            answered=asked.get(one.id, (0, 0))[0],
            asked=asked.get(one.id, (0, 0))[1],
        )
        for one in db.scalars(
            select(Framework)
            .where(ours)
            .order_by(
                Framework.state.not_in((FrameworkState.DRAFT, FrameworkState.IN_REVIEW)),
                Framework.key,
                Framework.version.desc(),
            )
        )
    ]


def _answers(db: "Session", organisation_id: int) -> dict[int, tuple[int, int]]:
    """Count by version how many of those who are asked to read it have answered."""
    return {
        row.framework_id: (row.answered, row.asked)
        for row in db.execute(
            select(
                FrameworkReview.framework_id,
                func.count(FrameworkReview.answered_at).label("answered"),
                func.count(FrameworkReview.id).label("asked"),
            )
            .where(
                FrameworkReview.organisation_id == organisation_id,
                FrameworkReview.closed_at.is_(None),
            )
            .group_by(FrameworkReview.framework_id)
        )
    }


def framework_page(db: "Session", framework: Framework) -> FrameworkPage:
    said = threads(db, framework)
    authors = select(FrameworkAuthor).where(FrameworkAuthor.framework_id == framework.id)
    reviews = select(FrameworkReview).where(
        FrameworkReview.framework_id == framework.id, FrameworkReview.closed_at.is_(None)
    )
    steps = select(FrameworkStep).where(FrameworkStep.framework_id == framework.id)
    return FrameworkPage(
        framework=framework,
        domains=_domain_lines(db, framework, said),
        authors=db.scalars(
            authors.options(joinedload(FrameworkAuthor.staff_member)).order_by(FrameworkAuthor.id)
        ).all(),
        reviews=db.scalars(
            reviews.options(joinedload(FrameworkReview.reviewer)).order_by(FrameworkReview.id)
        ).all(),
        steps=db.scalars(
            steps.options(joinedload(FrameworkStep.by)).order_by(FrameworkStep.id)
        ).all(),
        threads=said,
        before=version_before(db, framework),
        later=_later(db, framework),
    )


def _later(db: "Session", framework: Framework) -> Framework | None:
    return db.scalar(
        select(Framework)
        .where(
            Framework.organisation_id == framework.organisation_id,
            Framework.key == framework.key,
            Framework.version > framework.version,
        )
        .order_by(Framework.version.desc())
        .limit(1)
    )


def _domain_lines(db: "Session", framework: Framework, said: Sequence[Thread]) -> list[DomainLine]:
    """Count by domain what there is, what could be plainer, and what is talked about."""
    homes: dict[int, int] = {
        row.id: row.domain_id
        for row in db.execute(
            select(Competence.id, Competence.domain_id)
            .join(Domain, Domain.id == Competence.domain_id)
            .where(Domain.framework_id == framework.id)
        )
    }
    whole, to_mend = Counter(homes.values()), Counter[int]()
    for competence_id, texts in texts_of(db, framework, None).items():
        to_mend[homes[competence_id]] += not read_plainly(*texts[1:]).is_plain
    open_in = Counter(
        homes[one.comment.competence_id]
        for one in said
        if one.comment.competence_id in homes and one.comment.resolved_at is None
    )
    return [
        DomainLine(
            domain=one,
            competences=whole[one.id],
            to_mend=to_mend[one.id],
            open_comments=open_in[one.id],
        )
        for one in db.scalars(
            select(Domain).where(Domain.framework_id == framework.id).order_by(Domain.position)
        )
    ]


def domain_page(db: "Session", framework: Framework, domain_id: str) -> DomainPage:
    domain = domain_in(db, framework, domain_id)
    comments = _open_comments(db, FrameworkComment.competence_id, framework.organisation_id)
    competences = db.scalars(
        select(Competence)
        .where(Competence.domain_id == domain.id)
        .order_by(Competence.position)
        .options(selectinload(Competence.levels))
    )
    return DomainPage(
        domain=domain,
        lines=[
            CompetenceLine(
                competence=one,
                reading=read_plainly(one.description, *(said.description for said in one.levels)),
                open_comments=comments.get(one.id, 0),
            )
            for one in competences
        ],
    )


def competence_page(db: "Session", framework: Framework, competence_id: str) -> CompetencePage:
    competence = competence_in(db, framework, competence_id)
    texts = {
        "description": competence.description,
        **{f"level_{one.level}": one.description for one in competence.levels},
    }
    origins = db.scalars(
        select(CompetenceOrigin)
        .where(CompetenceOrigin.competence_id == competence.id)
        .options(joinedload(CompetenceOrigin.predecessor))
        .order_by(CompetenceOrigin.id)
    ).all()
    return CompetencePage(
        competence=competence,
        readings={name: read_plainly(text) for name, text in texts.items()},
        whole=read_plainly(*texts.values()),
        threads=threads(db, framework, competence),
        origins=origins,
        candidates=candidates(db, framework, competence.domain, origins),
    )


def candidates(
    db: "Session",
    framework: Framework,
    domain: Domain,
    origins: Sequence[CompetenceOrigin] = (),
) -> list[tuple[str, str]]:
    """List what of the version in use a competence may take the place of.

    Its own first, then what nothing else takes the place of, then its domain's.
    """
    before = version_before(db, framework)
    if before is None:
        return []
    own = {one.predecessor_id for one in origins}
    taken = set(
        db.scalars(
            select(CompetenceOrigin.predecessor_id)
            .join(Competence, Competence.id == CompetenceOrigin.competence_id)
            .join(Domain, Domain.id == Competence.domain_id)
            .where(Domain.framework_id == framework.id)
        )
    )
    rows = db.execute(
        select(Competence.id, Competence.public_id, Competence.name, Domain.key)
        .join(Domain, Domain.id == Competence.domain_id)
        .where(Domain.framework_id == before.id)
        .order_by(Domain.position, Competence.position)
    ).all()
    ranked = sorted(
        rows, key=lambda row: (row.id not in own, row.id in taken, row.key != domain.key)
    )
    near = [row for row in ranked if row.id in own or row.id not in taken or row.key == domain.key]
    return [(row.public_id, row.name) for row in near[:MOST_CANDIDATES]]


def changes_page(db: "Session", framework: Framework) -> tuple[Framework | None, Changes]:
    """Say how a version differs from the one that was published before it."""
    before = version_before(db, framework)
    if before is not None and before.version > framework.version:
        before = None
    records = [record_of(with_texts(db, one)) if one else None for one in (before, framework)]
    new = records[1]
    if new is None:
        raise RuntimeError("a version is there")
    return before, compare(records[0], new)


def others_in_use(db: "Session", framework: Framework) -> list[tuple[str, str]]:
    """List the frameworks that could take the place of this one."""
    return [
        (one.public_id, f"{one.name}, version {one.version}")
        for one in db.scalars(
            select(Framework)
            .where(
                Framework.organisation_id == framework.organisation_id,
                Framework.state == FrameworkState.PUBLISHED,
                Framework.id != framework.id,
            )
            .order_by(Framework.name)
        )
    ]


def chosen_other(db: "Session", framework: Framework, public_id: str) -> Framework | None:
    return db.scalar(
        select(Framework).where(
            Framework.organisation_id == framework.organisation_id,
            Framework.public_id == public_id,
        )
    )


def counts_still(origins: Sequence[CompetenceOrigin]) -> bool:
    return all(one.kind is not OriginKind.CHANGED for one in origins)


def is_frozen(framework: Framework) -> bool:
    return framework.state in FROZEN


def _open_comments(db: "Session", column: object, organisation_id: int) -> dict[int, int]:
    rows = db.execute(
        select(column, func.count())  # type: ignore[call-overload]
        .where(
            FrameworkComment.organisation_id == organisation_id,
            FrameworkComment.parent_id.is_(None),
            FrameworkComment.resolved_at.is_(None),
        )
        .group_by(column)
    )
    return dict(rows.all())
