"""Keeps alerts by the hundred thousand: lines go into a staging table, then in as a set."""
# ruff: noqa: S608 - statements are put together from our own names alone

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import text

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from integrations.outcomes.alert_columns import AlertColumns
    from integrations.outcomes.alert_line import Block

STAGING = """
CREATE TEMP TABLE IF NOT EXISTS alert_staging (
    line integer, source_key varchar(80) {collate}, organisation_unit_id integer,
    staff_pseudonym varchar(80), alert_type varchar(80), fired_at {moment}, response varchar(40),
    responded_at {moment}, is_true_alert boolean, has_reason boolean, is_override_right boolean,
    fired_on date, minutes_to_respond integer
) {end}
"""
POSTGRESQL = {"moment": "timestamptz", "collate": 'COLLATE "C"', "end": "ON COMMIT DROP"}
SQLITE = {"moment": "datetime", "collate": "", "end": ""}
COLUMNS = (
    "line, source_key, organisation_unit_id, staff_pseudonym, alert_type, fired_at, response, "
    "responded_at, is_true_alert, has_reason, is_override_right, fired_on, minutes_to_respond"
)
FACTS = (
    "organisation_unit_id",
    "staff_pseudonym",
    "alert_type",
    "fired_on",
    "fired_at",
    "response",
    "minutes_to_respond",
    "has_reason",
)
#: A log says again what is known, or corrects it; what an audit found stays.
AUDITED = ("is_true_alert", "is_override_right")
TWICE = """
DELETE FROM alert_staging WHERE line IN (
    SELECT line FROM (
        SELECT line, row_number() OVER (
            PARTITION BY source_key ORDER BY responded_at DESC NULLS LAST, line DESC
        ) AS place FROM alert_staging
    ) AS ranked WHERE place > 1
)
"""
#: The last answer that a system told of counts, wherever the log has none or an earlier one.
ANSWERED = """
UPDATE alert_staging AS s
SET response = f.response, responded_at = f.answered_at, has_reason = f.has_reason,
    minutes_to_respond = CASE WHEN f.answered_at >= s.fired_at THEN {minutes} END
FROM (
    SELECT source_key, response, answered_at, has_reason, row_number() OVER (
        PARTITION BY source_key ORDER BY answered_at DESC, id DESC
    ) AS place FROM alert_feedback WHERE organisation_id = :organisation
) AS f
WHERE f.source_key = s.source_key AND f.place = 1
    AND (s.responded_at IS NULL OR f.answered_at >= s.responded_at)
"""
DIFFERS = " OR ".join(
    [f"e.{name} IS DISTINCT FROM s.{name}" for name in FACTS]
    + [f"e.{name} IS DISTINCT FROM COALESCE(s.{name}, e.{name})" for name in AUDITED]
)
#: An audit's sample says only what it found, of alerts that are here.
AUDIT_DIFFERS = " OR ".join(
    f"e.{name} IS DISTINCT FROM COALESCE(s.{name}, e.{name})" for name in AUDITED
)
SAME_ALERT = "e.organisation_id = :organisation AND e.source_key = s.source_key"
STALE = """
INSERT INTO alert_stale_day (organisation_id, day, is_restated)
SELECT DISTINCT :organisation, {day}, {restated} FROM {of}
ON CONFLICT (organisation_id, day) DO UPDATE SET is_restated = {merged}
"""
#: Two clocks may disagree: an answer before its alert took no time that we know of.
MINUTES = {
    True: "floor(extract(epoch FROM f.answered_at - s.fired_at) / 60)",
    False: "minutes_between(s.fired_at, f.answered_at)",
}
INSERT = f"""
INSERT INTO alert_event (organisation_id, source_key, {", ".join((*FACTS, *AUDITED))},
    import_run_id)
SELECT CAST(:organisation AS integer), source_key, {", ".join((*FACTS, *AUDITED))},
    CAST(:run AS integer)
FROM alert_staging WHERE true ORDER BY source_key
ON CONFLICT (organisation_id, source_key) DO NOTHING
"""


@dataclass(kw_only=True)
class Merged:
    """What a batch came to."""

    added: int = 0
    restated: int = 0
    unchanged: int = 0
    #: answers that stand before their alert
    disagreeing: int = 0
    #: lines of an audit whose alert is not here
    unknown: int = 0


