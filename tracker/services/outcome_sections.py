"""Puts charts and verdicts into sections: outcomes first, completion never by itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tracker.models import MeasureFamily
from tracker.services.outcome_changes import with_verdict
from tracker.services.outcome_data import HARM, REPORTING, Shown
from tracker.services.outcome_recognition import FALSE_ALARMS, HITS
from tracker.services.outcome_series import Series
from tracker.services.outcome_values import Change, Chart, Figure, MeasureFacts, Section, Verdict
from tracker.services.period_words import listed

#: More names than this hide what matters; the list of verdicts has them all.
FEW = 2
#: So many units are named with what changed there; a reader has a minute.
MOST_UNITS = 4
#: A sentence begins with a word, not a figure.
IN_WORDS = dict(
    enumerate(("One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine"), start=1)
)
FAMILIES = {
    MeasureFamily.OUTCOME: (
        "Outcomes",
        "What patients and staff gain or lose. These are what the goals are for.",
    ),
    MeasureFamily.PROCESS: (
        "On the way there",
        "What people do and feel. These can move before an outcome does.",
    ),
    MeasureFamily.BALANCING: (
        "To keep an eye on",
        "What goals should not change, or should not make worse.",
    ),
}
READING = {
    (
        "up",
        "up",
    ): "More incidents are reported, and a larger share of them did harm. Look into both.",
    ("up", "flat"): (
        "More incidents are reported, and the share with harm did not grow. People are likely to "
        "be speaking up more."
    ),
    ("up", "down"): (
        "More incidents are reported, and a smaller share of them did harm. People are likely to "
        "be speaking up more, and care may be safer."
    ),
    ("flat", "up"): (
        "People report as much as before, but a larger share did harm. Find out what happened."
    ),
    ("flat", "flat"): "Neither changed clearly.",
    ("flat", "down"): (
        "People report as much as before, and a smaller share did harm. That is a good sign."
    ),
    ("down", "up"): (
        "Fewer incidents are reported, and a larger share did harm. Ask whether people have "
        "stopped reporting."
    ),
    ("down", "flat"): (
        "Fewer incidents are reported, and the share with harm did not fall. Ask whether people "
        "have stopped reporting."
    ),
    ("down", "down"): (
        "Both fell. Before you celebrate, check that people still report near misses."
    ),
}


NOT_BOTH_MOVED = "Read the two together: what counts is how far they are apart."
SPOTTED = {
    ("up", "up"): (
        "People say yes more often, where something is there and where nothing is. That alone is "
        "not learning to see."
    ),
    ("down", "down"): (
        "People say yes less often, where something is there and where nothing is. Ask whether "
        "they have stopped speaking up."
    ),
    ("up", "down"): "More is spotted, with fewer false alarms. That is learning to see.",
    ("down", "up"): "Less is spotted, with more false alarms. Ask what has changed.",
}


@dataclass(frozen=True, kw_only=True)
class Material:
    """What sections are made from, by measure."""

    unit_name: str
    series: Mapping[str, Series]
    shown: Mapping[str, Shown]
    charts: Mapping[str, Chart]
    changes: Mapping[str, Change]
    below: tuple[Mapping[str, Change], ...]
    measures: Sequence[MeasureFacts]

    def family(self, key: str) -> str:
        return next((measure.family for measure in self.measures if measure.key == key), "")


def sum_up(material: Material, *, has_rare_events: bool = False) -> tuple[str, ...]:
    """Say in a few sentences what changed and what did not."""
    changes = [
        change
        for key, change in material.changes.items()
        if material.series[key].measure.family != MeasureFamily.ACTIVITY
    ]
    if not changes and has_rare_events:
        return (
            "Nothing here is counted by month. See \u201cRare events\u201d.",
            *_elsewhere(material),
        )
    if not changes:
        return tuple(_elsewhere(material)) or (
            (
                "There is nothing to report for this period yet. Choose another period or unit, or "
                "ask your information team to import the data."
            ),
        )
    better = with_verdict(changes, Verdict.BETTER)
    worse = with_verdict(changes, Verdict.WORSE)
    other = with_verdict(changes, Verdict.CHANGED)
    flat = with_verdict(changes, Verdict.NO_CHANGE)
    unclear = with_verdict(changes, Verdict.TOO_FEW)
    said = []
    if better:
        said.append(_counted(better, "got better"))
    if worse:
        said.append(_counted(worse, "got worse"))
    if not better and not worse:
        said.append("Nothing clearly got better or worse.")
    if other:
        said.append(_counted(other, "moved, which is neither good nor bad by itself"))
    if flat:
        said.append(_counted(flat, "did not clearly change", named=len(flat) <= FEW))
    if unclear:
        said.append(_counted(unclear, "had too few numbers to tell", named=len(unclear) <= FEW))
    said += _elsewhere(material)
    return tuple(said)


def _elsewhere(material: Material) -> list[str]:
    """Say what got better or worse in which unit, and where to ask about a target."""
    moved = [words for unit in material.below if (words := _moved(material, unit))]
    told = moved[:MOST_UNITS]
    if rest := len(moved) - len(told):
        told.append(f"Something got better or worse in {rest} more. See “Where it changed”.")
    places = [name for name, _, _ in _places(material, Verdict.NO_CHANGE, Verdict.WORSE)]
    if places:
        named = listed(dict.fromkeys(places))
        told.append(
            f"Target met, point missed? In {named}, people completed their training, and what it "
            "was for did not get better."
        )
    return told


def _moved(material: Material, unit: Mapping[str, Change]) -> str:
    """Say in a sentence what got better or worse in a unit; nothing where nothing did."""
    words = [
        f"{listed(one.measure_name for one in changes)} got {way}"
        for verdict, way in ((Verdict.BETTER, "better"), (Verdict.WORSE, "worse"))
        if (
            changes := [
                one
                for one in with_verdict(unit.values(), verdict)
                if material.family(one.measure_key) == MeasureFamily.OUTCOME
            ]
        )
    ]
    return f"{next(iter(unit.values())).unit_name}: {'; '.join(words)}." if words else ""


def make_sections(material: Material) -> tuple[Section, ...]:
    sections = []
    for family, (title, introduction) in FAMILIES.items():
        figures = [
            _figure(material, measure.key)
            for measure in material.measures
            if measure.family == family
            and measure.key not in {REPORTING, HARM, HITS, FALSE_ALARMS}
            and measure.key in material.series
        ]
        if family == MeasureFamily.PROCESS:
            figures += _spotted_and_false_alarms(material)
        if figures:
            sections.append(
                Section(
                    key=family, title=title, introduction=(introduction,), figures=tuple(figures)
                )
            )
    if both := _reports_and_harm(material):
        sections.insert(1 if sections else 0, both)
    sections += _activities(material)
    return tuple(sections)


def point_missed(material: Material) -> tuple[str, ...]:
    """Ask, where completion rose and the outcome that it was for did not get better."""
    missed = _places(material, Verdict.NO_CHANGE, Verdict.WORSE)
    unclear = _places(material, Verdict.TOO_FEW)
    asked = []
    if missed:
        where = "here" if len(missed) == 1 else "in these places"
        asked.append(f"Was the target met and the point missed {where}?")
        asked += [_missed(*place) for place in missed]
    asked += [
        f"{name}: the training target is met. There are too few numbers to tell what "
        f"became of “{outcome.measure_name}”."
        for name, _done, outcome in unclear
    ]
    return tuple(asked)


def _places(material: Material, *verdicts: Verdict) -> list[tuple[str, Change, Change]]:
    """List where the target was hit, with what became of the outcome.

    A change is only there where at least eight staff are behind its numbers: so no smaller unit is
    ever named.
    """
    found = []
    for measure in material.measures:
        if measure.family != MeasureFamily.ACTIVITY or measure.for_outcome_key is None:
            continue
        for changes in (material.changes, *material.below):
            done, outcome = changes.get(measure.key), changes.get(measure.for_outcome_key)
            if done is None or outcome is None or not _hit(measure, done):
                continue
            if outcome.verdict in verdicts:
                found.append((done.unit_name or material.unit_name, done, outcome))
    return found


def _hit(measure: MeasureFacts, done: Change) -> bool:
    """Whether the target was met; without a target, whether more people completed than before."""
    if measure.target is None or done.after is None:
        return done.verdict is Verdict.BETTER
    return done.after * measure.multiplier >= measure.target


def _missed(place: str, done: Change, outcome: Change) -> str:
    before, after = (100 * (side or 0) for side in (done.before, done.after))
    verb = "got worse" if outcome.verdict is Verdict.WORSE else "did not clearly change"
    name = done.measure_name[:1].lower() + done.measure_name[1:]
    moved = f"went from {before:.0f}% to" if done.verdict is Verdict.BETTER else "is at"
    return f"{place}: {name} {moved} {after:.0f}%, but “{outcome.measure_name}” {verb}."


def _counted(changes: Sequence[Change], did: str, *, named: bool = True) -> str:
    number = IN_WORDS.get(len(changes), str(len(changes)))
    if not named:
        return f"{number} {did}."
    names = listed(change.measure_name for change in changes)
    return f"{number} {did}: {names}."


def _figure(material: Material, key: str) -> Figure:
    chart, change = material.charts.get(key), material.changes.get(key)
    sentence = change.sentence if change else ""
    if chart is None:
        return Figure(sentence=material.series[key].measure.name, withheld=_why_not(material, key))
    return Figure(charts=(chart,), sentence=sentence, remarks=chart.remarks)


def _why_not(material: Material, key: str) -> str:
    return material.shown[key].reason or "There are too few months in this period for a chart."


def _spotted_and_false_alarms(material: Material) -> list[Figure]:
    """Set false alarms beside what was spotted: who says yes to everything spots everything."""
    if not {HITS, FALSE_ALARMS} & material.series.keys():
        return []
    missing = [key for key in (HITS, FALSE_ALARMS) if key not in material.charts]
    if missing:
        why = (_why_not(material, key) for key in missing if key in material.series)
        return [
            Figure(
                sentence="What was spotted and false alarms are only shown together.",
                withheld=" ".join(dict.fromkeys(why)),
            )
        ]
    ways = [_way(material.changes.get(key)) for key in (HITS, FALSE_ALARMS)]
    return [
        Figure(
            charts=(material.charts[HITS], material.charts[FALSE_ALARMS]),
            sentence=SPOTTED.get((str(ways[0]), str(ways[1])), NOT_BOTH_MOVED),
        )
    ]


def _reports_and_harm(material: Material) -> Section | None:
    """Set the harm share beside the reporting rate: neither is ever read alone."""
    if not {REPORTING, HARM} <= material.series.keys():
        return None
    missing = [key for key in (REPORTING, HARM) if key not in material.charts]
    if missing:
        figure = Figure(
            sentence="Reports and harm are only shown together.",
            withheld=" ".join(dict.fromkeys(_why_not(material, key) for key in missing)),
        )
    else:
        charts = (material.charts[REPORTING], material.charts[HARM])
        remarks = dict.fromkeys(remark for chart in charts for remark in chart.remarks)
        figure = Figure(
            charts=charts,
            sentence=_read_together(material),
            remarks=(_harm_count(charts[1]), *remarks),
        )
    return Section(
        key="reports-and-harm",
        title="Reports and harm, read together",
        introduction=(
            (
                "More reports can be a good sign: people feel safe to speak up. So look at the "
                "share with harm beside them."
            ),
        ),
        figures=(figure,),
    )


def _read_together(material: Material) -> str:
    ways = [_way(material.changes.get(key)) for key in (REPORTING, HARM)]
    if None in ways:
        return "There are too few numbers to tell whether reports or harm changed."
    return READING[str(ways[0]), str(ways[1])]


def _way(change: Change | None) -> str | None:
    if change is None or change.verdict is Verdict.TOO_FEW:
        return None
    if change.verdict is Verdict.NO_CHANGE:
        return "flat"
    return "up" if (change.after or 0) > (change.before or 0) else "down"


def _harm_count(harm: Chart) -> str:
    """Give the number beside the share: the share falls by itself when reports rise."""
    did_harm = sum(point.numerator for point in harm.points)
    reported = sum(point.denominator or 0 for point in harm.points)
    return f"Of {reported:,.0f} incidents on the chart, {did_harm:,.0f} did moderate harm or worse."


def _activities(material: Material) -> list[Section]:
    """Show each activity beside the outcome that it was for, or not at all."""
    figures = []
    for measure in material.measures:
        outcome = measure.for_outcome_key
        if measure.family != MeasureFamily.ACTIVITY or outcome is None:
            continue
        if measure.key in material.charts and outcome in material.charts:
            charts = (material.charts[measure.key], material.charts[outcome])
            figures.append(
                Figure(
                    charts=charts,
                    sentence=_side_by_side(material, measure.key, outcome),
                    remarks=charts[0].remarks,
                )
            )
        elif measure.key in material.series:
            figures.append(
                Figure(
                    sentence=f"{measure.name}: not shown.",
                    withheld="It is only shown beside the outcome that it was for, and that one "
                    "cannot be shown here.",
                )
            )
    if not figures:
        return []
    return [
        Section(
            key="target-and-point",
            title="Target met, point missed?",
            introduction=(
                (
                    "Completing a course is not an outcome. So it is shown only beside what it was "
                    "meant to change."
                ),
            ),
            figures=tuple(figures),
        )
    ]


def _side_by_side(material: Material, activity: str, outcome: str) -> str:
    done, came = material.changes.get(activity), material.changes.get(outcome)
    if done is None or came is None:
        return "There are too few months to set the two side by side."
    return f"{done.sentence.split('. That')[0].rstrip('.')}. {came.sentence}"
