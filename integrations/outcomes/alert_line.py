"""What a log of alerts says: one alert, and a block of them."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, NamedTuple

from integrations.outcomes import cells as read
from integrations.tables.rows import RejectedRow

if TYPE_CHECKING:
    from integrations.outcomes.alert_columns import AlertColumns

LONGEST_KEY = 80
FORMULA = frozenset("=+-@ \t")
SLASH_TIMES = (
    *("%d/%m/%Y %H:%M", "%d/%m/%Y %H:%M:%S", "%d-%b-%Y %H:%M:%S", "%d-%b-%y %H:%M"),
    *("%d-%b-%Y %H:%M", "%d/%m/%y %H:%M", "%d/%m/%Y %I:%M %p", "%d/%m/%Y %I:%M:%S %p"),
)


class AlertLine(NamedTuple):
    """One alert that was shown, ready to be kept. Times are UTC."""

    line: int
    source_key: str
    unit_id: int | None
    staff: str | None
    alert_type: str
    fired_at: datetime | None
    response: str
    responded_at: datetime | None
    is_true_alert: bool | None
    has_reason: bool
    is_override_right: bool | None


@dataclass(kw_only=True)
class Block:
    """What some lines of a log came to."""

    #: those that were read at once, and those that were read one by one
    alerts: "list[AlertColumns]" = field(default_factory=list)
    rejected: list[RejectedRow] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)
    read: int = 0
    last_line: int = 0

    @property
    def size(self) -> int:
        return sum(map(len, self.alerts))

    @property
    def lines(self) -> list[AlertLine]:
        return sorted(line for some in self.alerts for line in some.lines())


def read_line_time(text: str, what: str, today: date) -> datetime:
    for way in SLASH_TIMES if "/" in text or text[2:3] == "-" else ():
        try:
            text = datetime.strptime(text, way).isoformat()  # noqa: DTZ007 - a ward clock
            break
        except ValueError:
            continue
    if read.EXCEL_DAY.fullmatch(text):
        text = read.spreadsheet_moment(text).isoformat(timespec="minutes")
    return read.read_time(text, f"time of the {what}", today).astimezone(UTC)
