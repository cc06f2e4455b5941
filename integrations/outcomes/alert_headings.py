"""Finds the columns of an alert log under the names that other systems give them.

What is not plain is refused: somebody draws a map of the columns then.
"""

import re
from collections.abc import Iterable, Mapping, Sequence

from integrations.errors import FileRefusedError
from integrations.outcomes.headings import squeeze

NEEDED = ("alert_id", "fired_at", "response")
#: By letters and digits alone; what stands first says it best.
OTHER_NAMES: Mapping[str, Sequence[frozenset[str]]] = {
    ours: tuple(frozenset(rank.split()) for rank in ranks)
    for ours, ranks in {
        # each showing has its own number; an alert's may come again and again
        "alert_id": ("alertcsn alertinstanceid firingid", "alertid alertnumber", "eventid"),
        "fired_at": (
            "firedat shownat alerttime alertdatetime alertdttm fireddttm triggeredat displayeddttm",
            "eventdttm eventtime updatedatetime timestamp",
        ),
        "unit": ("unit unitcode", "ward nurseunit department departmentname", "location"),
        "staff": (
            "staff employeenumber staffnumber",
            "userid personnelid prsnlid",
            "providerid username user",
        ),
        "alert_type": (
            "alerttype alertname",
            "rulename rule",
            "bpaname ourpracticeadvisory advisory",
            "bpa ourpracticeadvisoryid modulename",
            "type",
        ),
        "response": ("response alertresponse alertaction actiontaken useraction", "action outcome"),
        "responded_at": (
            "respondedat answeredat responsedttm responsetime acknowledgedat",
            "actiondttm actiondatetime actiontime",
        ),
        "true_alert": ("truealert",),
        "override_appropriate": ("overrideappropriate",),
        "override_reason": ("overridereason overridereasondisp", "acknowledgereason", "reason"),
        "interruptive": ("interruptive interrupts interruptflg",),
    }.items()
}
WHAT = {
    "alert_id": "the alert\u2019s number",
    "fired_at": "when it was shown",
    "unit": "the unit",
    "staff": "whom it was shown to",
    "alert_type": "the kind of alert",
    "response": "what was done",
    "responded_at": "when it was answered",
    "true_alert": "what an audit found",
    "override_appropriate": "whether the override was right",
    "override_reason": "whether a reason was given",
    "interruptive": "whether it asked for an answer",
}
#: At least one of the columns must say so: a log of something else has a number and a time too.
ABOUT_ALERTS = re.compile("alert|advisory|bpa|firing|overrid")


def guess(columns: Iterable[str]) -> dict[str, str]:
    """Give our columns and theirs; nothing, if this may not be a log of alerts.

    :raises FileRefusedError: if two of their columns could be the same of ours.
    """
    by_name: dict[str, list[str]] = {}
    for column in columns:
        by_name.setdefault(squeeze(column), []).append(column)
    fitting = {ours: _best(ranks, by_name) for ours, ranks in OTHER_NAMES.items()}
    is_log = all(fitting[ours] for ours in NEEDED) and any(
        ABOUT_ALERTS.search(squeeze(one)) for some in fitting.values() for one in some
    )
    if not is_log:
        return {}
    for ours, some in fitting.items():
        if len(some) > 1:
            raise FileRefusedError(
                f"Two columns of the file could be {WHAT[ours]}: \u201c{some[0]}\u201d and "
                f"\u201c{some[1]}\u201d. Draw a map of its columns, and say there which it is."
            )
    return {ours: some[0] for ours, some in fitting.items() if some}


def in_words(found: Mapping[str, str]) -> str:
    """Say which columns were taken for what."""
    told = ", ".join(
        f"\u201c{found[ours]}\u201d for {WHAT[ours]}" for ours in WHAT if ours in found
    )
    return (
        f"The columns have names of another system. Taken were: {told}. "
        "If one of these is wrong, draw a map of the columns and bring the file again."
    )


def _best(ranks: Sequence[frozenset[str]], by_name: Mapping[str, list[str]]) -> list[str]:
    for rank in ranks:
        if fitting := [one for name in by_name if name in rank for one in by_name[name]]:
            return fitting
    return []
