"""`tracker sync`: brings what other systems hold up to date, by hand."""

from datetime import UTC, datetime
from pathlib import Path

import click
from sqlalchemy.orm import Session

from tracker.cli import main
from tracker.cli.common import config_option, engine_from, organisation_option, settings_from
from tracker.jobs import sync_directory
from tracker.services.mail_words import LONDON
from tracker.services.organisations import find_organisation


@main.group()
def sync() -> None:
    """Bring what other systems hold up to date. The worker does it every night."""


@sync.command()
@config_option
@organisation_option
@click.option("--full", is_flag=True, help="Read every account, not only what changed.")
@click.option(
    "--most-gone",
    type=click.IntRange(0, 100),
    default=10,
    show_default=True,
    metavar="PERCENT",
    help="Stop when more of the accounts than this are no longer there.",
)
def directory(ini: Path, organisation_code: str | None, *, full: bool, most_gone: int) -> None:
    """Read the directory's accounts, and say whose each of them is. Safe to run twice."""
    settings, engine = settings_from(ini), engine_from(ini)
    with Session(engine) as db:
        organisation_id = find_organisation(db, organisation_code).id
    now = datetime.now(UTC)
    counts = sync_directory.run(
        engine,
        settings,
        organisation_id,
        now=now,
        today=now.astimezone(LONDON).date(),
        choices=sync_directory.Choices(is_full=full, most_gone=most_gone / 100),
    )
    click.echo(
        f"{counts['accounts']:,} accounts: {counts['new']:,} new, {counts['changed']:,} changed, "
        f"{counts['gone']:,} gone. {counts['matched']:,} belong to somebody on HR's list, "
        f"{counts['unmatched']:,} to nobody."
    )
