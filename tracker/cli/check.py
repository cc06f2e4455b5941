"""`tracker check`: tries everything that the service needs, and says what to mend."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from integrations.steps import Step
from tracker.cli import main
from tracker.cli.common import config_option, settings_from
from tracker.db import open_engine
from tracker.models import Organisation
from tracker.security.identity import System
from tracker.services import connections, job_queue
from tracker.settings import SettingsError

if TYPE_CHECKING:
    from tracker.settings import Settings


@main.command()
@config_option
def check(ini: Path) -> None:
    """Try settings, database, folders, worker and every connection. Ends with 1 if one is bad."""
    bad = 0
    for step in _steps(ini):
        bad += not step.ok
        click.echo(f"{'well' if step.ok else 'BAD '}  {step.name}: {step.sentence}")
    click.echo("All is well." if not bad else f"{bad} to mend.")
    if bad:
        raise click.exceptions.Exit(1)


def _steps(ini: Path) -> Iterator[Step]:
    try:
        settings = settings_from(ini)
    except SettingsError as problem:
        yield Step(name="settings", ok=False, sentence=str(problem))
        return
    yield Step(name="settings", ok=True, sentence="Each line makes sense.")
    engine = open_engine(settings.database_url)
    try:
        yield from _database(engine, settings)
    finally:
        engine.dispose()
    yield from _folders(settings)
    for source in connections.SOURCES:
        if source.try_it is None:
            continue
        if not source.is_set_up(settings):
            yield Step(name=source.key, ok=True, sentence="Not set up, so not tried.")
            continue
        for step in source.try_it(settings):
            yield Step(name=f"{source.key}, {step.name}", ok=step.ok, sentence=step.sentence)


def _database(engine: Engine, settings: "Settings") -> Iterator[Step]:
    try:
        newest, held = _heads(engine)
    except SQLAlchemyError:
        advice = "It does not answer. Check sqlalchemy.url, and that the server runs."
        yield Step(name="database", ok=False, sentence=advice)
        return
    yield Step(name="database", ok=True, sentence=f"{engine.dialect.name} answers.")
    if newest != held:
        advice = "It is older than this version. Run: tracker migrate"
        yield Step(name="tables", ok=False, sentence=advice)
        return
    yield Step(name="tables", ok=True, sentence=f"They are those of this version ({newest}).")
    with Session(engine) as db:
        yield from _organisations(db, settings)


def _heads(engine: Engine) -> tuple[str | None, str | None]:
    """Give the newest migration that there is, and the last that this database has seen."""
    config = Config()
    config.set_main_option("script_location", "tracker:migrations")
    config.set_main_option("path_separator", "os")
    newest = ScriptDirectory.from_config(config).get_current_head()
    url = engine.url
    if engine.dialect.name == "sqlite" and not Path(url.database or "").is_file():
        return newest, None  # it would be made by looking
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return newest, None
        return newest, MigrationContext.configure(connection).get_current_revision()


def _organisations(db: Session, settings: "Settings") -> Iterator[Step]:
    now = datetime.now(UTC)
    found = db.scalars(select(Organisation).order_by(Organisation.code)).all()
    if not found:
        advice = "There is none yet. Run: tracker organisation add CODE NAME"
        yield Step(name="organisations", ok=False, sentence=advice)
    for organisation in found:
        beat = job_queue.last_beat(db, organisation.id)
        alive = job_queue.is_alive(beat, now=now)
        name = f"{organisation.code}, worker"
        said = "It is there." if alive else "It is not running. Start it: tracker worker"
        yield Step(name=name, ok=alive, sentence=said)
        by = System(organisation_id=organisation.id)
        for source in connections.SOURCES:
            for step in source.look(db, by, now) if source.look else ():
                name = f"{organisation.code}, {source.key}, {step.name}"
                yield Step(name=name, ok=step.ok, sentence=step.sentence)
        for one in connections.standing(db, settings, organisation.id, now=now):
            if one.error or one.is_old:
                said = one.error or f"The last that it brought is {one.days_old} days old."
                yield Step(name=f"{organisation.code}, {one.source.name}", ok=False, sentence=said)


def _folders(settings: "Settings") -> Iterator[Step]:
    folders = {"evidence.folder": settings.evidence_folder}
    for name, folder in folders.items():
        if folder is not None:
            yield _writable(name, folder)


def _writable(name: str, folder: Path) -> Step:
    # A folder that is not there yet is made when the first file comes.
    nearest = next(place for place in (folder, *folder.parents) if place.is_dir())
    ok = os.access(nearest, os.W_OK | os.X_OK)
    said = "Files can be kept there." if ok else f"We may not write to {nearest}. Give us leave."
    return Step(name=name, ok=ok, sentence=said)
