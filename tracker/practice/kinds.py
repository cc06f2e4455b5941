"""Every kind of mock screen, by the name that a template calls it."""

from tracker.practice import charts, desk, medicines, records
from tracker.practice.drawn import Kind
from tracker.practice.written import written

KINDS: dict[str, Kind] = {
    "observations_trend": Kind(draw=charts.trend, needs=frozenset({"profiles", "notes"})),
    "observations_told": Kind(
        draw=charts.told, needs=frozenset({"profiles", "told", "other_notes"})
    ),
    "allergy": Kind(draw=medicines.allergy, needs=frozenset({"groups", "others"})),
    "same_medicine": Kind(draw=medicines.same_medicine, needs=frozenset({"pairs", "others"})),
    "results": Kind(draw=records.results, needs=frozenset({"tests", "actions"})),
    "namesake": Kind(draw=records.namesake, needs=frozenset({"tests"})),
    "safeguarding": Kind(draw=records.safeguarding, needs=frozenset({"relations", "asks"})),
    "going_home": Kind(draw=records.going_home, needs=frozenset({"later_plans"})),
    "inbox": Kind(
        draw=desk.inbox, needs=frozenset({"inside", "outside", "asking", "ordinary", "domain"})
    ),
    "session": Kind(draw=desk.session, needs=frozenset({"jobs", "tasks"})),
    "written": Kind(draw=written, needs=frozenset({"swap", "parts", "rule", "where"})),
}
