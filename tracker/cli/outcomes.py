"""`tracker import measure|incidents|alerts`, `tracker measure`, `tracker report`."""

from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tracker.cli import main
from tracker.cli.common import config_option, engine_from, organisation_option, settings_from
from tracker.cli.import_ import import_group
from tracker.models import Direction, MeasureFamily, MeasureUnit
from tracker.models.base import now
from tracker.request import LONDON

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tracker.services.outcome_files import FileImport
    from tracker.services.tally import Tally

MOST_SHOWN = 20
FAMILIES = [family.value for family in MeasureFamily]
UNITS = [unit.value for unit in MeasureUnit]

file_argument = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))


@import_group.command("measure")
@file_argument
@click.option("--measure", "measure_key", required=True, metavar="KEY", help="Which measure it is.")
@click.option(
    "--map",
    "maps",
    multiple=True,
    metavar="FIELD=COLUMN",
    help="Which column holds a field: period=month. Numbers may be added up and taken away: "
    '"numerator=attendances-seen". Of rare events: date, unit, events. May be given several times.',
)
@click.option(
    "--where",
    "wheres",
    multiple=True,
    metavar="COLUMN=VALUE",
    help="Take only the rows where a column holds a value: org_code=RF4.",
)
@click.option("--sum-rows", is_flag=True, help="Add up several rows of one month and unit.")
@organisation_option
@config_option
def import_measure(  # noqa: PLR0913, PLR0917 - one parameter an option
    file: Path,
    measure_key: str,
    maps: tuple[str, ...],
    wheres: tuple[str, ...],
    sum_rows: bool,  # noqa: FBT001 - click hands it over
    organisation_code: str | None,
    ini: Path,
) -> None:
    """Take in a measure by month, or a list of the dates of rare events.

    By month: period, unit, numerator, denominator, source, extract time. Rare events: date, and
    perhaps unit and events (how many that day).
    """
    from integrations.outcomes.column_map import ColumnMap
    from tracker.services.outcome_files import import_measure_file

    column_map = ColumnMap.parse(maps, wheres)
    with _asked(file, organisation_code) as asked:
        tally = import_measure_file(
            engine_from(ini),
            asked,
            measure_key=measure_key,
            column_map=column_map,
            sum_rows=sum_rows,
        )
    _say(
        tally, "days" if "events" in tally.notes else "months", gone="are not in the list any more"
    )


@import_group.command("incidents")
@file_argument
@click.option("--map", "map_name", default="", help="Read it by the saved map of this name.")
@organisation_option
@config_option
def import_incidents(file: Path, map_name: str, organisation_code: str | None, ini: Path) -> None:
    """Take in digital incidents. Their stories, patients and reporters are left in the file."""
    from tracker.services.outcome_files import import_incident_file

    with _asked(file, organisation_code) as asked:
        tally = import_incident_file(engine_from(ini), asked, map_name=map_name)
    _say(tally, "incidents")


@import_group.command("alerts")
@file_argument
@click.option("--map", "map_name", default="", help="Read it by the saved map of this name.")
@organisation_option
@config_option
def import_alerts(file: Path, map_name: str, organisation_code: str | None, ini: Path) -> None:
    """Take in the log of alerts. Staff are kept as pseudonyms, patients not at all."""
    from tracker.services.alert_files import import_alert_file

    with _asked(file, organisation_code) as asked:
        tally = import_alert_file(
            engine_from(ini), asked, secret=settings_from(ini).secret, map_name=map_name
        )
    _say(tally, "alerts")


@import_group.command("calls")
@file_argument
@click.option("--map", "map_name", required=True, help="Read it by the saved map of this name.")
@organisation_option
@config_option
def import_calls(file: Path, map_name: str, organisation_code: str | None, ini: Path) -> None:
    """Take in a service desk's calls. Only how many there were by day and unit is kept."""
    from tracker.services.outcome_files import import_call_file

    with _asked(file, organisation_code) as asked:
        tally = import_call_file(engine_from(ini), asked, map_name=map_name)
    _say(tally, "days")


@contextmanager
def _asked(file: Path, organisation_code: str | None) -> "Iterator[FileImport]":
    """Show how far the file is read; the counting of months comes after its last line."""
    from tracker.services.outcome_files import FileImport

    moment = now()
    lines = _count_lines(file)
    with click.progressbar(length=lines, label="Reading", show_pos=True) as bar:
        yield FileImport(
            path=file,
            organisation_code=organisation_code,
            now=moment,
            today=moment.astimezone(LONDON).date(),
            on_row=lambda line: bar.update(line - bar.pos),
        )
        bar.update(lines - bar.pos)


