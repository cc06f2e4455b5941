"""`tracker demo`: writes the files of an invented trust, and loads them as any trust's files."""

import logging
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click
import structlog
from sqlalchemy.orm import Session

from tracker.cli import main
from tracker.cli.common import config_option, engine_from, settings_from
from tracker.cli.database import bring_up_to_date
from tracker.models.base import now
from tracker.request import LONDON

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tracker.demo.trust import TrustFacts

USUAL_SEED = 1
USUAL_STAFF = 2_000
USUAL_FOLDER = Path("var/demo")


@main.command()
@click.option("--seed", default=USUAL_SEED, show_default=True, help="Another seed, another trust.")
@click.option("--staff", default=USUAL_STAFF, show_default=True, help="How many people work there.")
@click.option(
    "--out",
    "folder",
    default=USUAL_FOLDER,
    show_default=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="Where its files go.",
)
@click.option("--no-load", is_flag=True, help="Write the files, and leave the database alone.")
@config_option
def demo(seed: int, staff: int, folder: Path, *, no_load: bool, ini: Path) -> None:
    """Write the files of an invented trust, and load them. A second time changes nothing."""
    _refuse_in_production(ini)
    facts = _write(folder, seed=seed, staff=staff)
    click.echo(f"Wrote {staff:,} staff and 36 months to {folder}. What is true of them: TRUTH.md")
    if not no_load:
        bring_up_to_date(engine_from(ini))
        _load(facts, ini)
        say_who_can_sign_in()


def build_first_trust(ini: Path) -> None:
    """Build the usual demo trust, for a service that is started for the first time."""
    from tracker.jobs.load_demo import is_wanted

    with Session(engine_from(ini)) as db:  # only reads: an import may be under way
        if not is_wanted(db):
            return
    click.echo("Building the demo trust. This takes half a minute, once.")
    entries = settings_from(ini).directory.demo_file
    folder = entries.parent if entries else USUAL_FOLDER
    _load(_write(folder, seed=USUAL_SEED, staff=USUAL_STAFF), ini)


def say_who_can_sign_in() -> None:
    from tracker.demo.personas import PASSWORD, PERSONAS

    click.echo(f"\nWho can sign in (the password is {PASSWORD} for each):")
    for persona in PERSONAS:
        click.echo(f"  {persona.uid:<14} {persona.given} {persona.does}")


def _refuse_in_production(ini: Path) -> None:
    if settings_from(ini).is_production:
        raise click.ClickException(
            "The demo trust is not for a service in production. Use development.ini, or a copy."
        )


def _write(folder: Path, *, seed: int, staff: int) -> "TrustFacts":
    from tracker.demo.plan import TooFewStaffError
    from tracker.demo.trust import write_trust, written_until

    # A trust that is there already keeps its day, so that writing it again changes nothing.
    until = written_until(folder, seed=seed, staff=staff) or _today()
    try:
        return write_trust(folder, seed=seed, staff=staff, until=until)
    except TooFewStaffError as why:
        raise click.BadParameter(str(why), param_hint="--staff") from why


def _load(facts: "TrustFacts", ini: Path) -> None:
    from tracker.jobs import load_demo

    steps = load_demo.run(
        engine_from(ini), facts, secret=settings_from(ini).secret, now=now(), today=_today()
    )
    with _quiet_logs():
        for step in steps:
            click.echo(f"  {step.new:>7,} {step.what}" if step.new else f"  no new {step.what}")


@contextmanager
def _quiet_logs() -> "Iterator[None]":
    """Leave the screen to the few lines that somebody reads."""
    before = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    try:
        yield
    finally:
        structlog.configure(**before)


def _today() -> date:
    return now().astimezone(LONDON).date()
