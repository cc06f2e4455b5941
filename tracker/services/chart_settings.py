"""How each measure's chart is drawn: kept with its reason and its author, the newest counts."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from sqlalchemy import func, select

from tracker.errors import InvalidInputError
from tracker.models import AuditKind, ChartSetting, OutcomeMeasure
from tracker.services import audit
from tracker.services.measure_words import CHART_WORDS, TWO_IN_THREE_WORDS
from tracker.services.measures import CHART_KINDS
from tracker.services.outcome_values import ChartRules

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from tracker.security.identity import Actor

SHORTEST, LONGEST = 3, 50
#: The same as the rules of the XmR chart ask for.
SHORTEST_BASELINE = 12
LONGEST_REASON = 300


@dataclass(frozen=True, kw_only=True)
class SettingDraft:
    """The rules of a chart, and why they are what they are."""

    rules: ChartRules
    reason: str


def set_chart(
    db: "Session", measure: OutcomeMeasure, draft: SettingDraft, *, by: "Actor"
) -> ChartSetting:
    """Draw a measure's chart by other rules from now on, on every page and in every file."""
    _check(measure, draft)
    rules = draft.rules
    setting = ChartSetting(
        organisation_id=measure.organisation_id,
        outcome_measure_id=measure.id,
        chart_kind=rules.kind,
        shift_length=rules.shift_length,
        trend_length=rules.trend_length,
        two_in_three=rules.two_in_three,
        is_screened=rules.is_screened,
        baseline_points=rules.baseline_points,
        reason=draft.reason.strip(),
        author_id=by.staff_id,
    )
    db.add(setting)
    measure.chart_kind = rules.kind
    audit.record(db, AuditKind.CHART_SET, measure, by=by, key=measure.key, rules=in_words(rules))
    return setting


def rules_of(db: "Session", measures: Collection[tuple[int, str]]) -> dict[int, ChartRules]:
    """Give the rules of each measure (its id and chart kind), in one query."""
    newest = (
        select(func.max(ChartSetting.id))
        .where(ChartSetting.outcome_measure_id.in_([measure_id for measure_id, _ in measures]))
        .group_by(ChartSetting.outcome_measure_id)
    )
    settings = db.scalars(select(ChartSetting).where(ChartSetting.id.in_(newest)))
    found = {setting.outcome_measure_id: as_rules(setting) for setting in settings}
    return {
        measure_id: found.get(measure_id, ChartRules(kind=kind)) for measure_id, kind in measures
    }


def settings_of(db: "Session", measure: OutcomeMeasure) -> list[ChartSetting]:
    """List every setting that this chart ever had, the newest first."""
    return list(
        db.scalars(
            select(ChartSetting)
            .where(
                ChartSetting.organisation_id == measure.organisation_id,
                ChartSetting.outcome_measure_id == measure.id,
            )
            .order_by(ChartSetting.id.desc())
        )
    )


def as_rules(setting: ChartSetting) -> ChartRules:
    return ChartRules(
        kind=setting.chart_kind,
        shift_length=setting.shift_length,
        trend_length=setting.trend_length,
        two_in_three=setting.two_in_three,
        is_screened=setting.is_screened,
        baseline_points=setting.baseline_points,
    )


def in_words(rules: ChartRules) -> str:
    """Say by which rules a chart is drawn, for the reader of the chart."""
    said = [CHART_WORDS[rules.kind].split(":")[0]]
    if rules.kind == "xmr":
        said.append(f"{rules.shift_length} on one side")
        said.append(f"{rules.trend_length} in a row up or down")
        said.append(TWO_IN_THREE_WORDS[rules.two_in_three].lower())
    else:
        said.append("runs judged by their length and crossings")
    if rules.kind not in {"run", "p", "u", "c", "g"}:
        said.append("large steps screened" if rules.is_screened else "no step screened")
    if rules.baseline_points:
        said.append(f"lines from the first {rules.baseline_points} points")
    return f"{'; '.join(said)}."


def _check(measure: OutcomeMeasure, draft: SettingDraft) -> None:
    rules = draft.rules
    if not draft.reason.strip():
        raise InvalidInputError("Say why, in a few words. It stays with the chart.", field="reason")
    if len(draft.reason) > LONGEST_REASON:
        raise InvalidInputError(f"Use {LONGEST_REASON} characters or fewer.", field="reason")
    fits = CHART_KINDS.get(rules.kind)
    if fits is None or (fits and measure.unit not in fits):
        raise InvalidInputError(
            "This chart does not fit this measure. Choose another.", field="chart_kind"
        )
    for field in ("shift_length", "trend_length"):
        if not SHORTEST <= cast("int", getattr(rules, field)) <= LONGEST:
            raise InvalidInputError(
                f"Write a whole number from {SHORTEST} to {LONGEST}.", field=field
            )
    if rules.two_in_three not in TWO_IN_THREE_WORDS:
        raise InvalidInputError("Choose one of the two.", field="two_in_three")
    if rules.baseline_points is not None and rules.baseline_points < SHORTEST_BASELINE:
        raise InvalidInputError(
            f"Lines need {SHORTEST_BASELINE} points or more. Leave it empty to use all.",
            field="baseline_points",
        )
