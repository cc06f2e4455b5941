"""`tracker nightly`: what a new day makes due. For cron or a systemd timer."""

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from tracker.cli import main
from tracker.cli.common import config_option, engine_from, settings_from
from tracker.jobs import nightly as job
from tracker.jobs import schedule
from tracker.jobs.sweep import sweep


@main.command()
@config_option
def nightly(ini: Path) -> None:
    """Open the appraisals and begin the inductions that are due; count practice by group.

    For a trust without `tracker worker`, or to do it now.

    Safe to run twice.
    """
    engine, settings = engine_from(ini), settings_from(ini)
    sweep(engine, settings.evidence_folder)
    now = datetime.now(UTC)
    today = now.astimezone(ZoneInfo("Europe/London")).date()
    for night in job.run(engine, today=today):
        click.echo(
            f"{night.code}: {night.appraisals_opened} appraisals opened, "
            f"{night.appraisals_handed_over} handed over, {night.inductions_begun} inductions begun"
        )
    schedule.note_done(engine, "nightly", now=now)
    schedule.plan(engine, now=now, settings=settings)
    schedule.work(engine, settings=settings)
