"""`tracker import`: files from other systems. Each kind of file adds its command to the group."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click
import structlog

from tracker.cli import main
from tracker.cli.common import config_option, engine_from, organisation_option, settings_from
from tracker.models import RunState
from tracker.models.base import now

if TYPE_CHECKING:
    from tracker.jobs.import_hr import HRImport
    from tracker.jobs.progress import Progress


@main.group("import")
def import_group() -> None:
    """Take in a file from another system."""
    # The command itself says what happened; the log is for jobs that nobody watches.
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))


@import_group.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@organisation_option
@click.option(
    "--allow-leavers",
    is_flag=True,
    help="Accept that more of the staff are gone than hr.most_leavers_percent allows.",
)
@click.option(
    "--older-file",
    is_flag=True,
    help="Accept a file that was made before the last one taken in.",
)
@click.option(
    "--allow-broken",
    is_flag=True,
    help="Accept that more lines are broken than hr.most_broken_percent allows.",
)
@click.option(
    "--map", "map_name", help="Read a CSV file or workbook by the saved map of this name."
)
@click.option("--look", is_flag=True, help="Only say what the file would change.")
@config_option
def hr(  # noqa: PLR0913 - one for each option
    file: Path,
    organisation_code: str | None,
    *,
    allow_leavers: bool,
    older_file: bool,
    allow_broken: bool,
    map_name: str | None,
    look: bool,
    ini: Path,
) -> None:
    """Take in staff, posts, units and reporting lines.

    FILE is a file of ESR (full or changes), a CSV file or an Excel workbook.
    """
    from tracker.jobs import import_hr

    settings = settings_from(ini)
    choices = import_hr.Choices(
        allow_older=older_file,
        map_name=map_name,
        is_staged=look,
        asks=not look,
        most_leavers=settings.hr_most_leavers,
        most_broken=settings.hr_most_broken,
    )
    if allow_leavers:
        choices = replace(choices, most_leavers=None)
    if allow_broken or look:
        choices = replace(choices, most_broken=None)
    if look:
        choices = replace(choices, most_leavers=None)
    with _bar() as on_progress:
        done = import_hr.run(
            engine_from(ini),
            file,
            organisation_code=organisation_code,
            now=now(),
            choices=replace(choices, on_progress=on_progress),
        )
    _say(done, ini)


@import_group.command()
@click.argument("run_id", metavar="RUN", type=int)
@config_option
def apply(run_id: int, ini: Path) -> None:
    """Take in a file that waits for a yes."""
    from tracker.jobs import hr_runs

    with _bar() as on_progress:
        done = hr_runs.apply_staged(engine_from(ini), run_id, now=now(), on_progress=on_progress)
    _say(done, ini)


@contextmanager
def _bar() -> Iterator["Progress"]:
    with click.progressbar(length=0, label="Reading", show_pos=True) as bar:

        def on_progress(line: int, row_count: int) -> None:
            bar.length = row_count
            bar.update(line - bar.pos)

        yield on_progress


def _say(done: "HRImport", ini: Path) -> None:
    from tracker.db import session_for
    from tracker.services.import_runs import find_run

    if done.state is not RunState.STAGED:
        click.echo(_summary(done))
        return
    with session_for(engine_from(ini)) as db:
        why = find_run(db, done.run_id).message
    counts = {"inductions_begun": 0, "appraisals_opened": 0, **done.counts}
    click.echo("This is what the file would change. Nothing was changed yet.")
    click.echo(_summary(replace(done, counts=counts)))
    if why:
        click.echo(why)
    click.echo(f"To take it in: tracker import apply {done.run_id}")
    if why:
        raise click.exceptions.Exit(1)


def _summary(done: "HRImport") -> str:
    """Say what the file brought, in a few lines."""
    counts = done.counts
    lines = [
        f"{noun}: {counts[f'{key}_added']} added, {counts[f'{key}_changed']} changed, "
        f"{counts[f'{key}_unchanged']} unchanged"
        for noun, key in (
            ("Units", "units"),
            ("Posts", "posts"),
            ("Staff", "staff"),
            ("Assignments", "assignments"),
        )
    ]
    if removed := counts["assignments_removed"]:
        lines[-1] += f", {removed} taken away"
    lines.append(
        f"Reporting lines: {counts['reporting_lines_added']} added, "
        f"{counts['reporting_lines_ended']} ended, {counts['reporting_lines_unchanged']} unchanged"
    )
    lines.append(
        f"Starters: {counts['starters']}. Came back: {counts['returners']}. "
        f"Movers: {counts['movers']}. Leavers: {counts['leavers']}."
    )
    lines.append(
        f"Inductions begun: {counts['inductions_begun']}. "
        f"Appraisals opened: {counts['appraisals_opened']}."
    )
    if rejected := counts["rejected"]:
        were, them = ("line was", "it") if rejected == 1 else ("lines were", "them")
        lines.append(
            f"{rejected} {were} not used, or not wholly. "
            f"See {them} with: tracker import show {done.run_id}"
        )
    return "\n".join(lines)


@import_group.command()
@click.argument("run_id", metavar="RUN", type=int)
@config_option
def show(run_id: int, ini: Path) -> None:
    """Show what became of an import, and the lines that were not used."""
    from tracker.db import session_for
    from tracker.services.import_runs import find_run, rejected_records

    with session_for(engine_from(ini)) as db:
        run = find_run(db, run_id)
        click.echo(f"{run.kind} {run.file_name}: {run.state.value}. {run.message}".rstrip())
        for name, number in run.counts.items():
            click.echo(f"  {name}: {number}")
        for record in rejected_records(db, run):
            whose = f", employee {record.employee_number}" if record.employee_number else ""
            click.echo(f"  line {record.line}{whose}: {record.reason}")
