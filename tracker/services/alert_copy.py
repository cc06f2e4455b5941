"""Copies columns of alerts into PostgreSQL, in the form in which it keeps them itself."""

import struct
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import TYPE_CHECKING, Any

from integrations.outcomes.plain_times import DAY, NEVER, NO_DAY
from tracker.services import binary_copy as write

if TYPE_CHECKING:
    from integrations.outcomes.alert_columns import AlertColumns, Coded

Fields = dict[str, write.Field]
#: PostgreSQL counts days and moments from the beginning of 2000
BEFORE = 10_957
WHOLE = struct.Struct(">i")
AS_WHOLE, AS_TEXT = write.sized(WHOLE.pack), write.sized(str.encode)
AS_TRUTH = write.sized(struct.Struct("?").pack)


def copy_new(
    connection: Any,  # noqa: ANN401 - psycopg's own
    some: "Iterable[AlertColumns]",
    *,
    organisation_id: int,
    run_id: int,
) -> None:
    """Copy alerts straight to where they are kept."""

    def fields(alerts: "AlertColumns") -> Fields:
        return {
            "organisation_id": write.same(len(alerts), WHOLE.pack(organisation_id)),
            "import_run_id": write.same(len(alerts), WHOLE.pack(run_id)),
            **_facts(alerts),
        }

    _copy(connection, "alert_event", map(fields, some))


def copy_to_staging(connection: Any, some: "Iterable[AlertColumns]") -> None:  # noqa: ANN401
    """Copy alerts to where they are compared with those that are kept."""

    def fields(alerts: "AlertColumns") -> Fields:
        return {
            "line": write.numbers(alerts.line, ">i4", -1),
            "responded_at": _moments(alerts.responded_at.moments),
            **_facts(alerts),
        }

    _copy(connection, "alert_staging", map(fields, some))


def _copy(connection: Any, table: str, blocks: Iterator[Fields]) -> None:  # noqa: ANN401
    first = next(blocks, None)
    if first is None:
        return
    asked = f"COPY {table} ({', '.join(first)}) FROM STDIN (FORMAT binary)"
    with connection.cursor() as cursor, cursor.copy(asked) as copy:
        copy.write(write.BEGIN)
        for fields in chain((first,), blocks):
            copy.write(write.rows(list(fields.values())))
        copy.write(write.END)


def _facts(alerts: "AlertColumns") -> Fields:
    return {
        "source_key": write.texts(alerts.source_key),
        "organisation_unit_id": _coded(alerts.unit_id, AS_WHOLE),
        "staff_pseudonym": _coded(alerts.staff, AS_TEXT),
        "alert_type": _coded(alerts.alert_type, AS_TEXT),
        "fired_on": write.numbers(alerts.fired_at.days - BEFORE, ">i4", NO_DAY - BEFORE),
        "fired_at": _moments(alerts.fired_at.moments),
        "response": _coded(alerts.response, AS_TEXT),
        "minutes_to_respond": write.numbers(alerts.minutes(), ">i4", -1),
        "has_reason": _coded(alerts.has_reason, AS_TRUTH),
        "is_true_alert": _coded(alerts.is_true_alert, AS_TRUTH),
        "is_override_right": _coded(alerts.is_override_right, AS_TRUTH),
    }


def _coded(column: "Coded", as_bytes: Callable[[Any], bytes]) -> write.Field:
    return write.coded(column.codes, column.values, as_bytes)


def _moments(moments: write.Numbers) -> write.Field:
    return write.numbers(moments - BEFORE * DAY, ">i8", NEVER - BEFORE * DAY)
