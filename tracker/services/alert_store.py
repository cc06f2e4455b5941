"""Keeps alerts by the hundred thousand: lines go into a staging table, then in as a set."""
# ruff: noqa: S608 - statements are put together from our own names alone

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import chain
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from sqlalchemy import text

from integrations.outcomes.cells import from_ward_clock

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from integrations.outcomes.alert_log import Block

LONDON = ZoneInfo("Europe/London")
STAGING = """
CREATE TEMP TABLE IF NOT EXISTS alert_staging (
    line integer, source_key varchar(80) {collate}, organisation_unit_id integer,
    staff_pseudonym varchar(80), alert_type varchar(80), fired_at {moment}, response varchar(40),
    responded_at {moment}, is_true_alert boolean, has_reason boolean, is_override_right boolean,
    fired_on date {day}, minutes_to_respond integer {minutes}
) {end}
"""
#: Two clocks may disagree: an answer before its alert took no time that we know of.
POSTGRESQL = {
    "moment": "timestamptz",
    "collate": 'COLLATE "C"',
    "day": "GENERATED ALWAYS AS (CAST(fired_at AT TIME ZONE 'Europe/London' AS date)) STORED",
    "minutes": (
        "GENERATED ALWAYS AS (CASE WHEN responded_at >= fired_at THEN "
        "floor(extract(epoch FROM responded_at - fired_at) / 60) END) STORED"
    ),
    "end": "ON COMMIT DROP",
}
SQLITE = {"moment": "datetime", "collate": "", "day": "", "minutes": "", "end": ""}
COLUMNS = (
    "line, source_key, organisation_unit_id, staff_pseudonym, alert_type, fired_at, response, "
    "responded_at, is_true_alert, has_reason, is_override_right"
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
SET response = f.response, responded_at = f.answered_at, has_reason = f.has_reason
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
#: Times without an offset are what a clock on a ward in England shows.
LONDON_TIME = "SET LOCAL TIME ZONE 'Europe/London'"
#: where an alert's answer stands among the columns of a block
ANSWERED_AT = 7
COPIED = (
    "organisation_id, source_key, organisation_unit_id, staff_pseudonym, alert_type, fired_on, "
    "fired_at, response, minutes_to_respond, has_reason, is_true_alert, is_override_right, "
    "import_run_id"
)
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
        self.size += len(block.columns[1])


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
            self._run(ANSWERED)
        if not self._is_postgresql:
            self._work_out_times()
        merged = Merged(disagreeing=self._count("responded_at < fired_at"))
        total = self._count("true")
        merged.added = self._insert()
        if merged.added < total:  # the rest was here before
            merged.restated = self._restate(DIFFERS, (*FACTS, *AUDITED))
        merged.unchanged = total - merged.added - merged.restated
        return merged

    def _is_all_new(self, batch: Batch) -> bool:
        """Tell whether every line is plain, and none can be here already."""
        keys = [block.columns[1] for block in batch.blocks if block.columns[1]]
        if not keys or not all(_is_plain(block) for block in batch.blocks):
            return False
        if len(set(chain.from_iterable(keys))) < batch.size or self._any("alert_feedback"):
            return False
        # The next one in the order of the index: what lies between is sought in the whole table.
        following = self._db.scalar(
            text(
                "SELECT source_key FROM alert_event WHERE organisation_id = :organisation "
                "AND source_key >= :first ORDER BY source_key LIMIT 1"
            ),
            {**self._facts, "first": min(map(min, keys))},
        )
        return following is None or following > max(map(max, keys))

    def _take_new(self, batch: Batch) -> Merged:
        """Copy lines straight to where they are kept: alerts of a new time, by far the most."""
        self._run(LONDON_TIME)
        merged = Merged(added=batch.size)
        days: set[str] = set()
        asked = f"COPY alert_event ({COPIED}) FROM STDIN"
        with self._driver().cursor() as cursor, cursor.copy(asked) as copy:
            for block in batch.blocks:
                copy.write(_tabbed(block, self._facts))
                day, minutes = block.worked_out or ((), ())
                days.update(day)
                answered = block.columns[ANSWERED_AT]
                merged.disagreeing += sum(
                    late is None and at is not None
                    for late, at in zip(minutes, answered, strict=True)
                )
        stale = STALE.format(
            day="day",
            restated="false",
            of="unnest(CAST(:days AS date[])) AS day",
            merged="alert_stale_day.is_restated OR excluded.is_restated",
        )
        self._db.execute(text(stale), {**self._facts, "days": sorted(days)})
        return merged

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
            self._run(LONDON_TIME)
            self._copy(batch)
        else:
            self._insert_lines(batch)
        keys = [key for block in batch.blocks for key in block.columns[1]]
        if len(set(keys)) < len(keys):
            self._run(TWICE)

    def _copy(self, batch: Batch) -> None:
        asked = (
            f"COPY alert_staging ({COLUMNS}) FROM STDIN (FORMAT csv, FORCE_NOT_NULL (alert_type))"
        )
        with self._driver().cursor() as cursor, cursor.copy(asked) as copy:
            for block in batch.blocks:
                copy.write(_as_csv(zip(*block.columns, strict=True)))

    def _driver(self) -> Any:  # noqa: ANN401 - psycopg's or sqlite3's own
        return self._db.connection().connection.driver_connection

    def _insert_lines(self, batch: Batch) -> None:
        names = COLUMNS.split(", ")
        statement = text(
            f"INSERT INTO alert_staging ({COLUMNS}) VALUES ({', '.join(f':{n}' for n in names)})"
        )
        for block in batch.blocks:
            rows = [
                {
                    **dict(zip(names, line, strict=True)),
                    "fired_at": _utc(line.fired_at),
                    "responded_at": _utc(line.responded_at),
                }
                for line in block.lines
            ]
            if rows:
                self._db.execute(statement, rows)

    def _work_out_times(self) -> None:
        """SQLite has no time zones: a function of ours gives it London's day."""
        connection = self._driver()
        connection.create_function("london_day", 1, _london_day, deterministic=True)
        connection.create_function("minutes_between", 2, _minutes_between, deterministic=True)
        self._run(
            "UPDATE alert_staging SET fired_on = london_day(fired_at), "
            "minutes_to_respond = minutes_between(fired_at, responded_at)"
        )

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


class _AsText(dict[Any, str]):
    """How a number is written in a COPY, worked out once."""

    def __missing__(self, key: int | None) -> str:
        text = self[key] = NOTHING if key is None else str(key)
        return text


NOTHING = "\\N"
TRUTHS = {None: NOTHING, True: "t", False: "f"}


def _is_plain(block: "Block") -> bool:
    """Tell whether a block's lines need nothing escaped, and their times are worked out."""
    _, keys, _, staff, kinds, *_ = block.columns
    return (
        block.worked_out is not None
        and "\\" not in "".join(keys)
        and not any("\\" in kind for kind in set(kinds))
        and None not in staff
    )


def _tabbed(block: "Block", facts: dict[str, int]) -> str:
    """Write the lines of a block as COPY reads them; the same beginning and end stand in each."""
    _, key, unit, staff, kind, fired, response, _, true_alert, reason, right = block.columns
    day, minutes = block.worked_out or ((), ())
    if not key:
        return ""
    whole = _AsText()
    rows = map(
        "\t".join,
        zip(
            *(key, map(whole.__getitem__, unit), staff, kind, day, fired, response),
            map(whole.__getitem__, minutes),
            *(map(TRUTHS.__getitem__, column) for column in (reason, true_alert, right)),
            strict=True,
        ),
    )
    begin, end = f"{facts['organisation']}\t", f"\t{facts['run']}"
    return begin + (end + "\n" + begin).join(rows) + end + "\n"


def _as_csv(rows: Iterable[tuple[Any, ...]]) -> str:
    lines = io.StringIO()
    csv.writer(lines, lineterminator="\n").writerows(rows)
    return lines.getvalue()


def _utc(moment: str | None) -> str | None:
    """Write a time as SQLite keeps it."""
    if moment is None:
        return None
    read = datetime.fromisoformat(moment)
    utc = from_ward_clock(read) if read.tzinfo is None else read.astimezone(UTC)
    return utc.strftime("%Y-%m-%d %H:%M:%S.%f")


def _london_day(moment: str) -> str:
    return datetime.fromisoformat(moment).replace(tzinfo=UTC).astimezone(LONDON).date().isoformat()


def _minutes_between(fired_at: str, responded_at: str | None) -> int | None:
    if responded_at is None or responded_at < fired_at:
        return None
    between = datetime.fromisoformat(responded_at) - datetime.fromisoformat(fired_at)
    return int(between.total_seconds() // 60)