def _count_lines(file: Path) -> int:
    with file.open("rb") as stream:
        return sum(chunk.count(b"\n") for chunk in iter(lambda: stream.read(1 << 20), b"")) or 1


def _say(tally: "Tally", what: str, gone: str = "are no longer digital incidents") -> None:
    """Say what came in, and show the first rows that did not."""
    if tally.changed_anything:
        noun = what.removesuffix("s") if tally.added == 1 else what
        click.echo(f"{tally.added:,} {noun} added, {tally.restated:,} restated.")
    elif tally.unchanged:
        click.echo("Nothing changed: all that can be used is known already.")
    else:
        click.echo(f"Nothing came in: the file holds no {what} that can be used.")
    if tally.unchanged and tally.changed_anything:
        click.echo(f"{tally.unchanged:,} were the same as before.")
    if tally.removed:
        click.echo(f"{tally.removed:,} {gone} and were taken out.")
    for sentence in tally.said:
        click.echo(sentence)
    for name, number in tally.notes.items():
        click.echo(f"  {name.replace('_', ' ')}: {number:,}")
    if not tally.rejected:
        return
    left_out = tally.counts()["rejected"]
    click.echo("1 row was left out:" if left_out == 1 else f"{left_out:,} rows were left out:")
    for row in tally.rejected[:MOST_SHOWN]:
        click.echo(f"  line {row.line}: {row.reason}")
    if left_out > MOST_SHOWN:
        click.echo(f"  and {left_out - MOST_SHOWN:,} more.")


@main.group("measure")
def measure_group() -> None:
    """Look at the measures that a trust follows, or define one of its own."""


@measure_group.command("list")
@organisation_option
@config_option
def list_measures(organisation_code: str | None, ini: Path) -> None:
    """List the measures, with what each counts."""
    from tracker.db import session_for
    from tracker.services import measures
    from tracker.services.organisations import find_organisation

    with session_for(engine_from(ini)) as db:
        organisation = find_organisation(db, organisation_code)
        measures.seed_built_in_measures(db, organisation, today=_today())
        for measure in measures.list_measures(db, organisation.id):
            out_of = f" out of: {measure.denominator}" if measure.denominator else ""
            click.echo(f"{measure.key}: {measure.numerator}{out_of} ({measure.family.value})")


@measure_group.command("add")
@click.argument("key")
@click.option("--name", required=True, help="What a reader calls it.")
@click.option("--numerator", required=True, help="What is counted, in words.")
@click.option("--denominator", default="", help="Out of what, in words.")
@click.option("--why", "why_it_matters", default="", help="Why it matters.")
@click.option("--misleads", "misleads_when", default="", help="What can make it mislead.")
@click.option("--source", default="", help="Where the numbers come from.")
@click.option("--owner", default="", help="Who answers for it.")
@click.option(
    "--better",
    type=click.Choice(["higher", "lower", "neither"]),
    required=True,
    help="Which way is better.",
)
@click.option("--family", type=click.Choice(FAMILIES), default="outcome")
@click.option(
    "--unit",
    type=click.Choice(UNITS),
    default="percent",
    help="How a value is said. days_between and cases_between: rare events, by a list of dates.",
)
@click.option("--chart", "chart_kind", default="", help="The chart: t, g, xmr ... (what fits).")
@click.option("--counts-staff", is_flag=True, help="It counts people who work here.")
@click.option("--denominator-measure", metavar="KEY", help="The measure that lends its counts.")
@click.option("--for-outcome", metavar="KEY", help="Of an activity: the outcome that it is for.")
@organisation_option
@config_option
def add_measure(  # noqa: PLR0913 - one parameter an option
    key: str,
    *,
    better: str,
    family: str,
    unit: str,
    denominator_measure: str | None,
    for_outcome: str | None,
    organisation_code: str | None,
    ini: Path,
    **words: Any,  # noqa: ANN401 - the options whose words are kept as they are
) -> None:
    """Define a measure of the trust's own, such as waits of more than four hours."""
    from tracker.db import session_for
    from tracker.security.identity import System
    from tracker.services import measures
    from tracker.services.organisations import find_organisation

    directions = {"higher": Direction.INCREASE, "lower": Direction.DECREASE}
    draft = measures.MeasureDraft(
        key=key,
        direction=directions.get(better, Direction.NEUTRAL),
        family=MeasureFamily(family),
        unit=MeasureUnit(unit),
        denominator_key=denominator_measure,
        for_outcome_key=for_outcome,
        **words,
    )
    with session_for(engine_from(ini)) as db:
        organisation = find_organisation(db, organisation_code)
        measures.seed_built_in_measures(db, organisation, today=_today())
        measures.define_measure(db, organisation, draft, by=System(organisation_id=organisation.id))
    click.echo(f"Added {key}. Import its numbers with: tracker import measure FILE --measure {key}")