@dataclass
class Batch:
    """Blocks of lines that go in together."""

    blocks: "list[Block]" = field(default_factory=list)
    size: int = 0

    def add(self, block: "Block") -> None:
        self.blocks.append(block)
        self.size += block.size

    @property
    def alerts(self) -> "list[AlertColumns]":
        return [some for block in self.blocks for some in block.alerts]

    def key_range(self) -> tuple[bytes, bytes] | None:
        """Give the first and the last number; none where one stands there twice."""
        keys: list[bytes] = []
        for alerts in self.alerts:
            keys += alerts.source_key.tolist()
        if not keys or len(set(keys)) < len(keys):
            return None
        return min(keys), max(keys)


class AlertStore:
    """Takes batches into one organisation's alerts, within the transaction of its session."""

    def __init__(self, db: "Session", organisation_id: int, run_id: int) -> None:
        self._db = db
        self._facts = {"organisation": organisation_id, "run": run_id}
        self._is_postgresql = db.get_bind().dialect.name == "postgresql"

    def take(self, batch: Batch) -> Merged:
        """Keep a batch of a log."""
        if self._is_postgresql and self._is_all_new(batch):
            return self._take_new(batch)
        self._stage(batch)
        if self._any("alert_feedback"):
            self._let_answers_count()
        merged = Merged(disagreeing=self._count("responded_at < fired_at"))
        total = self._count("true")
        merged.added = self._insert()
        if merged.added < total:  # the rest was here before
            merged.restated = self._restate(DIFFERS, (*FACTS, *AUDITED))
        merged.unchanged = total - merged.added - merged.restated
        return merged

    def _is_all_new(self, batch: Batch) -> bool:
        """Tell whether no line can be here already, and no answer is kept for one."""
        keys = batch.key_range()
        if keys is None or self._any("alert_feedback"):
            return False
        # The next one in the order of the index: what lies between is sought in the whole table.
        following = self._db.scalar(
            text(
                "SELECT source_key FROM alert_event WHERE organisation_id = :organisation "
                "AND source_key >= :first ORDER BY source_key LIMIT 1"
            ),
            {**self._facts, "first": keys[0].decode()},
        )
        return following is None or following.encode() > keys[1]

    def _take_new(self, batch: Batch) -> Merged:
        """Copy lines straight to where they are kept: alerts of a new time, by far the most."""
        from tracker.services.alert_copy import copy_new

        copy_new(
            self._driver(),
            batch.alerts,
            organisation_id=self._facts["organisation"],
            run_id=self._facts["run"],
        )
        days = {day for alerts in batch.alerts for day in alerts.days()}
        stale = STALE.format(
            day="day",
            restated="false",
            of="unnest(CAST(:days AS date[])) AS day",
            merged="alert_stale_day.is_restated OR excluded.is_restated",
        )
        self._db.execute(text(stale), {**self._facts, "days": sorted(days)})
        disagreeing = sum(alerts.number_disagreeing() for alerts in batch.alerts)
        return Merged(added=batch.size, disagreeing=disagreeing)

    def take_audit(self, batch: Batch) -> Merged:
        """Keep what an audit found of alerts that are here."""
        self._stage(batch)
        merged = Merged()
        known = self._run(
            f"SELECT count(*) FROM alert_staging AS s JOIN alert_event AS e ON {SAME_ALERT}"
        ).scalar_one()
        merged.unknown = self._count("true") - known
        merged.restated = self._restate(AUDIT_DIFFERS, AUDITED)
        merged.unchanged = known - merged.restated
        return merged

    def _stage(self, batch: Batch) -> None:
        self._run(STAGING.format(**(POSTGRESQL if self._is_postgresql else SQLITE)))
        self._run("DELETE FROM alert_staging")
        if self._is_postgresql:
            from tracker.services.alert_copy import copy_to_staging

            copy_to_staging(self._driver(), batch.alerts)
        else:
            self._insert_lines(batch)
        if batch.key_range() is None:
            self._run(TWICE)

    def _driver(self) -> Any:  # noqa: ANN401 - psycopg's or sqlite3's own
        return self._db.connection().connection.driver_connection

    def _insert_lines(self, batch: Batch) -> None:
        names = COLUMNS.split(", ")
        statement = text(
            f"INSERT INTO alert_staging ({COLUMNS}) VALUES ({', '.join(f':{n}' for n in names)})"
        )
        for alerts in batch.alerts:
            rows = [
                {
                    **dict(zip(names, (*line, day, minutes), strict=True)),
                    "fired_at": _text(line.fired_at),
                    "responded_at": _text(line.responded_at),
                }
                for line, day, minutes in alerts.each()
            ]
            self._db.execute(statement, rows)

    def _let_answers_count(self) -> None:
        if not self._is_postgresql:  # which has no way to subtract one time from another
            self._driver().create_function("minutes_between", 2, _minutes_between)
        self._run(ANSWERED.format(minutes=MINUTES[self._is_postgresql]))

    def _restate(self, differs: str, names: Sequence[str]) -> int:
        """Let known alerts say what they say now; the days of before and after are counted anew."""
        found = f"alert_staging AS s JOIN alert_event AS e ON {SAME_ALERT} WHERE ({differs})"
        days = ["e.fired_on"] + (["s.fired_on"] if "fired_on" in names else [])
        for day in days:
            self._mark_stale(day, found, is_restated=True)
        sets = ", ".join(
            f"{name} = COALESCE(s.{name}, e.{name})" if name in AUDITED else f"{name} = s.{name}"
            for name in names
        )
        done: Any = self._run(
            f"UPDATE alert_event AS e SET {sets}, import_run_id = :run "
            f"FROM alert_staging AS s WHERE {SAME_ALERT} AND ({differs})"
        )
        return int(done.rowcount)

    def _insert(self) -> int:
        if self._is_postgresql:
            stale = STALE.format(
                day="fired_on",
                restated="false",
                of="added",
                merged="alert_stale_day.is_restated OR excluded.is_restated",
            )
            return int(
                self._run(
                    f"WITH added AS ({INSERT} RETURNING fired_on), marked AS ({stale}) "
                    "SELECT count(*) FROM added"
                ).scalar_one()
            )
        new = (
            "alert_staging AS s WHERE NOT EXISTS (SELECT 1 FROM alert_event AS e "
            f"WHERE {SAME_ALERT})"
        )
        self._mark_stale("s.fired_on", new, is_restated=False)
        done: Any = self._run(INSERT)
        return int(done.rowcount)

    def _mark_stale(self, day: str, found: str, *, is_restated: bool) -> None:
        merged = "max(alert_stale_day.is_restated, excluded.is_restated)"
        if self._is_postgresql:
            merged = "alert_stale_day.is_restated OR excluded.is_restated"
        word = "true" if is_restated else "false"
        self._run(STALE.format(day=day, restated=word, of=found, merged=merged))

    def _any(self, table: str) -> bool:
        found = self._run(f"SELECT 1 FROM {table} WHERE organisation_id = :organisation LIMIT 1")
        return found.first() is not None

    def _count(self, condition: str) -> int:
        asked = f"SELECT count(*) FROM alert_staging WHERE {condition}"
        return int(self._run(asked).scalar_one())

    def _run(self, statement: str) -> Any:  # noqa: ANN401 - a result of rows or of none
        return self._db.execute(text(statement), self._facts)


def look_at_new_size(db: "Session", added: int) -> None:
    """Have PostgreSQL look at the alerts where much of them is new.

    It would by itself in a minute or so; until then a day is compared with all there ever were.
    """
    if not added or db.get_bind().dialect.name != "postgresql":
        return
    known = db.scalar(text("SELECT reltuples FROM pg_class WHERE oid = to_regclass('alert_event')"))
    if added * 5 > (known or 0):
        db.execute(text("ANALYZE alert_event (organisation_id, source_key, fired_on)"))


def _text(moment: datetime | None) -> str | None:
    """Write a time as SQLite keeps it."""
    return None if moment is None else moment.strftime("%Y-%m-%d %H:%M:%S.%f")


def _minutes_between(fired_at: str, responded_at: str | None) -> int | None:
    if responded_at is None or responded_at < fired_at:
        return None
    between = datetime.fromisoformat(responded_at) - datetime.fromisoformat(fired_at)
    return int(between.total_seconds() // 60)