@measure_group.command("rebase")
@click.argument("key")
@click.option("--from", "month", required=True, metavar="YYYY-MM", help="The first month.")
@click.option("--reason", required=True, help="Why: a changed definition, a new system.")
@click.option("--unit", "unit_code", metavar="CODE", help="One unit; without it every unit.")
@organisation_option
@config_option
def rebase_measure(  # noqa: PLR0913 - one parameter an option
    *,
    key: str,
    month: str,
    reason: str,
    unit_code: str | None,
    organisation_code: str | None,
    ini: Path,
) -> None:
    """Start the lines of a chart anew from a month on."""
    from tracker.services.chart_marks import rebase_chart

    _mark(rebase_chart, key, month, reason, unit_code, organisation_code, ini)
    click.echo(f"The lines of {key} start anew in {month}.")


@measure_group.command("note")
@click.argument("key")
@click.option("--month", required=True, metavar="YYYY-MM", help="When it happened.")
@click.option("--text", required=True, help="What happened. It is shown on the chart.")
@click.option("--unit", "unit_code", metavar="CODE", help="One unit; without it every unit.")
@organisation_option
@config_option
def annotate_measure(  # noqa: PLR0913 - one parameter an option
    *,
    key: str,
    month: str,
    text: str,
    unit_code: str | None,
    organisation_code: str | None,
    ini: Path,
) -> None:
    """Write on a chart what happened in a month."""
    from tracker.services.chart_marks import annotate_charts

    _mark(annotate_charts, key, month, text, unit_code, organisation_code, ini)
    click.echo(f"Written on the chart of {key}: {month}.")


def _mark(  # noqa: PLR0913, PLR0917 - what the two commands above have in common
    mark: "Callable[..., object]",
    key: str,
    month: str,
    words: str,
    unit_code: str | None,
    organisation_code: str | None,
    ini: Path,
) -> None:
    from tracker.cli.report_files import find_unit
    from tracker.db import session_for
    from tracker.security.identity import System
    from tracker.services import measures
    from tracker.services.chart_marks import MarkDraft
    from tracker.services.organisations import find_organisation

    with session_for(engine_from(ini)) as db:
        organisation = find_organisation(db, organisation_code)
        measure = measures.find_measure(db, organisation, key)
        unit = find_unit(db, organisation, unit_code, today=_today())
        draft = MarkDraft(month=_month(month, "--from or --month"), words=words, unit=unit)
        mark(db, measure, draft, by=System(organisation_id=organisation.id), today=_today())


def _today() -> date:
    return now().astimezone(LONDON).date()


@main.command()
@click.option("--unit", "unit_code", metavar="CODE", help="One unit; without it the whole.")
@click.option("--from", "first", required=True, metavar="YYYY-MM", help="The first month.")
@click.option("--to", "last", required=True, metavar="YYYY-MM", help="The last month.")
@click.option("--format", "kind", type=click.Choice(["html", "pdf", "json"]), default="pdf")
@click.option(
    "--audience",
    type=click.Choice(["published", "inside"]),
    default="published",
    show_default=True,
    help="Published: small numbers are held back for all. Inside: for named people of the trust.",
)
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path))
@organisation_option
@config_option
def report(  # noqa: PLR0913 - one parameter an option
    *,
    unit_code: str | None,
    first: str,
    last: str,
    kind: str,
    audience: str,
    out: Path,
    organisation_code: str | None,
    ini: Path,
) -> None:
    """Write the outcome report of an organisation or one unit as a page, a PDF or JSON."""
    from tracker.cli.report_files import Asked, write_report

    sentence = write_report(
        engine_from(ini),
        Asked(
            organisation_code=organisation_code,
            unit_code=unit_code,
            first_month=_month(first, "--from"),
            last_month=_month(last, "--to"),
            audience=audience,
            kind=kind,
            made_at=now().astimezone(LONDON),
        ),
        out,
    )
    click.echo(sentence)


def _month(text: str, option: str) -> date:
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        raise click.BadParameter("Write the month as 2026-09.", param_hint=option) from None
